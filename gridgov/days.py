"""Which days people mean."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def plausible_day(day: date) -> None:
    """For fields: raises ValidationError for a day that is a slip of the keyboard, such as one of the year 202."""
    if not FIRST <= day <= LAST:
        raise ValidationError(
            _("Choose a day between %(first)s and %(last)s."),
            code="implausible_day",
            params={"first": FIRST.isoformat(), "last": LAST.isoformat()},
        )
