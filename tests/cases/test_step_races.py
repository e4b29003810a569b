"""Contested steps: two who act at once, one gets it, the other is told; and nothing is half done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from cases import services as cases
from cases.models import Case, CaseEvent
from cases.workflow import ASKING, Action, Status
from dispatch import services as dispatch
from dispatch.sweep import Swept, sweep
from gridgov import clock
from gridgov.errors import DomainError
from grids.models import User
from tests.case_factories import Cast, case_in, make_case, make_cast, make_city
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MONTH = timedelta(hours=1), timedelta(days=30)

Step = Callable[[Case, Cast], object]


def at(status: Status) -> Callable[[Cast], Case]:
    return lambda cast: case_in(status, cast)


def asked(ask: Callable[..., Case], **given: object) -> Callable[[Cast], Case]:
    """A case in hand whose unit waits for an answer."""

    def start(cast: Cast) -> Case:
        case = case_in(Status.HANDLING, cast)
        return ask(case.pk, actor=cast.handler, reason="缺件", **given)

    return start


def soon(case: Case) -> datetime:
    """A due time that may be asked for: an hour later."""
    assert case.stage_due_at is not None
    return case.stage_due_at + HOUR


def asked_extension(cast: Cast) -> Case:
    case = case_in(Status.HANDLING, cast)
    return dispatch.ask_extension(case.pk, actor=cast.handler, reason="缺件", until=soon(case))


def decides(granted: bool) -> Step:
    return lambda case, cast: dispatch.decide_request(
        case.pk, actor=_decider(case, cast), granted=granted, note="已核实"
    )


def _decider(case: Case, cast: Cast) -> User:
    return cast.dispatcher if case.request == Action.ASK_RETURN else cast.supervisor


def register(case: Case, cast: Cast) -> object:
    return cases.register_case(case.pk, actor=cast.operator)


def recall(case: Case, cast: Cast) -> object:
    return dispatch.recall_case(case.pk, actor=cast.dispatcher, reason="派错了")


def accept(case: Case, cast: Cast) -> object:
    return dispatch.accept_case(case.pk, actor=cast.handler)


def feed_back(case: Case, cast: Cast) -> object:
    return dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了")


def passes(case: Case, cast: Cast) -> object:
    return cases.verify_case(case.pk, actor=cast.inspector, passed=True, note="好了")


def fails(case: Case, cast: Cast) -> object:
    return cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="没好")


def void(case: Case, cast: Cast) -> object:
    return cases.void_case(case.pk, actor=cast.supervisor, reason="误报")


def reopen(case: Case, cast: Cast) -> object:
    return cases.reopen_case(case.pk, actor=cast.operator, reason="又坏了")


def swept(days: int) -> Step:
    """What the sweep does so many days later."""

    def step(case: Case, cast: Cast) -> object:
        with clock.at(clock.now() + timedelta(days=days)):
            return sweep()

    return step


# Of two such steps the second finds the case gone from where it was.
CONTESTED: dict[str, tuple[Callable[[Cast], Case], Step, Step]] = {
    "register twice": (at(Status.REPORTED), register, register),
    "register and refuse": (
        at(Status.REPORTED),
        register,
        lambda case, cast: cases.refuse_case(case.pk, actor=cast.operator, reason="重复"),
    ),
    "dispatch to two units": (
        at(Status.REGISTERED),
        lambda case, cast: dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.team),
        lambda case, cast: dispatch.dispatch_case(
            case.pk, actor=cast.dispatcher, unit=cast.city.street_department
        ),
    ),
    "accept twice": (at(Status.DISPATCHED), accept, accept),
    "feed back twice": (at(Status.HANDLING), feed_back, feed_back),
    "feed back and recall": (at(Status.HANDLING), feed_back, recall),
    "pass and fail": (at(Status.HANDLED), passes, fails),
    "pass and void": (at(Status.HANDLED), passes, void),
    "reopen twice": (at(Status.CLOSED), reopen, reopen),
    "resume twice": (
        at(Status.SUSPENDED),
        lambda case, cast: dispatch.resume_case(case.pk, actor=cast.supervisor),
        lambda case, cast: dispatch.resume_case(case.pk, actor=cast.supervisor),
    ),
    "return granted twice": (asked(dispatch.ask_return), decides(True), decides(True)),
    "return granted and recall": (asked(dispatch.ask_return), decides(True), recall),
    "suspension granted twice": (
        asked(dispatch.ask_suspension, until=clock.now() + MONTH),
        decides(True),
        decides(True),
    ),
}
# Of these both may come to pass, one after the other; or one makes the other impossible.
IN_SOME_ORDER: dict[str, tuple[Callable[[Cast], Case], Step, Step]] = {
    "accept and recall": (at(Status.DISPATCHED), accept, recall),
    "feed back and void": (at(Status.HANDLING), feed_back, void),
    "ask for two things": (
        at(Status.HANDLING),
        lambda case, cast: dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们"),
        lambda case, cast: dispatch.ask_extension(
            case.pk, actor=cast.handler, reason="缺件", until=soon(case)
        ),
    ),
    "extension granted and refused": (asked_extension, decides(True), decides(False)),
    "deferral granted and refused": (
        asked(dispatch.ask_deferral, until=clock.now() + MONTH),
        decides(True),
        decides(False),
    ),
    "extension granted and sweep": (asked_extension, decides(True), swept(2)),
    "return granted and sweep": (asked(dispatch.ask_return), decides(True), swept(2)),
    "resume and sweep": (
        at(Status.SUSPENDED),
        lambda case, cast: dispatch.resume_case(case.pk, actor=cast.supervisor),
        swept(31),
    ),
    "pass and sweep": (at(Status.HANDLED), passes, swept(1)),
    "void and sweep": (at(Status.HANDLING), void, swept(2)),
}
# Both would answer the same question, so that it is answered once.
ANSWERED_ONCE = ("ask for two things", "extension granted and refused", "deferral granted and refused")


@pytest.mark.parametrize("name", CONTESTED)
def test_of_two_at_once_one_succeeds(name: str):
    start, one, other = CONTESTED[name]
    cast = make_cast(make_city())
    case = start(cast)
    results = race(lambda: one(case, cast), lambda: other(case, cast))
    assert sorted(isinstance(result, Case) for result in results) == [False, True], results
    assert all(isinstance(result, (Case, DomainError)) for result in results), results
    before = case.status
    assert CaseEvent.objects.filter(case=case, seq__gt=case.version, from_status=before).count() == 1
    expect_one_truth(case)


@pytest.mark.parametrize("name", IN_SOME_ORDER)
def test_of_two_at_once_in_whatever_order_one_truth_is_left(name: str):
    start, one, other = IN_SOME_ORDER[name]
    cast = make_cast(make_city())
    case = start(cast)
    results = race(lambda: one(case, cast), lambda: other(case, cast))
    known = (Case, Swept, DomainError, ValidationError)
    assert all(isinstance(result, known) for result in results), results
    done = [result for result in results if isinstance(result, (Case, Swept))]
    assert done
    if name in ANSWERED_ONCE:
        assert len(done) == 1, results
    assert not [failed for result in done if isinstance(result, Swept) for failed in result.failed]
    expect_one_truth(case)


def expect_one_truth(case: Case) -> None:
    """The timeline has no gap, each step begins where the one before it ended, and the case stands where the last did."""
    case.refresh_from_db()
    trail = list(case.events.order_by("seq"))
    assert [event.seq for event in trail] == list(range(1, case.version + 1))
    assert all(after.from_status == before.to_status for before, after in pairwise(trail))
    last = trail[-1]
    assert (last.to_status, last.holder_id, last.due_after) == (
        case.status,
        case.holder_id,
        case.stage_due_at,
    )
    assert bool(case.request) == _asked_last(trail)


def _asked_last(trail: list[CaseEvent]) -> bool:
    """Whether what the unit asked for is unanswered: nothing since has moved the case or answered it."""
    for event in reversed(trail):
        if event.action in ASKING:
            return True
        if event.from_status != event.to_status or event.action in (Action.EXTEND, Action.REFUSE_REQUEST):
            return False
    return False


def test_merging_crosswise_never_locks_up_and_merges_one():
    cast = make_cast(make_city())
    one, other = make_case(cast), make_case(cast)
    results = race(
        lambda: cases.merge_case(one.pk, actor=cast.operator, into_id=other.pk),
        lambda: cases.merge_case(other.pk, actor=cast.operator, into_id=one.pk),
    )
    assert sum(isinstance(result, Case) for result in results) == 1, results
    assert Case.objects.filter(status=Status.MERGED).count() == 1


def test_numbers_have_no_gap_and_no_double_when_many_report_at_once():
    cast = make_cast(make_city())

    def report():
        return make_case(cast)

    def report_and_fail():
        with transaction.atomic():
            make_case(cast)
            raise RuntimeError("the power is out")

    made = race(*[report] * 12, *[report_and_fail] * 4)
    numbers = sorted(case.number for case in made if isinstance(case, Case))
    day = numbers[0].rsplit("-", 1)[0]
    assert numbers == [f"{day}-{n:06d}" for n in range(1, 13)]
