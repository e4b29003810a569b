"""What is counted for command centres and the people at their desks: each story against figures made by hand."""

from datetime import timedelta
from typing import Any

import pytest

from assessment.indicators.centres import CENTRES
from assessment.kinds import Kind
from assessment.services.facts import read_facts
from assessment.tally import tally
from cases import services as cases
from cases.models import Case, Channel
from cases.workflow import Status
from dispatch import services as dispatch
from dispatch.models import Shift
from dispatch.sweep import sweep
from grids.models import Role, User
from tests.assessment.counted import BEGUN, SEPTEMBER, Story, counted, hours, month
from tests.case_factories import Cast, carried_on, case_in, make_case
from tests.dispatch.operation_factories import colleague
from tests.factories import inside, make_user

pytestmark = pytest.mark.django_db


def at(hour: float, step: Story) -> Story:
    def story(case: Case, cast: Cast) -> None:
        with hours(hour):
            step(case, cast)

    return story


def registered(hour: float) -> Story:
    return at(hour, lambda case, cast: cases.register_case(case.pk, actor=cast.operator))


def refused(hour: float) -> Story:
    return at(
        hour, lambda case, cast: cases.refuse_case(case.pk, actor=cast.operator, reason="不属于受理范围")
    )


def merged(hour: float) -> Story:
    return at(
        hour,
        lambda case, cast: cases.merge_case(case.pk, actor=cast.operator, into_id=make_case(cast).pk),
    )


def reopened(hour: float) -> Story:
    return at(hour, lambda case, cast: cases.reopen_case(case.pk, actor=cast.supervisor, reason="再看"))


def sent_to_check(hour: float) -> Story:
    return at(hour, lambda case, cast: cases.order_check(case.pk, actor=cast.operator))


def checked(hour: float) -> Story:
    return at(hour, lambda case, cast: cases.answer_check(case.pk, actor=cast.inspector, is_true=True))


def void(hour: float) -> Story:
    return at(hour, lambda case, cast: cases.void_case(case.pk, actor=cast.supervisor, reason="误报"))


def swept(hour: float) -> Story:
    return at(hour, lambda _case, _cast: sweep())


def dispatched(hour: float, unit: str = "team") -> Story:
    return at(
        hour,
        lambda case, cast: dispatch.dispatch_case(
            case.pk, actor=cast.dispatcher, unit=getattr(cast.city, unit)
        ),
    )


def recalled(hour: float) -> Story:
    return at(hour, lambda case, cast: dispatch.recall_case(case.pk, actor=cast.dispatcher, reason="派错了"))


def closed(hour: float) -> Story:
    def step(case: Case, cast: Cast) -> None:
        dispatch.accept_case(case.pk, actor=cast.handler)
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换")
        cases.verify_case(case.pk, actor=cast.grid_leader, passed=True, note="亮了")

    return at(hour, step)


def tell(cast: Cast, *steps: Story, **fields: Any) -> Case:
    """A report of hour 0: an hour to take it in, and an hour to dispatch it once it is registered."""
    with hours(0):
        case = make_case(cast, **fields)
    for step in steps:
        step(case, cast)
    return case


OF_THE_INTAKE = "accept_count filed_count on_time_filing_rate accurate_filing_rate void_count"
INTAKE: dict[str, tuple[list[Story], str]] = {
    "registered in time":                   ([registered(0.5)], "1 1 1/1 1/1 0"),
    "registered when it was due":           ([registered(1)], "1 1 1/1 1/1 0"),
    "registered late":                      ([registered(1.5)], "1 1 0/1 1/1 0"),
    "nobody looked at it":                  ([], "0 0 0/1 0/0 0"),
    "moved up, and nobody looked there":    ([swept(1)], "0 0 0/1 0/0 0"),
    "refused in time":                      ([refused(0.5)], "1 0 1/1 0/0 0"),
    "refused, taken up after all":          ([refused(0.5), reopened(5), registered(5.5)], "1 1 2/2 1/1 0"),
    "checked first: each step has its hour": ([sent_to_check(0.5), checked(3), registered(3.5)], "1 1 2/2 1/1 0"),
    "checked first, registered late":       ([sent_to_check(0.5), checked(3), registered(4.5)], "1 1 1/2 1/1 0"),
    "void after it was registered":         ([registered(0.5), void(2)], "1 1 0/0 0/1 1"),
    "void before that":                     ([void(0.5)], "0 0 0/0 0/0 0"),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "figures"), INTAKE.values(), ids=INTAKE)
def test_taking_in(cast: Cast, steps: list[Story], figures: str) -> None:
    tell(cast, *steps)
    assert counted(Kind.CENTRE, cast.city.community_centre, OF_THE_INTAKE) == figures


