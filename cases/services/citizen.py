"""What citizens do without an account: report, join a report, say how it ended, and open it again."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cases.after_close import (
    AnsweredAlready,
    Satisfaction,
    has_answered,
    require_joinable,
    why_not_reopen,
)
from cases.models import Case, CaseClass, Channel, Follower
from cases.services.register import required_reason
from cases.services.report import report_case
from cases.services.steps import lock_case, take_step
from cases.tracking_codes import new_code
from cases.workflow import Action, Capacity
from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.models import Photo
from grids.models import Area, User


@dataclass(frozen=True)
class Sender:
    """What is kept of a sender besides the report: where to tell them, and keyed hashes to know them again."""

    email: str = ""
    language: str = ""
    address_hash: str = ""
    device_hash: str = ""
    # The account of the app that it came through; see `Follower.app`.
    app: User | None = None


@transaction.atomic
def report_as_citizen(
    *,
    district: Area,
    sender: Sender,
    case_class: CaseClass | None = None,
    photos: Collection[Photo] = (),
    **report: Any,
) -> Follower:
    """File a citizen's report; whoever gets the follower's code follows the case.

    `report` is what `report_case` takes besides: point, address, description, contact_name, contact_phone.
    Raises ValidationError as it does.
    """
    case = report_case(
        actor=None,
        capacity=Capacity.CITIZEN,
        channel=Channel.CITIZEN,
        district=district,
        case_class=case_class,
        photos=photos,
        **report,
    )
    return _follow(case, sender, has_reported=True)


@transaction.atomic
def join_case(case_id: int, *, sender: Sender, note: str = "") -> Follower:
    """Follow a case that strangers may know of instead of reporting the matter again.

    The case itself does not change: nobody who works on it is overtaken. The same device joins once: it gets its
    follower again. What was closed of late is joined to say that it is not solved. Raises `NotFoundForYou` for a case
    that is not public, and `ClosedAlready` for one that citizens can't open again.
    """
    # Locked first, judged afterwards: what was closed, merged or withheld until then counts.
    Case.objects.public().select_for_update(of=("self",), no_key=True).filter(pk=case_id).order_by().first()
    case = Case.objects.public().filter(pk=case_id).order_by().first()
    if case is None:
        raise NotFoundForYou(case_id)
    same = case.followers.filter(device_hash=sender.device_hash).exclude(device_hash="").first()
    if same is None:
        require_joinable(case)
    return same or _follow(case, sender, note=note.strip())


@transaction.atomic
def answer_how_it_ended(
    follower_id: int,
    *,
    contacted: bool,
    solved: bool,
    satisfied: Satisfaction,
    note: str = "",
) -> Case:
    """Answer the three questions of a closed case, once after each close; "not solved" opens it again where it may.

    A merged case's follower answers for the one that it was merged into. Where it may not be opened again, the answer
    is kept all the same and the operators hear of it. Raises `StepNotAllowed` before the close, `AnsweredAlready` the
    second time.
    """
    follower = _locked_with(follower_id, Action.ANSWER)
    case = follower.case
    if has_answered(follower, case):
        raise AnsweredAlready()
    data = {"follower": follower.pk, **_answers(contacted, solved, satisfied)}
    take_step(case, Action.ANSWER, actor=None, capacity=Capacity.CITIZEN, note=note, data=data)
    if not solved and why_not_reopen(case) is None:
        _reopen(follower, note)
    return case


@transaction.atomic
def record_answer(
    case_id: int,
    *,
    actor: User,
    contacted: bool,
    solved: bool,
    satisfied: Satisfaction,
    note: str = "",
) -> Case:
    """Write down what a citizen said on the phone about a closed case; whether it goes on is the operator's to decide."""
    case = lock_case(case_id, Action.ANSWER, actor=actor)
    take_step(case, Action.ANSWER, actor=actor, note=note, data=_answers(contacted, solved, satisfied))
    return case


def _answers(contacted: bool, solved: bool, satisfied: Satisfaction) -> dict[str, Any]:
    return {"contacted": contacted, "solved": solved, "satisfied": Satisfaction(satisfied).value}


@transaction.atomic
def reopen_as_citizen(follower_id: int, *, reason: str) -> Case:
    """Open a closed case for the dispatcher again, because it is not solved.

    Once per case and within `REOPEN_WINDOW_DAYS` of its close, to the second: raises `ReopenedAlready` and
    `TooLateToReopen` otherwise, `StepNotAllowed` when it is not closed.
    """
    follower = _locked_with(follower_id, Action.REOPEN)
    if refusal := why_not_reopen(follower.case):
        raise refusal
    _reopen(follower, required_reason(reason))
    return follower.case


def _reopen(follower: Follower, note: str) -> None:
    take_step(
        follower.case,
        Action.REOPEN,
        actor=None,
        capacity=Capacity.CITIZEN,
        note=note,
        data={"follower": follower.pk},
        unit=None,
        joint_unit_ids=[],
        settled_on_the_spot=False,
    )


def _locked_with(follower_id: int, action: Action) -> Follower:
    """The follower, with the case they wait for locked: the one it was merged into, if it was."""
    follower = Follower.objects.select_related("case").filter(pk=follower_id).first()
    if follower is None:
        raise NotFoundForYou(follower_id)
    follower.case = lock_case(
        follower.case.merged_into_id or follower.case_id, action, actor=None, capacity=Capacity.CITIZEN
    )
    return follower


def _follow(case: Case, sender: Sender, **fields: Any) -> Follower:
    return Follower.objects.create(case=case, code=new_code(), since=clock.now(), **vars(sender), **fields)
