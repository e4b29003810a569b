"""What happens to a task: made, grabbed, assigned, begun, put back, finished, cancelled, lapsed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import AlreadyTaken, NotFoundForYou, NotPermitted, StepNotAllowed, invalid
from gridgov.models import Photo
from gridgov.photos_ahead import claim_photos
from grids.models import Area, GridObject, Role, User
from inspections.campaign_progress import has_reached_share
from inspections.models import (
    PENDING,
    Answer,
    Result,
    Skill,
    Task,
    TaskAction,
    TaskEvent,
    TaskKind,
    TaskState,
    Visit,
)
from inspections.notices import people_at, tell
from inspections.permissions import can_finish_by_hand, can_lead, capacities, may_have
from inspections.task_flow import TaskStep, Who, find_task_step

LAPSED_AT_ONCE = 200


@transaction.atomic
def make_task(
    *,
    actor: User,
    title: str,
    area: Area,
    due_at: datetime,
    starts_at: datetime | None = None,
    note: str = "",
    object: GridObject | None = None,
    assignee: User | None = None,
    skill: Skill | None = None,
    is_urgent: bool = False,
) -> Task:
    """Order something to be done in an area or at an object (指令), by somebody or by whoever grabs it.

    Raises `NotPermitted` unless the actor leads there, ValidationError for times in the wrong order, an object
    elsewhere, and somebody who may not have it.
    """
    if not can_lead(actor, area):
        raise NotPermitted("make_task")
    now = clock.now()
    if object is not None and not object.area.path.startswith(area.path):
        raise invalid("object", _("This object does not lie there."), "elsewhere")
    if due_at <= max(now, starts_at or now):
        raise invalid("due_at", _("The time by which it is to be done must lie ahead."), "due_too_early")
    task = Task(
        kind=TaskKind.ORDER,
        title=title.strip(),
        note=note.strip(),
        area=object.area if object else area,
        district=Area.objects.get(code=area.district_code),
        object=object,
        skill=skill,
        is_urgent=is_urgent,
        starts_at=starts_at or now,
        due_at=due_at,
        state=TaskState.ASSIGNED if assignee else TaskState.OPEN,
        assignee=assignee,
        made_at=now,
    )
    _require_may_have(task)
    task.save(force_insert=True)
    write_event(task, TaskAction.MAKE, actor)
    if assignee:
        _tell_assignee(task, actor)
    elif is_urgent:
        tell(task, "task_urgent", people_at(task.area, Role.INSPECTOR, Role.GRID_LEADER), due_at=_when(task))
    return task


@transaction.atomic
def grab_task(task_id: int, *, actor: User) -> Task:
    """Take an open task (抢单); it must be begun within `TASK_BEGIN_MINUTES`.

    Raises `AlreadyTaken`, saying by whom, `StepNotAllowed`, `NotPermitted`.
    """
    task = lock_task(task_id, actor=actor)
    if task.assignee and task.assignee_id != actor.pk:
        raise AlreadyTaken(
            task.pk, message=_("%(who)s has already taken this.") % {"who": str(task.assignee)}
        )
    step = _require(task, TaskAction.GRAB, actor)
    begin_by = max(clock.now(), task.starts_at) + timedelta(minutes=begin_minutes())
    return take_task_step(task, step, actor=actor, assignee=actor, begin_by=begin_by)


@transaction.atomic
def assign_task(task_id: int, *, actor: User, assignee: User, note: str = "") -> Task:
    """Give a task to somebody, also one that another person has in hand; both are told.

    Raises `StepNotAllowed`, `NotPermitted`, ValidationError when they may not have it.
    """
    task = lock_task(task_id, actor=actor)
    step = _require(task, TaskAction.ASSIGN, actor)
    before = task.assignee
    if before == assignee:
        return task
    task.assignee = assignee
    _require_may_have(task)
    take_task_step(task, step, actor=actor, assignee=assignee, note=note)
    if before:
        tell(task, "task_reassigned", {before} - {actor}, who=str(assignee))
    _tell_assignee(task, actor)
    return task


@transaction.atomic
def put_back_task(task_id: int, *, actor: User, note: str = "") -> Task:
    """Let others have it; by whoever has it, or by who leads there. The other side is told."""
    task = lock_task(task_id, actor=actor)
    step = _require(task, TaskAction.PUT_BACK, actor)
    had = task.assignee
    take_task_step(task, step, actor=actor, assignee=None, note=note)
    if had == actor:
        leaders = set(people_at(task.area, Role.GRID_LEADER)) - {actor}
        tell(task, "task_put_back", leaders, who=str(actor), note=note[:200])
    elif had:
        tell(task, "task_taken_back", [had], note=note[:200])
    return task


@transaction.atomic
def begin_task(task_id: int, *, actor: User) -> Task:
    """Say that one is at it: from then on it does not go back by itself."""
    task = lock_task(task_id, actor=actor)
    step = _require(task, TaskAction.BEGIN, actor)
    return take_task_step(task, step, actor=actor, assignee=actor)


@transaction.atomic
def finish_task(
    task_id: int,
    *,
    actor: User,
    note: str = "",
    photos: Collection[Photo] = (),
    photo_uuids: Sequence[UUID] = (),
) -> Task:
    """Say that it is done: patrols, and orders without an object. The others are finished by the visit or the case.

    From somebody who had it and did it before they heard that it went to another, or ended, it is kept in its story
    once and told to the leader, and the task stays as it is, unless nobody has it. Photos come along, or were sent
    ahead. Raises `StepNotAllowed`, `NotPermitted`, `PhotosMissing`, `PhotosUsed`.
    """
    task = lock_task(task_id, actor=actor)
    if _had_it_before(task, actor):
        ahead = claim_photos(photo_uuids, actor=actor)
        photos = [*photos, *ahead]
        if task.state == TaskState.OPEN and may_have(actor, task):
            step = step_of_deed(task, TaskAction.FINISH)
            return complete_task(task, step, actor=actor, note=note, photos=photos)
        return _keep_beside(task, actor=actor, note=note, photos=photos)
    step = _require(task, TaskAction.FINISH, actor)
    if not can_finish_by_hand(task):
        raise StepNotAllowed(task.pk, message=_("This is done by visiting it, or by the step of its case."))
    ahead = claim_photos(photo_uuids, actor=actor)
    return complete_task(task, step, actor=actor, note=note, photos=[*photos, *ahead])


@transaction.atomic
def finish_by_visit(task_id: int, *, actor: User, visit: Visit) -> bool:
    """What a visit made for a task does to it; False when the task is no longer this person's, which changes nothing.

    The visit of its object finishes a task, also one that lapsed meanwhile and that nobody else took. A patrol goes on
    until it is ended by hand, a case's task until the case moves on, a campaign's until its share is reached.
    """
    task = _locked(Task.objects.filter(pk=task_id))
    if task is None or task.state not in PENDING:
        return False
    if task.assignee_id != actor.pk and (task.state != TaskState.OPEN or not may_have(actor, task)):
        return False
    if task.object_id is not None and task.object_id != visit.object_id:
        return False
    if task.object_id is not None or (task.campaign_id is not None and has_reached_share(task)):
        complete_task(task, step_of_deed(task, TaskAction.FINISH), actor=actor)
    return True


@transaction.atomic
def finish_tasks_there(visit: Visit, *, actor: User) -> None:
    """End what a visit has done besides the task it was made for: one visit replaces many.

    The re-checks of what it confirmed, whoever has them, and the actor's own re-checks and orders at the object.
    """
    looked_at = Answer.objects.filter(
        visit=visit,
        checklist_id=OuterRef("finding__answer__checklist_id"),
        item_key=OuterRef("finding__answer__item_key"),
    ).exclude(result=Result.NOT_APPLICABLE)
    own = (
        Q(kind=TaskKind.ORDER, starts_at__lte=visit.finished_at)
        | Q(Exists(looked_at), kind=TaskKind.RECHECK, finding__ended_at__lte=visit.finished_at)
        # After a case that no visit raised.
        | Q(kind=TaskKind.RECHECK, finding=None, made_at__lte=visit.finished_at)
    )
    tasks = Task.objects.pending().filter(
        Q(kind=TaskKind.RECHECK, finding__confirmed_by=visit) | Q(own, assignee=actor), object=visit.object_id
    )
    for task in tasks.select_for_update(of=("self",), no_key=True).select_related("object").order_by("pk"):
        had = task.assignee
        complete_task(task, step_of_deed(task, TaskAction.FINISH), actor=actor)
        if had and had != actor:
            tell(task, "task_done", [had], who=str(actor), note="")


@transaction.atomic
def cancel_task(task_id: int, *, actor: User, reason: str) -> Task:
    """Call a task off, with the reason; whoever has it is told."""
    task = lock_task(task_id, actor=actor)
    step = _require(task, TaskAction.CANCEL, actor)
    if not reason.strip():
        raise invalid("reason", _("Give the reason: it stands in the task's story."), "reason_missing")
    take_task_step(task, step, actor=actor, assignee=task.assignee, note=reason)
    if task.assignee and task.assignee != actor:
        tell(task, "task_cancelled", [task.assignee], note=reason[:200])
    return task


@transaction.atomic
def lapse_tasks() -> int:
    """Let grabbed tasks that were not begun in time go back; returns how many. May run in two places at once."""
    late = list(
        Task.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(state=TaskState.ASSIGNED, begin_by__lte=clock.now())
        .order_by("pk")[:LAPSED_AT_ONCE]
    )
    for task in late:
        had = task.assignee
        take_task_step(task, _step(task, TaskAction.LAPSE), actor=None, assignee=None)
        tell(task, "task_lapsed", [had] if had else [])
    return len(late)


# What services of tasks share


def begin_minutes() -> int:
    """How long somebody who grabbed a task has until they must begin."""
    return int(settings.TASK_BEGIN_MINUTES)


def lock_task(task_id: int, *, actor: User) -> Task:
    """A task that the actor may see, its row locked to the end of the transaction; raises `NotFoundForYou`."""
    task = _locked(Task.objects.visible_to(actor).filter(pk=task_id))
    if task is None:
        raise NotFoundForYou(task_id)
    return task


def take_task_step(
    task: Task,
    step: TaskStep,
    *,
    actor: User | None,
    assignee: User | None,
    begin_by: datetime | None = None,
    note: str = "",
    photos: Collection[Photo] = (),
) -> Task:
    """Write a step that was judged already, with its event; the task is locked."""
    task.state, task.assignee, task.begin_by = step.target, assignee, begin_by
    task.version += 1
    task.save(update_fields=["state", "assignee", "begin_by", "version"])
    write_event(task, step.action, actor, note=note, photos=photos)
    return task


def complete_task(task: Task, step: TaskStep, *, actor: User, **said: Any) -> Task:
    """Done, in the name of whoever did it; who ordered it is told."""
    take_task_step(task, step, actor=actor, assignee=actor, **said)
    if task.kind == TaskKind.ORDER:
        ordered = User.objects.filter(pk__in=task.events.filter(action=TaskAction.MAKE).values("actor"))
        tell(task, "task_done", set(ordered) - {actor}, who=str(actor), note=said.get("note", "")[:200])
    return task


def write_event(
    task: Task, action: TaskAction, actor: User | None, *, note: str = "", photos: Collection[Photo] = ()
) -> TaskEvent:
    """One more row of the task's story."""
    event: TaskEvent = TaskEvent.objects.create(
        task=task,
        district_id=task.district_id,
        seq=task.version,
        action=action,
        actor=actor,
        assignee=task.assignee,
        at=clock.now(),
        note=note.strip()[:500],
    )
    if photos:
        # Those that came ahead are there already.
        Photo.objects.bulk_create([photo for photo in photos if photo._state.adding])
        event.photos.set(photos)
    return event


