"""How the lists and the map of cases are narrowed: all that the API knows, and what people at a console ask besides."""

from datetime import date, datetime, time, timedelta

import django_filters as filters
from django.db.models import Q
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from cases.api.filters import CaseFilter
from cases.models.case import CaseQuerySet
from cases.workflow import TIMED, Status
from gridgov import clock
from gridgov.days import plausible_day

LIGHTS = [
    ("red", _("overdue")),
    ("yellow", _("due soon")),
    ("green", _("on time")),
    ("stopped", _("clock stands")),
]


class CaseListFilter(CaseFilter):
    """The same names in the address of a page and of the API; what is left empty narrows nothing."""

    light = filters.ChoiceFilter(label=_("Time left"), choices=LIGHTS, method="filter_light")
    since = filters.DateFilter(label=_("Reported from"), method="filter_since", validators=[plausible_day])
    until = filters.DateFilter(label=_("to"), method="filter_until", validators=[plausible_day])

    def filter_light(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Open cases whose light is of a colour now; the same rule as the `light` tag."""
        now = clock.now()
        if value == "stopped":
            return cases.filter(status=Status.SUSPENDED)
        cases = cases.filter(status__in=TIMED)
        if value == "red":
            return cases.filter(stage_due_at__lte=now)
        cases = cases.filter(stage_due_at__gt=now)
        if value == "yellow":
            return cases.filter(stage_warn_at__lte=now)
        return cases.filter(Q(stage_warn_at=None) | Q(stage_warn_at__gt=now))

    def filter_since(self, cases: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return cases.filter(reported_at__gte=start_of(value))

    def filter_until(self, cases: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return cases.filter(reported_at__lt=start_of(value + timedelta(days=1)))


def start_of(day: date) -> datetime:
    """Midnight where the district is."""
    return make_aware(datetime.combine(day, time.min))
