"""Points that named people type in for items that are not counted, each with a reason."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import transaction
from django.utils.translation import gettext as _

from assessment.kinds import COLUMN, scored
from assessment.models import Period, SchemeItem, TypedPoints, Way
from assessment.permissions import can_type_points
from assessment.services.periods import PeriodIsPublished, lock_period
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from grids.models import User

LONGEST_REASON = 500
_CENT = Decimal("0.01")
_no_zero_bytes = ProhibitNullCharactersValidator()


class Given(NamedTuple):
    """What somebody typed for one who is scored; both empty takes back what was typed before.

    `seen` is what stood there when they began, as `as_seen` says it; None overwrites whatever stands there.
    """

    points: str
    reason: str
    seen: str | None = None


class PointsRefused(ValidationError):
    """What is wrong, by the id of who is scored; nothing was kept."""

    def __init__(self, wrong: Mapping[int, str]) -> None:
        super().__init__(list(wrong.values()), code="points_refused")
        self.wrong = wrong


@transaction.atomic
def type_points(period_id: int, item_id: int, *, actor: User, given: Mapping[int, Given]) -> int:
    """Keep points for an item of a period that is not published, by the id of who is scored; returns how many changed.

    They count when the period is computed next. Raises `PointsRefused` with everything that is wrong at once,
    `PeriodIsPublished`, and `NotFoundForYou` for an item that is not typed in or somebody who is not scored.
    """
    if not can_type_points(actor):
        raise NotPermitted()
    period = lock_period(period_id)
    if period.is_shown:
        raise PeriodIsPublished()
    item = item_of(period, item_id)
    column = COLUMN[period.scheme.kind]
    before = {
        getattr(row, column): row for row in TypedPoints.objects.filter(period=period, item=item).order_by()
    }
    if not set(given) <= set(before) | set(who_is_scored(period)):
        raise NotFoundForYou()
    points = _read(given, before)
    changed = [whose for whose in given if _differs(before.get(whose), points[whose], given[whose].reason)]
    taken_back = [before[whose].pk for whose in changed if points[whose] is None]
    TypedPoints.objects.filter(pk__in=taken_back).delete()
    for whose in changed:
        if points[whose] is not None:
            named: dict[str, Any] = {"period": period, "item": item, column: whose}
            TypedPoints.objects.update_or_create(
                **named,
                defaults={
                    "points": points[whose],
                    "reason": given[whose].reason.strip(),
                    "typed_by": actor,
                    "typed_at": clock.now(),
                },
            )
    return len(changed)


def typed_items(period: Period) -> Sequence[SchemeItem]:
    """The items of a period whose points are typed in."""
    return list(period.version.items.filter(way=Way.TYPED).order_by("pk"))


def item_of(period: Period, item_id: int) -> SchemeItem:
    """One of them; raises `NotFoundForYou` for any other."""
    found = next((item for item in typed_items(period) if item.pk == item_id), None)
    if found is None:
        raise NotFoundForYou()
    return found


def who_is_scored(period: Period) -> Sequence[int]:
    """The ids of all for whom points can be typed in."""
    column = COLUMN[period.scheme.kind]
    counted = set(period.scores.values_list(column, flat=True))
    return list(scored(period.scheme.kind, period.first_day, period.last_day, counted))


def as_seen(row: TypedPoints | None) -> str:
    """What stands there, in one text: points, a blank and the reason; empty where nothing stands."""
    return f"{row.points.normalize():f} {row.reason}" if row else ""


def _read(given: Mapping[int, Given], before: Mapping[int, TypedPoints]) -> dict[int, Decimal | None]:
    found: dict[int, Decimal | None] = {}
    wrong: dict[int, str] = {}
    for whose, (points, reason, seen) in given.items():
        was = before.get(whose)
        if seen is not None and seen != as_seen(was):
            wrong[whose] = _(
                "Somebody else has typed in something here since: %(now)s. Send it again if yours holds."
            ) % {"now": as_seen(was) or _("nothing")}
            continue
        try:
            found[whose] = points_read(points, reason.strip())
        except ValidationError as error:
            wrong[whose] = error.messages[0]
    if wrong:
        raise PointsRefused(wrong)
    return found


def points_read(points: str, reason: str) -> Decimal | None:
    """What somebody typed as points, None where both are empty; raises ValidationError in their language."""
    if not points.strip():
        if reason:
            raise ValidationError(_("Type the points that belong to this reason, or empty both."))
        return None
    try:
        found = Decimal(points.strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= 100 or found != found.quantize(_CENT):
        raise ValidationError(_("Points are a number from 0 to 100, with two decimal places at most."))
    if not reason:
        raise ValidationError(_("Give the reason: it is shown to those it concerns."))
    _no_zero_bytes(reason)
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("The reason may have %(n)d characters.") % {"n": LONGEST_REASON})
    return found


def _differs(before: Any, points: Decimal | None, reason: str) -> bool:
    if before is None or points is None:
        return before is not None or points is not None
    return bool(before.points != points or before.reason != reason.strip())
