"""What citizens answer: contacted, solved, satisfied."""

from decimal import Decimal

from django.db.models import Case as When
from django.db.models import DecimalField, F, Q, Value
from django.db.models import When as If
from django.utils.translation import gettext_lazy as _

from assessment.countables import ANSWERS, SURVEYS, Count
from assessment.indicators.indicator import Indicator


def _answers(weight: object = None, **fields: object) -> Count:
    return Count(ANSWERS, "at", lambda _span: Q(**fields), weight)


_SATISFIED = When(
    If(data__satisfied="yes", then=Value(1)),
    If(data__satisfied="partly", then=Value(Decimal("0.9"))),
    default=Value(0),
    output_field=DecimalField(max_digits=3, decimal_places=1),
)

CITIZENS = (
    Indicator(
        "response_rate_12345",
        _("Contacted"),
        _("Citizens who said that somebody had contacted them, out of all who answered."),
        _answers(data__contacted=True),
        _answers(),
    ),
    Indicator(
        "resolved_rate_12345",
        _("Solved"),
        _("Citizens who said that it was solved, out of all who answered."),
        _answers(data__solved=True),
        _answers(),
    ),
    Indicator(
        "satisfied_rate_12345",
        _("Satisfied"),
        _("Citizens who were satisfied, partly satisfied ones as 0.9, out of all who answered."),
        _answers(_SATISFIED),
        _answers(),
    ),
    Indicator(
        "survey_rating",
        _("Rating in surveys"),
        _(
            "What citizens answered on the scale of a survey of the area or one within it, out of the five steps there are."
        ),
        Count(SURVEYS, "day", lambda _span: Q(), F("chosen__0") / Value(5.0)),
        Count(SURVEYS, "day", lambda _span: Q()),
        source="own",
    ),
)
