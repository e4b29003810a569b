"""The stages that are read from a timeline: which there are, whose they were, when they were due, what followed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from assessment.models import StageFact
from assessment.services.facts import read_facts
from cases import services as cases
from cases.models import Case, EscalationRule
from cases.workflow import Action, Status
from dispatch import services as dispatch
from dispatch.services.emergency import declare_emergency
from dispatch.sweep import sweep
from gridgov.worktime import Unit
from tests.assessment.counted import BEGUN, Story, hours
from tests.assessment.test_indicators_of_centres import (
    at,
    checked,
    closed,
    dispatched,
    merged,
    recalled,
    refused,
    registered,
    reopened,
    sent_to_check,
    swept,
    void,
)
from tests.case_factories import Cast, make_case
from tests.factories import inside

pytestmark = pytest.mark.django_db


def accepted(hour: float) -> Story:
    return at(hour, lambda case, cast: dispatch.accept_case(case.pk, actor=cast.handler))


def handled(hour: float) -> Story:
    return at(hour, lambda case, cast: dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了"))


def failed(hour: float) -> Story:
    return at(
        hour, lambda case, cast: cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="没好")
    )


def stages_of(case: Case, *columns: str) -> list[str]:
    while read_facts():
        pass
    rows = StageFact.objects.filter(case=case).order_by("seq").values_list("stage", "ended_by", *columns)
    return [" ".join(_text(each) for each in row) for row in rows]


def _text(value: Any) -> str:
    if hasattr(value, "hour"):
        return f"{(value - BEGUN) / timedelta(hours=1):g}"
    return str(value) if value not in (None, "") else "-"


def tell(cast: Cast, *steps: Story) -> Case:
    with hours(0):
        case = make_case(cast)
    for step in steps:
        step(case, cast)
    return case


TO_HAND = [registered(0), dispatched(0), accepted(0)]
# Stage, what ended it, when it was due, when it ended, what followed.
STORIES: dict[str, tuple[list[Story], list[str]]] = {
    "reported": ([], ["intake - 1 - -"]),
    "refused": ([refused(0.5)], ["intake refuse 1 0.5 -"]),
    "refused, opened again": ([refused(0.5), reopened(5)], ["intake refuse 1 0.5 -", "intake - 6 - -"]),
    "merged": ([merged(0.5)], ["intake merge 1 0.5 -"]),
    "moved up at the desk": ([swept(1), swept(2)], ["intake escalate 1 1 -", "intake escalate 2 2 -", "intake - 3 - -"]),
    "checked, registered": ([sent_to_check(0.5), checked(2), registered(2.5)],
        ["intake order_check 1 0.5 -", "check answer_check 4.5 2 register", "intake register 3 2.5 -", "dispatch - 3.5 - -"]),
    "checked late, after it moved up": ([sent_to_check(0.5), swept(4.5), checked(6)],
        ["intake order_check 1 0.5 -", "check answer_check 4.5 6 -", "intake - 7 - -"]),
    "recalled, sent to another": ([registered(0), dispatched(0.5), recalled(1), dispatched(1.5, "street_department")],
        ["intake register 1 0 -", "dispatch dispatch 1 0.5 dispatch", "accept recall 2.5 1 -",
         "dispatch dispatch 2 1.5 -", "accept - 3.5 - -"]),
    "handled, closed": ([*TO_HAND[:2], closed(1)],
        ["intake register 1 0 -", "dispatch dispatch 1 0 -", "accept accept 2 1 -", "handling feed_back 25 1 verify_pass",
         "verification verify_pass 3 1 -"]),
    "moved up in hand": ([*TO_HAND, swept(24), handled(30)],
        ["intake register 1 0 -", "dispatch dispatch 1 0 -", "accept accept 2 0 -", "handling feed_back 24 30 -",
         "verification - 32 - -"]),
    "sent back": ([*TO_HAND, handled(1), failed(2)],
        ["intake register 1 0 -", "dispatch dispatch 1 0 -", "accept accept 2 0 -", "handling feed_back 24 1 verify_fail",
         "verification verify_fail 3 2 -", "handling - 26 - -"]),
    "void in hand": ([*TO_HAND, void(3)],
        ["intake register 1 0 -", "dispatch dispatch 1 0 -", "accept accept 2 0 -", "handling void 24 3 -"]),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "rows"), STORIES.values(), ids=STORIES)
def test_the_stages_of_a_life(cast: Cast, steps: list[Story], rows: list[str]) -> None:
    case = tell(cast, *steps)
    assert stages_of(case, "due_at", "ended_at", "followed_by") == rows


def test_whose_they_are(cast: Cast) -> None:
    case = tell(cast, registered(0), dispatched(0.5), accepted(1), handled(2))
    assert stages_of(case, "holder__name", "unit__name", "person__username") == [
        "intake register 平洲社区工作站 - operator",
        "dispatch dispatch 平洲社区工作站 平洲社区处置队 dispatcher",
        "accept accept 平洲社区工作站 平洲社区处置队 handler",
        "handling feed_back 平洲社区工作站 平洲社区处置队 handler",
        "verification - 平洲社区工作站 平洲社区处置队 inspector",
    ]


def test_the_minutes_of_a_stage_are_of_its_own_clock(cast: Cast) -> None:
    """Two hours before its clock stood and two after; an hour in an emergency counts once."""
    case = tell(cast, *TO_HAND)
    with hours(2):
        dispatch.ask_suspension(case.pk, actor=cast.handler, reason="等料", until=BEGUN + timedelta(hours=50))
        dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    with hours(50):
        sweep()
    with hours(51):
        declare_emergency(case.pk, actor=cast.dispatcher, note="漏气")
    with hours(52):
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了")
    [row] = [row for row in stages_of(case, "minutes", "suspended_at", "deferred_at") if "feed_back" in row]
    assert row == "handling feed_back 240 2 -"


def test_a_ring_tells_when_it_rings_not_when_anything_was_due(cast: Cast) -> None:
    """Under supervision already it is sent back; a rule lets it ring six hours after it is due again."""
    EscalationRule.objects.create(
        after_amount=Decimal(6), after_unit=Unit.URGENT_HOUR, ring_unit=Unit.URGENT_HOUR
    )
    case = tell(cast, *TO_HAND, swept(30), swept(84), swept(138))
    case.refresh_from_db()
    assert case.supervised_at is not None
    for step in (handled(140), failed(141)):
        step(case, cast)
    case.refresh_from_db()
    due = (case.stage_due_at - BEGUN) / timedelta(hours=1)
    swept(due + 6)(case, cast)
    assert case.events.latest("seq").action == Action.RING
    assert stages_of(case, "due_at")[-1] == f"handling - {due:g}"


def test_when_it_was_void_is_known_at_every_stage(cast: Cast) -> None:
    case = tell(cast, registered(0.5), dispatched(0.5), void(3))
    assert {row.split()[-1] for row in stages_of(case, "voided_at")} == {"3"}


def test_each_stage_lies_where_the_case_lay_when_it_began(cast: Cast) -> None:
    city = cast.city
    case = tell(cast, sent_to_check(0.5), checked(0.6))
    for hour, grid in ((0.7, city.other_grid), (0.8, city.grid)):
        with hours(hour):
            cases.amend_case(case.pk, actor=cast.operator, point=inside(grid))
    case.refresh_from_db()
    assert case.status == Status.REPORTED
    with hours(0.9):
        cases.amend_case(case.pk, actor=cast.operator, point=inside(city.other_grid))
        cases.register_case(case.pk, actor=cast.operator)
    assert stages_of(case, "grid__name") == [
        "intake order_check 第一网格",
        "check answer_check 第一网格",
        "intake register 第一网格",
        "dispatch - 第二网格",
    ]


def test_put_right_twice_it_lay_where_it_was_first(cast: Cast) -> None:
    city = cast.city
    case = tell(cast)
    for hour, grid in ((0.1, city.other_grid), (0.2, city.grid)):
        with hours(hour):
            cases.amend_case(case.pk, actor=cast.operator, point=inside(grid))
    assert stages_of(case, "grid__name") == ["intake - 第一网格"]