def test_whoever_did_it_has_it_counted(cast: Cast) -> None:
    tell(cast, registered(0.5), dispatched(1))
    tell(cast, registered(2), dispatched(3.5))
    assert counted(Kind.OPERATOR, cast.operator, OF_THE_INTAKE) == "2 2 1/2 2/2 0"
    codes = "dispatch_due dispatch_count on_time_dispatch_rate accurate_dispatch_rate"
    assert counted(Kind.DISPATCHER, cast.dispatcher, codes) == "2 2 1/2 2/2"
    assert counted(Kind.OPERATOR, cast.dispatcher, OF_THE_INTAKE) == "0 0 0/0 0/0 0"


def test_who_did_other_things_alone_is_not_among_those_counted(cast: Cast) -> None:
    tell(cast, registered(0.5), dispatched(1))
    while read_facts():
        pass
    assert tally(Kind.OPERATOR, OF_THE_INTAKE.split(), SEPTEMBER).keys() == {cast.operator.pk}
    assert tally(Kind.DISPATCHER, OF_DISPATCHING.split(), SEPTEMBER).keys() == {cast.dispatcher.pk}


def test_what_nobody_did_yet_is_no_persons_though_somebody_does_it_after_the_cut(cast: Cast) -> None:
    tell(cast, registered(600))
    before = month(9, known_until=BEGUN + timedelta(hours=550))
    assert counted(Kind.OPERATOR, cast.operator, "on_time_filing_rate", before) == "0/0"
    assert counted(Kind.CENTRE, cast.city.community_centre, "on_time_filing_rate", before) == "0/1"
    assert counted(Kind.OPERATOR, cast.operator, "on_time_filing_rate", month(9)) == "0/0"
    later = month(9, known_until=BEGUN + timedelta(hours=700))
    assert counted(Kind.OPERATOR, cast.operator, "on_time_filing_rate", later) == "0/1"


def test_what_moves_up_is_missed_below_and_a_new_duty_above(cast: Cast) -> None:
    city = cast.city
    street_operator = colleague(cast, "streetoperator", Role.OPERATOR, city.street_centre)
    case = tell(cast, swept(1))
    with hours(1.5):
        cases.register_case(case.pk, actor=street_operator)
    codes = "accept_count filed_count on_time_filing_rate"
    assert counted(Kind.CENTRE, city.community_centre, codes) == "0 0 0/1"
    assert counted(Kind.CENTRE, city.street_centre, codes) == "1 1 1/1"
    assert counted(Kind.OPERATOR, street_operator, codes) == "1 1 1/1"
    assert counted(Kind.DISTRICT, city.district, codes) == "1 1 1/2"


def test_sent_out_to_be_checked_and_moved_up_afterwards_it_was_taken_in_once(cast: Cast) -> None:
    city = cast.city
    case = tell(cast, sent_to_check(0.5), checked(2), swept(3))
    with hours(3.5):
        cases.register_case(case.pk, actor=colleague(cast, "upstairs", Role.OPERATOR, city.street_centre))
    assert counted(Kind.DISTRICT, city.district, "accept_count filed_count") == "1 1"
    assert counted(Kind.CENTRE, city.street_centre, "accept_count filed_count") == "0 1"


def test_merged_is_taken_in_too(cast: Cast) -> None:
    tell(cast, merged(0.5))
    # The one that it was merged into waits.
    assert counted(Kind.CENTRE, cast.city.community_centre, OF_THE_INTAKE) == "1 0 1/2 0/0 0"


@pytest.mark.parametrize(
    ("steps", "figures"),
    [
        ([sent_to_check(0.5)], "1/1"),
        ([sent_to_check(1.5)], "0/1"),
        ([registered(0.5)], "0/0"),
        ([], "0/0"),
    ],
)
def test_sending_out_to_be_checked(cast: Cast, steps: list[Story], figures: str) -> None:
    tell(cast, *steps)
    assert counted(Kind.OPERATOR, cast.operator, "verify_dispatch_on_time_rate") == figures
    assert counted(Kind.CENTRE, cast.city.community_centre, "verify_dispatch_on_time_rate") == figures


def test_sent_out_late_and_after_the_cut_counts_in_no_figure_of_before(cast: Cast) -> None:
    tell(cast, sent_to_check(600))
    known = month(9, known_until=BEGUN + timedelta(hours=550))
    assert counted(Kind.CENTRE, cast.city.community_centre, "verify_dispatch_on_time_rate", known) == "0/0"


def test_verifications_are_sent_by_the_system_so_nobody_is_late(cast: Cast) -> None:
    with hours(0):
        case_in(Status.CLOSED, cast)
    assert counted(Kind.OPERATOR, cast.operator, "check_dispatch_on_time_rate") == "0/0"


