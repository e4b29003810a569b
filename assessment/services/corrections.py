"""Correcting a published score: a row of its own, with who, why, before and after."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessment.computing import Scored, results_of
from assessment.kinds import COLUMN
from assessment.models import Appeal, CorrectedPoints, Correction, Score
from assessment.period_notices import tell_of_correction
from assessment.permissions import can_run_assessment
from assessment.scoring import Result
from assessment.services.periods import NotComputed, part_row
from assessment.services.typed_points import item_of, points_read
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, invalid
from grids.models import User


@transaction.atomic
def correct_score(
    score_id: int, *, actor: User, reason: str, appeal: Appeal | None = None
) -> Correction | None:
    """Work a published score out again, by what was known when it was computed and with what is exempted now.

    Returns None when that changes nothing. Raises ValidationError without a reason, `NotComputed` before publishing.
    """
    if not can_run_assessment(actor):
        raise NotPermitted()
    if not reason.strip():
        raise invalid("reason", _("Give the reason: it is shown to those it concerns."), "reason_missing")
    score = lock_score(score_id)
    if not score.period.is_shown:
        raise NotComputed()
    now = result_of(score)
    before, after = parts_of(score), parts_worked_out(now)
    if before == after:
        return None
    changed = [name for name in after if before.get(name) != after[name]]
    correction: Correction = Correction.objects.create(
        score=score,
        appeal=appeal,
        at=clock.now(),
        by=actor,
        reason=reason.strip(),
        points_before=points_of(score),
        points_after=now.points,
        parts_before={name: before[name] for name in changed if name in before},
        parts_after={name: after[name] for name in changed},
    )
    return correction


@transaction.atomic
def correct_points(score_id: int, item_id: int, *, actor: User, points: str, reason: str) -> Correction:
    """Put points right that were typed in for a published score; those it concerns are told.

    Raises ValidationError for what are no points, without a reason and where it would change nothing, `NotComputed`
    before publishing, `NotFoundForYou` for an item that is not typed in.
    """
    if not can_run_assessment(actor):
        raise NotPermitted()
    score = lock_score(score_id)
    if not score.period.is_shown:
        raise NotComputed()
    item = item_of(score.period, item_id)
    try:
        given = points_read(points, reason.strip())
    except ValidationError as error:
        raise invalid("points", error.messages[0], "points_refused") from error
    if given is None:
        raise invalid("points", _("Type the points that are right, and the reason."), "points_missing")
    CorrectedPoints.objects.create(
        score=score, item=item, points=given, reason=reason.strip(), by=actor, at=clock.now()
    )
    correction = correct_score(score_id, actor=actor, reason=reason)
    if correction is None:
        raise invalid("points", _("These are the points that stand there already."), "nothing_changes")
    tell_of_correction(correction)
    return correction


def lock_score(score_id: int) -> Score:
    """A score, its row locked to the end of the transaction; raises `NotFoundForYou` when there is none."""
    score: Score | None = (
        Score.objects.select_for_update(of=("self",), no_key=True)
        .select_related("period__scheme", "period__version")
        .filter(pk=score_id)
        .first()
    )
    if score is None:
        raise NotFoundForYou()
    return score


def result_of(score: Score, exempted_until: datetime | None = None) -> Result:
    """The score worked out again by what was known when its period was computed."""
    assert score.period.known_until is not None
    whose = getattr(score, COLUMN[score.period.scheme.kind])
    found: Scored = next(
        each
        for each in results_of(score.period, score.period.known_until, exempted_until, only=whose)
        if each.whose == whose
    )
    return found.result


def points_of(score: Score) -> Any:
    """The points as they are now, corrected or not."""
    last = score.corrections.order_by("-pk").first()
    return last.points_after if last else score.points


def parts_as_published(score: Score) -> dict[str, list[str | None]]:
    """Item or adjustment → numerator, denominator, points and weight as text."""
    return {
        part_name(part.item_id, part.adjustment_id): _texts(
            part.numerator, part.denominator, part.points, part.weight
        )
        for part in score.parts.all()
    }


def parts_of(score: Score) -> dict[str, list[str | None]]:
    """The same as they are now, corrected or not."""
    found = parts_as_published(score)
    for correction in score.corrections.order_by("pk"):
        found |= correction.parts_after
    return found


def parts_worked_out(result: Result) -> dict[str, list[str | None]]:
    """The same of a result that was worked out."""
    rows = [part_row(part) for part in result.parts]
    return {part_name(item, extra): _texts(*numbers) for item, extra, *numbers in rows}


def part_name(item: int | None, adjustment: int | None) -> str:
    """By what a correction names a part."""
    return f"item {item}" if item else f"adjustment {adjustment}"


def _texts(*numbers: Any) -> list[str | None]:
    """With four places, as the columns keep them."""
    return [None if number is None else f"{number:.4f}" for number in numbers]
