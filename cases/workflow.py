"""The table of steps: from which status which action leads where, and who may take it.

The one place that says so. Services, buttons, `available_actions`, the diagram in the docs and the
triggers in PostgreSQL are all made from `STEPS`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    REPORTED = "reported", pgettext_lazy("case status", "reported")
    CHECKING = "checking", pgettext_lazy("case status", "checking")
    REGISTERED = "registered", pgettext_lazy("case status", "registered")
    DISPATCHED = "dispatched", pgettext_lazy("case status", "dispatched")
    HANDLING = "handling", pgettext_lazy("case status", "handling")
    SUSPENDED = "suspended", pgettext_lazy("case status", "suspended")
    HANDLED = "handled", pgettext_lazy("case status", "handled")
    CLOSED = "closed", pgettext_lazy("case status", "closed")
    REFUSED = "refused", pgettext_lazy("case status", "refused")
    MERGED = "merged", pgettext_lazy("case status", "merged")
    VOID = "void", pgettext_lazy("case status", "void")


NEW = ""  # the status before a case exists

S = Status
OPEN = (S.REPORTED, S.CHECKING, S.REGISTERED, S.DISPATCHED, S.HANDLING, S.SUSPENDED, S.HANDLED)
UNREGISTERED = (S.REPORTED, S.CHECKING)
# The clock runs in these; a suspended case waits for a date instead.
TIMED = (S.REPORTED, S.CHECKING, S.REGISTERED, S.DISPATCHED, S.HANDLING, S.HANDLED)
WITH_UNIT = (S.DISPATCHED, S.HANDLING)


class Action(models.TextChoices):
    REPORT = "report", _("report")
    AMEND = "amend", _("correct")
    SETTLE = "settle", _("settle on the spot")
    ORDER_CHECK = "order_check", _("order a check")
    ANSWER_CHECK = "answer_check", _("answer the check")
    REGISTER = "register", _("register")
    REFUSE = "refuse", _("refuse")
    MERGE = "merge", _("merge")
    UNMERGE = "unmerge", _("unmerge")
    DISPATCH = "dispatch", _("dispatch")
    RECALL = "recall", _("recall")
    ACCEPT = "accept", _("accept")
    ASK_RETURN = "ask_return", _("ask to return")
    ASK_EXTENSION = "ask_extension", _("ask for more time")
    ASK_SUSPENSION = "ask_suspension", _("ask for a suspension")
    ASK_DEFERRAL = "ask_deferral", _("ask for a deferral")
    REFUSE_REQUEST = "refuse_request", _("refuse the request")
    RETURN = "return", _("return")
    EXTEND = "extend", _("extend")
    SUSPEND = "suspend", _("suspend")
    DEFER = "defer", _("defer")
    RESUME = "resume", _("resume")
    JOIN = "join", _("call in a joint unit")
    RELEASE = "release", _("release a joint unit")
    ACCEPT_PART = "accept_part", _("accept one's part")
    FEED_BACK_PART = "feed_back_part", _("report one's part as done")
    FEED_BACK = "feed_back", _("report as handled")
    VERIFY_PASS = "verify_pass", _("verified: solved")
    VERIFY_FAIL = "verify_fail", _("verified: not solved")
    ESCALATE = "escalate", _("escalate")
    SUPERVISE = "supervise", _("put under supervision")
    RING = "ring", _("ring again")
    URGE = "urge", _("urge")
    ANSWER_URGING = "answer_urging", _("answer the urging")
    ALARM = "alarm", _("declare an emergency")
    CALM = "calm", _("end the emergency")
    REOPEN = "reopen", _("reopen")
    VOID = "void", _("void")
    ANSWER = "answer", _("answer how it ended")
    COMMENT = "comment", _("comment")


class Capacity(models.TextChoices):
    """What somebody is to one case, derived from their posts; see `permissions.capacities`."""

    REPORTER = "reporter", _("the reporter")
    FIELD = "field", _("an inspector or grid leader of the place")
    OPERATOR = "operator", _("an operator of the holder")
    DISPATCHER = "dispatcher", _("a dispatcher of the holder")
    UNIT = "unit", _("a member of the unit")
    JOINT = "joint", _("a member of a joint unit")
    SUPERVISOR = "supervisor", _("a supervisor of the place")
    LEADER = "leader", _("a leader of the place")
    # Without an account: whoever holds a tracking code, and what reports by itself.
    CITIZEN = "citizen", _("a citizen")
    DEVICE = "device", _("a device")
    CLOCK = "clock", _("the clock")


@dataclass(frozen=True)
class Step:
    """One row of the table; `source` equals `target` where the status stays."""

    action: Action
    source: str
    target: Status
    who: frozenset[Capacity]


def _steps(action: Action, sources: Iterable[str], targets: Iterable[Status], *who: Capacity) -> list[Step]:
    return [Step(action, source, target, frozenset(who)) for source, target in product(sources, targets)]


def _staying(action: Action, statuses: Iterable[Status], *who: Capacity) -> list[Step]:
    return [Step(action, status, status, frozenset(who)) for status in statuses]


A, C = Action, Capacity
STEPS: tuple[Step, ...] = (
    *_steps(A.REPORT, [NEW], [S.REPORTED], C.REPORTER, C.CITIZEN, C.DEVICE),
    *_staying(A.AMEND, UNREGISTERED, C.OPERATOR),
    # Settled: closed at once, or, for the sample, verified by somebody else first.
    *_steps(A.SETTLE, [S.REPORTED], [S.CLOSED, S.HANDLED], C.REPORTER),
    *_steps(A.ORDER_CHECK, [S.REPORTED], [S.CHECKING], C.OPERATOR),
    *_steps(A.ANSWER_CHECK, [S.CHECKING], [S.REPORTED], C.FIELD),
    *_steps(A.REGISTER, [S.REPORTED], [S.REGISTERED], C.OPERATOR),
    *_steps(A.REFUSE, [S.REPORTED], [S.REFUSED], C.OPERATOR),
    *_steps(A.MERGE, [S.REPORTED], [S.MERGED], C.OPERATOR),
    *_steps(A.MERGE, [S.REGISTERED], [S.MERGED], C.OPERATOR, C.DISPATCHER),
    # Unmerged: as it was before.
    *_steps(A.UNMERGE, [S.MERGED], [S.REPORTED, S.REGISTERED], C.OPERATOR, C.SUPERVISOR),
    *_steps(A.DISPATCH, [S.REGISTERED], [S.DISPATCHED], C.DISPATCHER),
    *_steps(A.RECALL, WITH_UNIT, [S.REGISTERED], C.DISPATCHER),
    *_steps(A.ACCEPT, [S.DISPATCHED], [S.HANDLING], C.UNIT),
    *_staying(A.ASK_RETURN, WITH_UNIT, C.UNIT),
    *_staying(A.ASK_EXTENSION, [S.HANDLING], C.UNIT),
    *_staying(A.ASK_SUSPENSION, [S.HANDLING], C.UNIT),
    *_staying(A.ASK_DEFERRAL, [S.HANDLING], C.UNIT),
    *_staying(A.REFUSE_REQUEST, WITH_UNIT, C.DISPATCHER, C.SUPERVISOR),
    *_steps(A.RETURN, WITH_UNIT, [S.REGISTERED], C.DISPATCHER),
    *_staying(A.EXTEND, [S.HANDLING], C.SUPERVISOR),
    *_steps(A.SUSPEND, [S.HANDLING], [S.SUSPENDED], C.SUPERVISOR),
    # Deferred (缓办): suspended, and out of the denominator.
    *_steps(A.DEFER, [S.HANDLING], [S.SUSPENDED], C.SUPERVISOR),
    *_steps(A.RESUME, [S.SUSPENDED], [S.HANDLING], C.SUPERVISOR, C.CLOCK),
    # Joint units do their parts beside the unit that leads.
    *_staying(A.JOIN, [S.REGISTERED, *WITH_UNIT], C.DISPATCHER),
    *_staying(A.RELEASE, [S.REGISTERED, *WITH_UNIT], C.DISPATCHER),
    *_staying(A.ACCEPT_PART, WITH_UNIT, C.JOINT),
    *_staying(A.FEED_BACK_PART, WITH_UNIT, C.JOINT),
    # Once it is registered, how far it reaches alone.
    *_staying(A.AMEND, [status for status in OPEN if status not in UNREGISTERED], C.OPERATOR),
    *_steps(A.FEED_BACK, [S.HANDLING], [S.HANDLED], C.UNIT),
    *_steps(A.VERIFY_PASS, [S.HANDLED], [S.CLOSED], C.FIELD),
    # Back to the same unit; a case settled on the spot has none and goes to the dispatcher.
    *_steps(A.VERIFY_FAIL, [S.HANDLED], [S.HANDLING, S.REGISTERED], C.FIELD),
    *_staying(A.ESCALATE, [S.REPORTED, S.CHECKING, S.HANDLED], C.OPERATOR, C.SUPERVISOR, C.CLOCK),
    *_staying(A.ESCALATE, [S.REGISTERED, *WITH_UNIT], C.DISPATCHER, C.SUPERVISOR, C.CLOCK),
    *_staying(A.SUPERVISE, TIMED, C.CLOCK),
    *_staying(A.RING, TIMED, C.CLOCK),
    *_staying(A.URGE, TIMED, C.SUPERVISOR, C.LEADER),
    *_staying(A.ANSWER_URGING, OPEN, C.OPERATOR, C.DISPATCHER, C.UNIT),
    # Declared: from here on its clock never stops.
    *_staying(A.ALARM, TIMED, C.OPERATOR, C.DISPATCHER, C.SUPERVISOR),
    *_staying(A.CALM, OPEN, C.DISPATCHER, C.SUPERVISOR),
    # A citizen once, within the window after the close (`services.citizen`).
    *_steps(A.REOPEN, [S.CLOSED], [S.REGISTERED], C.OPERATOR, C.SUPERVISOR, C.CITIZEN),
    *_steps(A.REOPEN, [S.REFUSED], [S.REPORTED], C.OPERATOR, C.SUPERVISOR),
    *_steps(A.VOID, OPEN, [S.VOID], C.SUPERVISOR),
    # The three questions of the call-back: contacted, solved, satisfied.
    *_staying(A.ANSWER, [S.CLOSED], C.CITIZEN, C.OPERATOR),
    *_staying(
        A.COMMENT, S, C.REPORTER, C.FIELD, C.OPERATOR, C.DISPATCHER, C.UNIT, C.JOINT, C.SUPERVISOR, C.LEADER
    ),
)

# What a unit may ask for, and the step that grants it.
GRANTED_BY = {
    A.ASK_RETURN: A.RETURN,
    A.ASK_EXTENSION: A.EXTEND,
    A.ASK_SUSPENSION: A.SUSPEND,
    A.ASK_DEFERRAL: A.DEFER,
}
ASKING = tuple(GRANTED_BY)


class ReturnKind(models.TextChoices):
    """Why a unit gives a case back; a wrong address is nobody's fault, so the assessment tells it from the others."""

    NOT_OURS = "not_ours", _("not ours")
    WRONG_ADDRESS = "wrong_address", _("wrong address")
    OTHER = "other", _("something else")


# What the machine did on its own because a time ran out; each due time is missed once only.
CLOCK_ACTIONS = (A.ESCALATE, A.SUPERVISE, A.RING)


@cache
def steps_from(status: str) -> tuple[Step, ...]:
    """The rows that begin at a status, in the table's order."""
    return tuple(step for step in STEPS if step.source == status)


@cache
def find_step(action: Action, source: str, target: Status | None = None) -> Step | None:
    """The row of an action from a status; with several targets the first, unless one is named."""
    for step in steps_from(source):
        if step.action == action and target in (None, step.target):
            return step
    return None