OF_DISPATCHING = "dispatch_due dispatch_count on_time_dispatch_rate accurate_dispatch_rate"
DISPATCHING: dict[str, tuple[list[Story], str]] = {
    "not dispatched":                          ([registered(0)], "1 0 0/1 0/0"),
    "not registered":                          ([], "0 0 0/0 0/0"),
    "dispatched in time":                      ([registered(0), dispatched(0.5)], "1 1 1/1 1/1"),
    "dispatched late":                         ([registered(0), dispatched(1.5)], "1 1 0/1 1/1"),
    "recalled, sent to another":               ([registered(0), dispatched(0.5), recalled(2),
                                                 dispatched(2.5, "street_department")], "2 2 2/2 1/2"),
    "recalled, sent to the same":              ([registered(0), dispatched(0.5), recalled(2), dispatched(2.5)],
                                                "2 2 2/2 2/2"),
    "recalled, sent late":                     ([registered(0), dispatched(0.5), recalled(2), dispatched(3.5)],
                                                "2 2 1/2 2/2"),
    "closed, opened again, sent to another":   ([registered(0), dispatched(0.5), closed(1), reopened(9),
                                                 dispatched(9.5, "street_department")], "2 2 2/2 2/2"),
    "void":                                    ([registered(0), dispatched(0.5), void(1)], "0 1 0/0 0/0"),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "figures"), DISPATCHING.values(), ids=DISPATCHING)
def test_dispatching(cast: Cast, steps: list[Story], figures: str) -> None:
    tell(cast, *steps)
    assert counted(Kind.CENTRE, cast.city.community_centre, OF_DISPATCHING) == figures
    assert counted(Kind.STREET, cast.city.street, OF_DISPATCHING) == figures


def test_given_back_and_sent_to_another_the_first_dispatch_was_not_right(cast: Cast) -> None:
    case = tell(cast, registered(0), dispatched(0.5))
    with hours(1):
        dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
        dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)
        dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.street_department)
    assert counted(Kind.DISPATCHER, cast.dispatcher, "accurate_dispatch_rate") == "1/2"
    known = month(9, known_until=BEGUN + timedelta(hours=0.7))
    assert counted(Kind.DISPATCHER, cast.dispatcher, "accurate_dispatch_rate", known) == "1/1"


def test_a_unit_is_given_what_is_dispatched_to_it(cast: Cast) -> None:
    tell(cast, registered(0), dispatched(0.5), recalled(2), dispatched(3))
    assert counted(Kind.UNIT, cast.city.team, "filed_count") == "2"
    assert counted(Kind.UNIT, cast.city.street_department, "filed_count") == "0"


def test_whoever_leads_the_shift_answers_for_what_begins_in_it(cast: Cast) -> None:
    """On the seat from hour -1 to 2; what begins at hour 3 is nobody's."""
    leader = make_user("shiftleader")
    _shift(cast, leader, -1, 2)
    tell(cast, registered(0.5), dispatched(1))
    with hours(3):
        late = make_case(cast)
    with hours(5):
        carried_on(late, Status.DISPATCHED, cast)
    codes = "accept_count on_time_filing_rate dispatch_count on_time_dispatch_rate disposal_due"
    assert counted(Kind.SHIFT_LEADER, leader, codes) == "1 1/1 1 1/1 0"


def test_a_seat_elsewhere_and_a_walk_are_no_shift_of_the_centre(cast: Cast) -> None:
    city = cast.city
    _shift(cast, make_user("elsewhere"), -1, 2, organisation=city.street_centre)
    _shift(cast, make_user("walker"), -1, 2, area=city.grid)
    tell(cast, registered(0.5))
    for user in User.objects.filter(username__in=["elsewhere", "walker"]):
        assert counted(Kind.SHIFT_LEADER, user, "accept_count") == "0"


def _shift(cast: Cast, user: User, begins: float, ends: float, **fields: Any) -> None:
    Shift.objects.create(
        **{
            "user": user,
            "organisation": cast.city.community_centre,
            "starts_at": BEGUN + timedelta(hours=begins),
            "ends_at": BEGUN + timedelta(hours=ends),
            **fields,
        }
    )


def test_a_place_put_right_leaves_the_intake_where_it_was_reported(cast: Cast) -> None:
    city = cast.city
    case = tell(cast, channel=Channel.CITIZEN)
    with hours(0.5):
        cases.amend_case(case.pk, actor=cast.operator, point=inside(city.other_grid))
        cases.register_case(case.pk, actor=cast.operator)
        dispatch.dispatch_case(case.pk, actor=cast.dispatcher)
    codes = "on_time_filing_rate on_time_dispatch_rate filed_count"
    assert counted(Kind.GRID, city.grid, codes) == "1/1 0/0 0"
    assert counted(Kind.GRID, city.other_grid, codes) == "0/0 1/1 1"
    assert counted(Kind.COMMUNITY, city.community, codes) == "1/1 1/1 1"


def test_every_indicator_of_centres_is_told_of_here() -> None:
    told = f"{OF_THE_INTAKE} {OF_DISPATCHING} verify_dispatch_on_time_rate check_dispatch_on_time_rate"
    assert {each.code for each in CENTRES} == set(told.split())
