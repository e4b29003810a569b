"""What a score counted: the rows behind a numerator or a denominator, one by one."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast

from assessment.computing import span_of
from assessment.countables import Count
from assessment.indicators import INDICATORS
from assessment.indicators.indicator import Indicator
from assessment.models import Exemption, Score
from assessment.scored import COLUMN
from cases.models import Case

NUMERATOR, DENOMINATOR = "numerator", "denominator"


@dataclass(frozen=True)
class Opened:
    """The rows that one number of a score counts, in the order of their moment, and the cases left out on appeal."""

    indicator: Indicator
    count: Count
    rows: QuerySet[Any]
    exempted: QuerySet[Case]

    @property
    def total(self) -> Decimal:
        """What they come to: each 1, or its weight."""
        if self.count.weight is None:
            return Decimal(self.rows.count())
        summed = self.rows.order_by().aggregate(sum=Sum(self.count.weight, default=0))["sum"]
        return Decimal(str(summed))


def opened(score: Score, code: str, which: str = NUMERATOR) -> Opened:
    """The rows of an indicator's numerator or denominator as the score is now, corrected or not.

    Raises KeyError for an indicator that there is not, ValueError for a denominator where a count has none.
    """
    period, kind = score.period, score.period.scheme.kind
    assert period.known_until is not None
    indicator = INDICATORS[code]
    count = indicator.numerator_of(kind) if which == NUMERATOR else indicator.denominator
    if count is None:
        raise ValueError(code)
    whose = getattr(score, COLUMN[kind])
    rows = count.rows(span_of(period, period.known_until), kind, whose)
    exempted = (
        Case.objects.filter(pk__in=_exempted(score, code)) if count.source.case else Case.objects.none()
    )
    if count.source.case:
        rows = rows.exclude(**{f"{count.source.case}__in": exempted.values("pk")})
    if count.weight is not None:
        rows = rows.annotate(counts_as=Cast(count.weight, FloatField()))
    return Opened(indicator, count, rows.order_by(F(count.moment).asc(), "pk"), exempted)


def _exempted(score: Score, code: str) -> list[int]:
    """The cases that were exempted when the score was worked out last."""
    column = COLUMN[score.period.scheme.kind]
    found = Exemption.objects.filter(indicator=code, **{column: getattr(score, column)})
    last: datetime | None = score.corrections.order_by("-pk").values_list("at", flat=True).first()
    found = found.filter(at__lte=last) if last else found.filter(at__lt=score.period.computed_at)
    return list(found.values_list("case_id", flat=True))