def step_of_deed(task: Task, action: TaskAction) -> TaskStep:
    """The step that what was done outside takes by itself; the task is pending."""
    step = _step(task, action)
    if Who.DEED not in step.who:
        raise StepNotAllowed(task.pk, action)
    return step


def _had_it_before(task: Task, actor: User) -> bool:
    """Whether it was the actor's and is so no more, by no doing of theirs."""
    is_theirs = task.assignee_id == actor.pk and task.state != TaskState.CANCELLED
    if is_theirs or not can_finish_by_hand(task):
        return False
    last = task.events.filter(Q(actor=actor) | Q(assignee=actor)).order_by("seq").last()
    told = (TaskAction.FINISH, TaskAction.BESIDE)
    return last is not None and last.assignee_id == actor.pk and last.action not in told


def _keep_beside(task: Task, *, actor: User, note: str, photos: Collection[Photo]) -> Task:
    """In the story only: the task stays with whom it is; who leads there is told."""
    task.version += 1
    task.save(update_fields=["version"])
    write_event(task, TaskAction.BESIDE, actor, note=note, photos=photos)
    tell(task, "visit_beside_task", set(people_at(task.area, Role.GRID_LEADER)) - {actor}, who=str(actor))
    return task


def _step(task: Task, action: TaskAction) -> TaskStep:
    step = find_task_step(task.state, action)
    if step is None:
        raise StepNotAllowed(task.pk, action)
    return step


def _locked(tasks: Any) -> Task | None:
    found: Task | None = (
        tasks.select_for_update(of=("self",), no_key=True)
        # Not the assignee: a join is not looked at again when the lock had to wait, and that is what changes.
        .select_related("area", "case", "object", "campaign")
        .first()
    )
    return found


def _require(task: Task, action: TaskAction, actor: User) -> TaskStep:
    step = _step(task, action)
    if not step.who & capacities(actor, task):
        raise NotPermitted(action)
    return step


def _require_may_have(task: Task) -> None:
    if task.assignee and not may_have(task.assignee, task):
        raise invalid(
            "assignee",
            _("%(who)s can't have this: no post there, not the skill, or not the one to judge it.")
            % {"who": str(task.assignee)},
            "may_not_have_it",
        )


def _tell_assignee(task: Task, actor: User) -> None:
    if task.assignee and task.assignee != actor:
        tell(task, "task_assigned", [task.assignee], due_at=_when(task))


def _when(task: Task) -> str:
    return task.due_at.isoformat()
