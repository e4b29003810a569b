"""Urging (督办): somebody above asks why it is not done, and is answered."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, PhotoKind, UrgingLevel
from cases.notices import tell
from cases.permissions import capacities
from cases.services.steps import lock_case, take_step
from cases.workflow import WITH_UNIT, Action, Capacity
from dispatch.models import Urging
from dispatch.urgings import reply_due
from gridgov import clock
from gridgov.errors import StepNotAllowed, invalid
from gridgov.models import Photo
from grids.models import User

LONGEST_REPLY = timedelta(days=30)
LONGEST_NOTE = 500


@transaction.atomic
def urge_case(
    case_id: int,
    *,
    actor: User,
    note: str,
    level: UrgingLevel = UrgingLevel.REMINDER,
    reply_due_at: datetime | None = None,
) -> Case:
    """Urge whoever has an open case; they answer by `reply_due_at`, if none is named as soon as the level says.

    Unanswered it rings. Raises ValidationError without words, when somebody else urges as the leader, and for a
    reply that is due in the past or after more than 30 days.
    """
    case = lock_case(case_id, Action.URGE, actor=actor)
    note, level, now = note.strip(), UrgingLevel(level), clock.now()
    if not note or len(note) > LONGEST_NOTE:
        raise invalid("note", _("Say what you want to know, in 500 characters at most."), "note_missing")
    if level is UrgingLevel.LEADER and Capacity.LEADER not in capacities(actor, case):
        raise invalid("level", _("Only a leader of the place urges as the leader."), "not_the_leader")
    due = reply_due_at or reply_due(case, level, now)
    if not now < due <= now + LONGEST_REPLY:
        raise invalid("reply_due_at", _("Choose a time from now on, within 30 days."), "bad_date")
    event = take_step(
        case,
        Action.URGE,
        actor=actor,
        note=note,
        data={"level": level, "until": due.isoformat()},
        urged_level=max(case.urged_level or 0, level),
    )
    Urging.objects.create(
        case=case,
        district_id=case.district_id,
        asked=event,
        level=level,
        text=note,
        organisation_id=case.unit_id if case.status in WITH_UNIT and case.unit_id else case.holder_id,
        by=actor,
        at=now,
        reply_due_at=due,
        ring_at=due,
    )
    return case


@transaction.atomic
def answer_urging(
    case_id: int,
    *,
    actor: User,
    note: str,
    photos: Collection[Photo] = (),
    up_to: int | None = None,
    done_at: datetime | None = None,
) -> Case:
    """Answer the urgings of a case, all at once; whoever asked is told.

    `up_to` is the id of the last urging that was read: what was asked after it still waits for its answer.
    Raises `StepNotAllowed` when nothing is asked any more.
    """
    case = lock_case(case_id, Action.ANSWER_URGING, actor=actor)
    if not note.strip():
        raise invalid("note", _("Say how it stands: whoever urged reads it."), "note_missing")
    waiting = list(
        Urging.objects.select_for_update(of=("self",), no_key=True)
        .filter(case=case, answered=None, ring_at__isnull=False)
        .select_related("by")
        .order_by("pk")
    )
    answered = [urging for urging in waiting if up_to is None or urging.pk <= up_to]
    if not answered:
        raise StepNotAllowed(case, Action.ANSWER_URGING)
    left = [urging.level for urging in waiting if urging not in answered]
    event = take_step(
        case,
        Action.ANSWER_URGING,
        actor=actor,
        note=note,
        photos=photos,
        photo_kind=PhotoKind.CHECK,
        done_at=done_at,
        urged_level=max(left, default=None),
    )
    Urging.objects.filter(pk__in=[urging.pk for urging in answered]).update(
        answered=event, answered_at=event.at, ring_at=None
    )
    tell(case, "case_answer_urging", {urging.by for urging in answered} - {actor}, note=event.note)
    return case
