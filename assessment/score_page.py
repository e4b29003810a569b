"""What the page of one score shows: what it is made of, how it was corrected, how it ran over earlier periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from assessment.counted_rows import DENOMINATOR, NUMERATOR, REST, has_rest
from assessment.indicators import INDICATORS, label_of
from assessment.indicators.indicator import Unit
from assessment.models import Adjustment, Correction, Level, SchemeItem, Score, TypedPoints, Way
from assessment.permissions import can_see_appeal
from assessment.ranks import as_now, level_at, of_the_same
from assessment.services.corrections import part_name, parts_of
from assessment.templatetags.scores import plain
from grids.models import User

# How many periods a trend goes back.
TREND = 12
HUNDRED = Decimal(100)
# Points are said with two places.
_LEAST = Decimal("0.005")


@dataclass(frozen=True)
class PartShown:
    """One item of a score, or one bonus or deduction, as it is now."""

    label: str
    sentence: str
    # Whose rows open; "" where points were typed in.
    code: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: str
    # None where it does not apply.
    points: Decimal | None
    # As the scheme says, and after what does not apply was shared out.
    weight: Decimal
    weight_now: Decimal
    is_rate: bool = False
    # Which of its rows cost points, as `counted_rows` names them; "" where they can't be told.
    costly: str = ""
    # How the value becomes points.
    way: str = ""
    typed: TypedPoints | None = None
    # Of an item whose points are typed in.
    item_id: int | None = None
    # Of a bonus or deduction.
    each: Decimal | None = None
    cap: Decimal | None = None

    @property
    def brings(self) -> Decimal | None:
        """What it adds to the whole."""
        if self.points is None or self.each is not None:
            return self.points
        return self.points * self.weight_now / HUNDRED

    @property
    def lost(self) -> Decimal:
        """What it takes from the whole."""
        if self.brings is None:
            return Decimal(0)
        return max(Decimal(0), -self.brings if self.each is not None else self.weight_now - self.brings)


@dataclass(frozen=True)
class Corrected:
    """One correction with the parts it changed: label, before, after."""

    correction: Correction
    parts: list[tuple[str, str, str]]
    # Whether the reader may look at the appeal it came from.
    opens: bool


@dataclass(frozen=True)
class Then:
    """The score of an earlier period, or of this one."""

    score: Any
    points: Decimal | None
    level: Level | None


def shown_parts(score: Score) -> tuple[list[PartShown], list[PartShown]]:
    """The items, and the bonuses and deductions, as they are now; five queries."""
    now = parts_of(score)
    version = score.period.version
    typed = {
        each.item_id: each
        for each in TypedPoints.objects.filter(
            period=score.period_id,
            user=score.user_id,
            organisation=score.organisation_id,
            area=score.area_id,
        ).select_related("typed_by")
    }
    items = [
        _part(
            item,
            now.get(part_name(item.pk, None)),
            weight=item.weight,
            costly=_costly(item, score.period.scheme.kind),
            way=item.get_way_display() if item.indicator else "",
            typed=typed.get(item.pk),
            item_id=item.pk if item.way == Way.TYPED else None,
        )
        for item in version.items.all()
    ]
    extras = [
        _part(
            extra,
            now.get(part_name(None, extra.pk)),
            costly=NUMERATOR,
            each=extra.each,
            cap=extra.cap,
        )
        for extra in version.adjustments.all()
    ]
    return items, extras


def shown_corrections(score: Score, user: User) -> list[Corrected]:
    """What was corrected after publishing, the last first."""
    labels = _labels(score)
    return [
        Corrected(
            correction,
            [
                (labels.get(name, name), _in_words(correction.parts_before.get(name)), _in_words(after))
                for name, after in correction.parts_after.items()
            ],
            correction.appeal is not None and can_see_appeal(user, correction.appeal),
        )
        for correction in score.corrections.select_related(
            "by",
            "appeal__case",
            "appeal__score__period",
            "appeal__score__organisation",
            "appeal__score__area",
        ).order_by("-pk")
    ]


def trend_of(score: Score, seen: Q) -> list[Then]:
    """The scores of the same in the scheme's last periods up to this one, oldest first; `seen` filters scores."""
    found = (
        as_now(Score.objects.filter(seen, of_the_same(score), period__scheme=score.period.scheme_id))
        .filter(period__last_day__lte=score.period.last_day)
        .select_related("period__scheme", "period__version")
        .prefetch_related("period__version__levels")
        .order_by("-period__last_day")[:TREND]
    )
    return [
        Then(each, each.points_now, level_at(each.period.version.levels.all(), each.points_now))
        for each in reversed(found)
    ]


def _part(
    row: SchemeItem | Adjustment, texts: list[str | None] | None, *, weight: Decimal = Decimal(0), **more: Any
) -> PartShown:
    numerator, denominator, points, weight_now = (
        None if text is None else Decimal(text) for text in (texts or [None] * 4)
    )
    indicator = INDICATORS.get(row.indicator)
    is_rate = indicator is not None and indicator.unit == Unit.RATE
    return PartShown(
        label_of(row),
        str(indicator.sentence) if indicator else "",
        row.indicator,
        numerator,
        denominator,
        _rate_in_words(numerator, denominator) if is_rate else plain(numerator),
        points,
        weight,
        weight_now or Decimal(0),
        is_rate=is_rate,
        **more,
    )


def _rate_in_words(numerator: Decimal | None, denominator: Decimal | None) -> str:
    """In per cent; "–" where there was nothing to count it of."""
    return f"{numerator / denominator * HUNDRED:.2f} %" if numerator is not None and denominator else "–"


def _costly(item: SchemeItem, kind: str) -> str:
    match item.way:
        case Way.TYPED:
            return ""
        case Way.VALUE:
            return REST if has_rest(item.indicator, kind) else DENOMINATOR
        case _:
            return NUMERATOR


def losses_of(parts: Iterable[PartShown], most: int = 3) -> list[PartShown]:
    """The parts that cost the most, first what cost more; what is rounded to nothing is none."""
    found = [part for part in parts if part.lost >= _LEAST]
    return sorted(found, key=lambda part: -part.lost)[:most]


def _labels(score: Score) -> dict[str, str]:
    version = score.period.version
    items = {part_name(item.pk, None): label_of(item) for item in version.items.all()}
    return items | {part_name(None, extra.pk): label_of(extra) for extra in version.adjustments.all()}


def _in_words(texts: list[str | None] | None) -> str:
    """Numerator over denominator, and the points."""
    if texts is None:
        return "–"
    numerator, denominator, points, _weight = (
        None if text is None else plain(Decimal(text)) for text in texts
    )
    counted = "/".join(each for each in (numerator, denominator) if each is not None)
    return " → ".join(each for each in (counted, points) if each)
