"""The life of a task as data: which step leads from where to where, and who takes it."""

from dataclasses import dataclass
from enum import StrEnum

from inspections.models import PENDING, TaskAction, TaskState


class Who(StrEnum):
    """What somebody is to a task."""

    ASSIGNEE = "assignee"
    # A grid leader or supervisor of the place.
    LEADER = "leader"
    # Somebody who walks there, has the skill it asks for, and may judge its case.
    FIELD = "field"
    # What was done outside, a visit or a step of the case, takes the step for whoever did it.
    DEED = "deed"
    CLOCK = "clock"


@dataclass(frozen=True)
class TaskStep:
    """One row of the table."""

    source: TaskState
    action: TaskAction
    target: TaskState
    who: frozenset[Who]


def _step(source: TaskState, action: TaskAction, target: TaskState, *who: Who) -> TaskStep:
    return TaskStep(source, action, target, frozenset(who))


_OPEN, _ASSIGNED, _BEGUN = PENDING

TASK_STEPS = (
    _step(_OPEN, TaskAction.GRAB, _ASSIGNED, Who.FIELD),
    _step(_ASSIGNED, TaskAction.BEGIN, _BEGUN, Who.ASSIGNEE),
    _step(_OPEN, TaskAction.FINISH, TaskState.DONE, Who.DEED),
    _step(_ASSIGNED, TaskAction.FINISH, TaskState.DONE, Who.ASSIGNEE, Who.DEED),
    _step(_BEGUN, TaskAction.FINISH, TaskState.DONE, Who.ASSIGNEE, Who.DEED),
    # By the clock: where it lies in a grid now that its assignee does not walk, or nobody could do it for who is away.
    _step(_ASSIGNED, TaskAction.PUT_BACK, _OPEN, Who.ASSIGNEE, Who.LEADER, Who.CLOCK),
    _step(_BEGUN, TaskAction.PUT_BACK, _OPEN, Who.ASSIGNEE, Who.LEADER, Who.CLOCK),
    _step(_OPEN, TaskAction.ASSIGN, _ASSIGNED, Who.LEADER),
    # By the clock: to who stands in for their holder.
    _step(_ASSIGNED, TaskAction.ASSIGN, _ASSIGNED, Who.LEADER, Who.CLOCK),
    _step(_BEGUN, TaskAction.ASSIGN, _ASSIGNED, Who.LEADER, Who.CLOCK),
    _step(_ASSIGNED, TaskAction.LAPSE, _OPEN, Who.CLOCK),
    # By the clock: patrols of earlier days, and what was for retired grids, that nobody has begun.
    _step(_OPEN, TaskAction.CANCEL, TaskState.CANCELLED, Who.LEADER, Who.DEED, Who.CLOCK),
    _step(_ASSIGNED, TaskAction.CANCEL, TaskState.CANCELLED, Who.LEADER, Who.DEED, Who.CLOCK),
    _step(_BEGUN, TaskAction.CANCEL, TaskState.CANCELLED, Who.LEADER, Who.DEED),
)


def find_task_step(state: str, action: TaskAction) -> TaskStep | None:
    """The row for an action in a state; None where it leads nowhere."""
    return next((step for step in TASK_STEPS if step.source == state and step.action == action), None)
