"""What a person may do with a case, as buttons lead to it: plain data, so that a page of cases can offer dispatch's steps."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.parts import open_parts
from cases.permissions import available_actions, units_of
from cases.workflow import GRANTED_BY, Action
from gridgov import clock
from grids.models import AreaLevel, User


@dataclass(frozen=True)
class Offer:
    """One way on from a case: the page of a step, with its word and icon.

    `forward`: it carries the case on, so it comes first and large. `danger`: it stands apart. `direct`: it asks
    nothing, one press is enough. `key`: the letter that does the same at the console.
    """

    url_name: str
    label: str | Promise
    icon: str
    forward: bool = False
    danger: bool = False
    direct: bool = False
    key: str = ""


_DECIDE = Offer("dispatch:decide_request", _("Decide the request"), "check", forward=True, key="q")
_VERIFY = Offer("cases:verify_case", _("Verify"), "shield-check", forward=True, key="v")

# In the order one needs them.
OFFERS: dict[Action, Offer] = {
    Action.RETURN: _DECIDE,
    Action.EXTEND: _DECIDE,
    Action.SUSPEND: _DECIDE,
    Action.DEFER: _DECIDE,
    Action.REFUSE_REQUEST: _DECIDE,
    Action.ANSWER_URGING: Offer(
        "dispatch:answer_urging", _("Answer the urging"), "message-square", forward=True
    ),
    Action.ACCEPT_PART: Offer(
        "dispatch:accept_part", _("Accept our part"), "check", forward=True, direct=True
    ),
    Action.FEED_BACK_PART: Offer(
        "dispatch:feed_back_part", _("Report our part as done"), "camera", forward=True
    ),
    Action.ACCEPT: Offer("dispatch:accept_case", _("Accept"), "check", forward=True, direct=True, key="a"),
    Action.FEED_BACK: Offer(
        "dispatch:feed_back_case", _("Report as handled"), "camera", forward=True, key="h"
    ),
    Action.VERIFY_PASS: _VERIFY,
    Action.VERIFY_FAIL: _VERIFY,
    Action.ANSWER_CHECK: Offer("cases:answer_check", _("Answer the check"), "eye", forward=True),
    Action.SETTLE: Offer("cases:settle_case", _("Settle on the spot"), "circle-check", forward=True),
    Action.REGISTER: Offer("cases:register_case", _("Register"), "clipboard-check", forward=True, key="r"),
    Action.DISPATCH: Offer("dispatch:dispatch_case", _("Dispatch"), "send", forward=True, key="d"),
    Action.RESUME: Offer("dispatch:resume_case", _("Resume"), "play", forward=True),
    Action.ORDER_CHECK: Offer("cases:order_check", _("Order a check"), "footprints", key="o"),
    Action.MERGE: Offer("cases:merge_case", _("Merge"), "merge", key="m"),
    Action.REFUSE: Offer("cases:refuse_case", _("Refuse"), "circle-x", key="f"),
    Action.AMEND: Offer("cases:amend_case", _("Correct"), "pencil"),
    Action.UNMERGE: Offer("cases:unmerge_case", _("Take apart"), "split"),
    Action.ASK_EXTENSION: Offer("dispatch:ask_extension", _("Ask for more time"), "calendar-clock"),
    Action.ASK_SUSPENSION: Offer("dispatch:ask_suspension", _("Ask for a suspension"), "pause"),
    Action.ASK_DEFERRAL: Offer("dispatch:ask_deferral", _("Ask for a deferral"), "hourglass"),
    Action.ASK_RETURN: Offer("dispatch:ask_return", _("Ask to return it"), "undo-2"),
    Action.ANSWER: Offer("cases:record_answer", _("Record a call-back"), "phone"),
    Action.REOPEN: Offer("cases:reopen_case", _("Reopen"), "rotate-ccw"),
    Action.RECALL: Offer("dispatch:recall_case", _("Recall"), "corner-up-left", key="l"),
    Action.JOIN: Offer("dispatch:join_unit", _("Call in a joint unit"), "users"),
    Action.RELEASE: Offer("dispatch:release_unit", _("Release a joint unit"), "corner-up-left"),
    Action.URGE: Offer("dispatch:urge_case", _("Urge"), "megaphone", key="u"),
    Action.ESCALATE: Offer("dispatch:escalate_case", _("Escalate"), "circle-arrow-up", key="e"),
    Action.ALARM: Offer("dispatch:declare_emergency", _("Declare an emergency"), "siren"),
    Action.CALM: Offer("dispatch:end_emergency", _("End the emergency"), "circle-check"),
    Action.COMMENT: Offer("cases:comment_case", _("Comment"), "message-square", key="c"),
    Action.VOID: Offer("cases:void_case", _("Declare void"), "ban", danger=True),
}

# What depends on how far the part of a joint unit is.
_OF_A_PART = {Action.ACCEPT_PART, Action.FEED_BACK_PART, Action.RELEASE}

# Ways on that are no step of the case itself: each with its judge. Apps above add theirs in AppConfig.ready().
FURTHER: list[tuple[Callable[[User, Case], bool], Offer]] = []


def offered_actions(user: User, case: Case) -> list[Action]:
    """The actions to offer somebody: what the table and their posts allow, without what would come to nothing."""
    actions = available_actions(user, case)
    granting = GRANTED_BY[Action(case.request)] if case.request else None
    parts = _part_actions(user, case, actions)
    return [
        action
        for action in actions
        if action in OFFERS
        and not _is_pointless(action, case, granting, actions)
        and (action not in _OF_A_PART or action in parts)
    ]


def offers(user: User, case: Case) -> list[Offer]:
    """The buttons of a case for somebody, in the order one needs them."""
    actions = set(offered_actions(user, case))
    steps = dict.fromkeys(offer for action, offer in OFFERS.items() if action in actions)
    further = [offer for may, offer in FURTHER if may(user, case)]
    return sorted([*steps, *further], key=lambda offer: offer.danger)


def _part_actions(user: User, case: Case, actions: list[Action]) -> set[Action]:
    """Which steps of a part lead on now; one query where somebody might take one."""
    if not case.joint_unit_ids or not _OF_A_PART & set(actions):
        return set()
    mine = units_of(user)
    found: set[Action] = set()
    for part in open_parts(case):
        found.add(Action.RELEASE)
        if part.unit.pk in mine:
            found |= set(part.waits_for)
    return found


# What the table allows and the service would still refuse, as the case itself shows.
_POINTLESS: dict[Action, Callable[[Case], bool]] = {
    Action.ASK_EXTENSION: lambda case: (
        bool(case.request) or case.stage_due_at is None or case.stage_due_at <= clock.now()
    ),
    Action.ASK_RETURN: lambda case: bool(case.request),
    Action.ASK_SUSPENSION: lambda case: bool(case.request),
    Action.ASK_DEFERRAL: lambda case: bool(case.request),
    Action.ANSWER_URGING: lambda case: not case.urged_level,
    Action.ESCALATE: lambda case: case.level == AreaLevel.DISTRICT,
    Action.ALARM: lambda case: case.emergency_at is not None or case.point is None,
    Action.CALM: lambda case: case.emergency_at is None,
    # Nobody could go and look where nobody knows.
    Action.ORDER_CHECK: lambda case: not case.is_placed,
}


def _is_pointless(action: Action, case: Case, granting: Action | None, actions: list[Action]) -> bool:
    if action in GRANTED_BY.values():
        return action != granting
    if action is Action.REFUSE_REQUEST:
        return granting not in actions
    return action in _POINTLESS and _POINTLESS[action](case)
