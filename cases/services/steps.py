"""Taking one step of the workflow: the only place where a case's status, holder, unit and clock change."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from cases import stage_clock
from cases.deadlines import STAGE_OF, Deadline, deadline_of, promised_deadline
from cases.deeds import time_of_deed
from cases.models import Case, CaseEvent, CasePhoto, PhotoKind
from cases.notices import notify
from cases.overtaken import require_as_seen
from cases.permissions import can_see_case, require_step
from cases.workflow import ASKING, Action, Capacity, Status, Step, find_step
from gridgov import clock
from gridgov.errors import NotFoundForYou, StepNotAllowed
from gridgov.models import Photo
from grids.models import Organisation, Post, User


def lock_case(
    case_id: int,
    action: Action | None = None,
    *,
    actor: User | None,
    capacity: Capacity = Capacity.CLOCK,
) -> Case:
    """A case, its row locked to the end of the transaction; with the action meant for it, checked already.

    Raises `NotFoundForYou` when there is none that the actor may see, `Overtaken` when it is no longer `as_seen`,
    `StepNotAllowed` when the action leads nowhere from its status, `NotPermitted` when the actor may not take it.
    `actor` None is the clock, or who else has no account: `capacity` says who.
    """
    case = (
        # No joins: what a step needs of holder or unit is read when it is needed.
        Case.objects.select_for_update(of=("self",), no_key=True).filter(pk=case_id).order_by().first()
    )
    if case is None or (actor is not None and not can_see_case(actor, case)):
        raise NotFoundForYou()
    if action is not Action.COMMENT:  # takes nobody's decision away
        require_as_seen(case)
    if action is not None:
        _check(case, action, actor, capacity, None)
    return case


def take_step(
    case: Case,
    action: Action,
    *,
    actor: User | None,
    capacity: Capacity = Capacity.CLOCK,
    target: Status | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
    photos: Collection[Photo] = (),
    photo_kind: PhotoKind = PhotoKind.BEFORE,
    until: datetime | None = None,
    done_at: datetime | None = None,
    of_unit: Organisation | None = None,
    **changes: Any,
) -> CaseEvent:
    """Take one step with a locked case: check it, move status and clock, write the timeline row and notices.

    `actor` None is the clock, or who else has no account: `capacity` says who. `changes` are further fields of the case that the step sets (unit, holder…).
    `until` is the new due time of an extension, or the last moment of a suspension. `done_at` is when it was done, if
    a phone tells it later; time used counts until then, the next stage begins now. `of_unit` is the joint unit that the
    step concerns, where it is not about the one that leads.

    Raises `StepNotAllowed` when no such step leads on from here, `NotPermitted` when this person may not.
    """
    step, capacity, post = _check(case, action, actor, capacity, target)
    now = clock.now()
    done_at = time_of_deed(done_at, case, step)
    elapsed = stage_clock.elapsed_minutes(case, max(done_at or now, case.stage_started_at))
    unit_before = case.unit_id
    # What has rung once is told by its next ring; all else by the due time, though a rule waits longer than that.
    rings = capacity is Capacity.CLOCK and case.supervised_at is not None
    due_before = case.climb_at if rings else case.stage_due_at
    move(case, step, now, until=until, **changes)
    case.save(
        update_fields=[
            "status", "level", "version", "closed_at", "supervised_at", "emergency_at", "urged_level", "request",
            *stage_clock.CLOCK_FIELDS, *changes
        ]
    )  # fmt: skip
    event = CaseEvent.objects.create(
        case=case,
        district_id=case.district_id,
        seq=case.version,
        action=action,
        actor=actor,
        post=post,
        capacity=capacity,
        at=now,
        done_at=done_at,
        from_status=step.source,
        to_status=step.target,
        holder_id=case.holder_id,
        level=case.level,
        unit_id=of_unit.pk if of_unit else case.unit_id or unit_before,
        note=note.strip(),
        due_before=due_before,
        due_after=case.stage_due_at,
        elapsed_minutes=elapsed,
        data=data or {},
    )
    attach_photos(event, photos, photo_kind)
    notify(case, event)
    return event


def move(case: Case, step: Step, now: datetime, *, until: datetime | None = None, **changes: Any) -> None:
    """What a step does to the fields of a case; nothing is saved."""
    for field, value in changes.items():
        setattr(case, field, value)
    if "holder" in changes:
        case.level = case.holder.level
    case.status = step.target
    _move_clock(case, step, now, until)
    # A comment on a closed case does not close it anew.
    if step.source != step.target and Status.CLOSED in (step.source, step.target):
        case.closed_at = now if case.status == Status.CLOSED else None
    if not case.is_open:
        case.supervised_at = case.emergency_at = case.urged_level = None
    if step.action in ASKING:
        case.request = step.action
    elif step.source != step.target or step.action in (Action.EXTEND, Action.REFUSE_REQUEST):
        case.request = ""
    case.version += 1


def attach_photos(event: CaseEvent, photos: Collection[Photo], kind: PhotoKind) -> None:
    """Save the photos and hang them on the step they came with."""
    if not photos:
        return
    # Those that a phone sent ahead are there already.
    Photo.objects.bulk_create([photo for photo in photos if photo._state.adding])
    CasePhoto.objects.bulk_create(
        [CasePhoto(case_id=event.case_id, event=event, photo=photo, kind=kind) for photo in photos]
    )


def _check(
    case: Case, action: Action, actor: User | None, capacity: Capacity, target: Status | None
) -> tuple[Step, Capacity, Post | None]:
    if actor is not None:
        return require_step(actor, case, action, target)
    step = find_step(action, case.status, target)
    if step is None or capacity not in step.who:
        raise StepNotAllowed()
    return step, capacity, None


def _move_clock(case: Case, step: Step, now: datetime, until: datetime | None) -> None:
    """A clock begins with a stage or a new level; a comment or an edit never moves it."""
    match step.action:
        case Action.SUSPEND | Action.DEFER:
            assert until is not None
            stage_clock.stop(case, now, until.astimezone(UTC))
        case Action.RESUME:
            stage_clock.resume(case, now)
        case Action.EXTEND:
            assert until is not None
            stage_clock.extend(case, until.astimezone(UTC))
        case Action.SUPERVISE | Action.RING:
            stage_clock.ring_again(case, now)
        case Action.ACCEPT if case.promised_due_at and not case.emergency_at:
            stage_clock.begin(case, now, promised_deadline(now, case.promised_due_at))
        case Action.ESCALATE:
            _begin_stage(case, now)
        case Action.ALARM:
            stage_clock.begin_no_later(case, now, _deadline(case, now))
        case _ if step.source != step.target:
            _begin_stage(case, now)


def _begin_stage(case: Case, now: datetime) -> None:
    stage_clock.begin(case, now, _deadline(case, now))


def _deadline(case: Case, now: datetime) -> Deadline | None:
    stage = STAGE_OF.get(Status(case.status))
    return deadline_of(case, stage, now) if stage else None
