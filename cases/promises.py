"""By when whoever reported may count on something, in plain words."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cases.deadlines import STAGE_OF, deadline_of
from cases.models import Case, CaseEvent, Stage
from cases.workflow import Action, Status
from gridgov import clock
from gridgov.templatetags.ui import moment

# What each status of an open case still has before it, the present stage first.
_AHEAD = {
    Status.CHECKING: (Stage.CHECK, Stage.INTAKE, Stage.DISPATCH, Stage.ACCEPT, Stage.HANDLING),
    Status.REPORTED: (Stage.INTAKE, Stage.DISPATCH, Stage.ACCEPT, Stage.HANDLING),
    Status.REGISTERED: (Stage.DISPATCH, Stage.ACCEPT, Stage.HANDLING),
    Status.DISPATCHED: (Stage.ACCEPT, Stage.HANDLING),
}
# The steps that give a case the time that it is handled in.
GIVES_TIME = (Action.ACCEPT, Action.EXTEND, Action.RESUME, Action.VERIFY_FAIL)


@dataclass(frozen=True)
class Promise:
    """What is promised, by when (None where nobody can say), and why it is not what was said before."""

    words: str
    at: datetime | None = None
    why: str = ""

    @property
    def is_late(self) -> bool:
        return self.at is not None and self.at < clock.now()


def promise_of(case: Case, events: Sequence[CaseEvent]) -> Promise | None:
    """What a citizen may count on now; None once it has ended. `events` are the case's own. Three queries at most.

    Before handling begins it is the end of all the stages that are left, each with its limit: nobody may take longer, and
    a case that moves up because a stage was missed does not move its date with it.
    """
    match Status(case.status):
        case Status.SUSPENDED:
            return Promise(
                _("It goes on at the latest on %(until)s.") % {"until": moment(case.suspended_until)},
                case.suspended_until,
                _("It can't be done now, for instance because of weather, material or a permit."),
            )
        case Status.HANDLED:
            return Promise(_("It is reported as done. Somebody looks whether it is."), case.stage_due_at)
        case Status.HANDLING:
            return _handling(case, events)
        case Status() as status if status in _AHEAD:
            return _before_handling(case, _AHEAD[status])
        case _:
            return None


def promised_at(case: Case) -> datetime | None:
    """By when it is to be solved as far as anybody can say; None once it has ended. As many queries, and one more."""
    gave_time = case.events.filter(action__in=GIVES_TIME).order_by("seq")
    promise = promise_of(case, list(gave_time))
    return promise.at if promise else None


def _handling(case: Case, events: Sequence[CaseEvent]) -> Promise:
    """The date that was said; one that only came because it was missed is not what was promised."""
    given = [event for event in events if event.action in GIVES_TIME and event.due_after]
    at = given[-1].due_after if given else case.stage_due_at
    if at is None:
        return Promise(_("It is being worked on."))
    why = ""
    if given and given[-1].action == Action.EXTEND:
        why = _("It takes longer than planned; more time was asked for, looked into and granted.")
    elif given and given[-1].action == Action.RESUME:
        why = _("It had to wait; now it goes on with the time that was left.")
    elif given and given[-1].action == Action.VERIFY_FAIL:
        why = _("Somebody looked and found it not solved yet.")
    return Promise(_("It is to be solved by %(at)s.") % {"at": moment(at)}, at, why)


def _before_handling(case: Case, ahead: Sequence[Stage]) -> Promise:
    at = case.promised_due_at or _end_of(case, ahead)
    if at is not None:
        return Promise(_("It is to be solved by %(at)s at the latest.") % {"at": moment(at)}, at)
    if STAGE_OF[Status(case.status)] is Stage.INTAKE and case.stage_due_at:
        words = _("Somebody looks at it by %(at)s; then you read here by when it is to be solved.")
        return Promise(words % {"at": moment(case.stage_due_at)}, case.stage_due_at)
    return Promise(_("As soon as it is clear by when it will be solved, you read it here."))


def _end_of(case: Case, ahead: Sequence[Stage]) -> datetime | None:
    """When the last of the stages ends if each takes all its time; None where one has no limit."""
    at = case.stage_due_at
    assumed = copy(case)
    if assumed.condition_id is None and case.case_class is not None:
        assumed.condition = case.case_class.conditions.filter(is_active=True).first()
    if assumed.condition_id is None:
        return None
    for stage in ahead[1:]:
        deadline = at and deadline_of(assumed, stage, at)
        at = deadline.due_at if deadline else None
    return at
