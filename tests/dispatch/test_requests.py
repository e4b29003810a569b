"""What a unit may ask for, within which rules, and what a decision does."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases.models import Case, Limit
from cases.services import comment_case, verify_case
from cases.story import events_of, story_of
from cases.workflow import Action, ReturnKind, Status
from dispatch import services as dispatch
from dispatch.services.request import latest_extension
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.errors import NotPermitted, StepNotAllowed
from gridgov.models import Notice
from tests.case_factories import Cast, case_in

HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    """In hand of the team, with 24 urgent hours."""
    return case_in(Status.HANDLING, cast)


def extend(case: Case, cast: Cast, until) -> Case:
    dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=until)
    return dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)


def test_an_extension_moves_the_due_time_and_the_stage_goes_on(cast: Cast, case: Case):
    due = case.stage_due_at
    extended = extend(case, cast, due + 10 * HOUR)
    assert extended.stage_due_at == due + 10 * HOUR
    assert (extended.stage_started_at, extended.stage_minutes, extended.is_warned) == (
        case.stage_started_at,
        34 * 60,
        False,
    )
    row = case.events.get(action=Action.EXTEND)
    assert (row.due_before, row.due_after, row.data["reason"]) == (due, due + 10 * HOUR, "下雨")


def test_a_case_is_extended_at_most_twice(cast: Cast, case: Case):
    extend(case, cast, case.stage_due_at + 2 * HOUR)
    extend(case, cast, case.stage_due_at + 4 * HOUR)
    with pytest.raises(ValidationError, match=r"twice|两次"):
        dispatch.ask_extension(
            case.pk, actor=cast.handler, reason="还没好", until=case.stage_due_at + 5 * HOUR
        )


@pytest.mark.parametrize(("hours_more", "accepted"), [(24, True), (24.1, False), (0, False), (-1, False)])
def test_all_extensions_together_are_one_original_limit_at_most(
    cast: Cast, case: Case, hours_more: float, accepted: bool
):
    until = case.stage_due_at + hours_more * HOUR
    if accepted:
        dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=until)
    else:
        with pytest.raises(ValidationError):
            dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=until)


def test_an_extension_is_asked_for_before_it_is_overdue(cast: Cast, case: Case):
    with clock.at(case.stage_due_at), pytest.raises(ValidationError) as refused:
        dispatch.ask_extension(case.pk, actor=cast.handler, reason="忘了", until=case.stage_due_at + HOUR)
    assert refused.value.code == "overdue"


def test_a_refused_request_leaves_the_clock_and_tells_the_reason(cast: Cast, case: Case):
    dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=case.stage_due_at + HOUR)
    refused = dispatch.decide_request(case.pk, actor=cast.supervisor, granted=False, note="请抓紧")
    assert (refused.stage_due_at, refused.request) == (case.stage_due_at, "")
    assert cast.handler.notices.filter(event="case_refuse_request", params__note="请抓紧").exists()


def test_a_refusal_needs_its_reason(cast: Cast, case: Case):
    dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
    with pytest.raises(ValidationError):
        dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=False)


def test_one_request_at_a_time(cast: Cast, case: Case):
    dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
    with pytest.raises(ValidationError) as refused:
        dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=case.stage_due_at + HOUR)
    assert refused.value.code == "request_pending"


def test_the_dispatcher_decides_returns_and_the_supervisor_time(cast: Cast, case: Case):
    dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
    with pytest.raises(NotPermitted):
        dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    returned = dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)
    assert (returned.status, returned.unit, returned.request) == (Status.REGISTERED, None, "")
    assert case.events.get(action=Action.RETURN).unit == cast.city.team


def test_a_returned_case_is_not_sent_straight_back(cast: Cast, case: Case):
    dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
    dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)
    with pytest.raises(ValidationError) as refused:
        dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.team)
    assert refused.value.error_dict["unit"][0].code == "straight_back"
    dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.street_department)
    dispatch.recall_case(case.pk, actor=cast.dispatcher, reason="还是队里近")
    assert dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.team).unit == cast.city.team


def test_a_suspension_lets_the_clock_stand_once(cast: Cast, case: Case):
    until = clock.now() + timedelta(days=20)
    dispatch.ask_suspension(case.pk, actor=cast.handler, reason="等材料", until=until)
    suspended = dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    assert (suspended.status, suspended.stage_due_at, suspended.suspended_until) == (
        Status.SUSPENDED,
        None,
        until,
    )
    with clock.at(until - timedelta(days=3)):
        resumed = dispatch.resume_case(case.pk, actor=cast.supervisor, note="材料到了")
        assert resumed.stage_due_at is not None
        assert abs(
            resumed.stage_due_at - clock.now() - timedelta(minutes=suspended.minutes_left)
        ) < timedelta(minutes=1)
        with pytest.raises(ValidationError) as refused:
            dispatch.ask_suspension(case.pk, actor=cast.handler, reason="又等", until=until)
    assert refused.value.code == "suspended_before"


@pytest.mark.parametrize("days", [-1, 366])
def test_a_suspension_ends_within_a_year(cast: Cast, case: Case, days: int):
    with pytest.raises(ValidationError):
        dispatch.ask_suspension(
            case.pk, actor=cast.handler, reason="等", until=clock.now() + timedelta(days=days)
        )


def test_what_was_asked_is_off_the_table_when_the_case_moves_on(cast: Cast, case: Case):
    dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
    dispatch.recall_case(case.pk, actor=cast.dispatcher, reason="派错")
    case.refresh_from_db()
    assert case.request == ""
    with pytest.raises(StepNotAllowed):
        dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)


def test_a_date_that_has_passed_is_not_granted_any_more(cast: Cast, case: Case):
    dispatch.ask_suspension(case.pk, actor=cast.handler, reason="等", until=clock.now() + HOUR)
    with clock.at(clock.now() + 2 * HOUR), pytest.raises(ValidationError):
        dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)


def test_once_the_clock_moved_it_up_it_is_overdue_whatever_time_the_new_level_has(cast: Cast, case: Case):
    with clock.at(case.stage_due_at):
        sweep()
        case.refresh_from_db()
        assert case.stage_due_at > clock.now()
        with pytest.raises(ValidationError) as refused:
            dispatch.ask_extension(
                case.pk, actor=cast.handler, reason="下雨", until=case.stage_due_at + 2 * HOUR
            )
    assert refused.value.code == "overdue"


def test_handed_up_by_a_person_it_has_no_new_extensions(cast: Cast, case: Case):
    extend(case, cast, case.stage_due_at + 20 * HOUR)
    up = dispatch.escalate_case(case.pk, actor=cast.dispatcher, reason="超出权限")
    assert latest_extension(up) == up.stage_due_at + 4 * HOUR
    extend(case, cast, up.stage_due_at + 4 * HOUR)
    with pytest.raises(ValidationError) as refused:
        dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=up.stage_due_at + 5 * HOUR)
    assert refused.value.code == "extended_twice"


def test_what_was_granted_before_a_suspension_counts_still(cast: Cast, case: Case):
    extend(case, cast, case.stage_due_at + 20 * HOUR)
    dispatch.ask_suspension(
        case.pk, actor=cast.handler, reason="等材料", until=clock.now() + timedelta(days=20)
    )
    dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    resumed = dispatch.resume_case(case.pk, actor=cast.supervisor)
    with pytest.raises(ValidationError):
        dispatch.ask_extension(
            case.pk, actor=cast.handler, reason="下雨", until=resumed.stage_due_at + 5 * HOUR
        )
    extend(case, cast, resumed.stage_due_at + 4 * HOUR)


def test_rework_begins_a_limit_of_its_own(cast: Cast, case: Case):
    with clock.at(case.stage_due_at):
        sweep()
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了")
        again = verify_case(case.pk, actor=cast.grid_leader, passed=False, note="没好")
        extend(case, cast, again.stage_due_at + HOUR)


@pytest.mark.parametrize("stopping", ["suspension", "deferral"])
def test_without_a_limit_nobody_waits_for_it_after_it_stood_either(cast: Cast, stopping: str):
    Limit.objects.update(amount=None)
    case, until = case_in(Status.HANDLING, cast), clock.now() + timedelta(days=3)
    getattr(dispatch, f"ask_{stopping}")(case.pk, actor=cast.handler, reason="等材料", until=until)
    assert dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True).minutes_left is None
    with clock.at(until):
        swept = sweep()
    case.refresh_from_db()
    assert (swept.resumed, swept.failed, case.status, case.stage_due_at, case.climb_at) == (
        1,
        set(),
        Status.HANDLING,
        None,
        None,
    )
    assert case.holder == cast.city.community_centre


def test_without_a_limit_there_is_nothing_to_extend(client, cast: Cast):
    Limit.objects.update(amount=None)
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    assert client.get(reverse("dispatch:ask_extension", args=[case.number])).status_code == 409
    with pytest.raises(ValidationError) as refused:
        dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=clock.now() + HOUR)
    assert refused.value.code == "no_limit"


@pytest.mark.parametrize(("first", "then"), [("suspension", "deferral"), ("deferral", "suspension")])
def test_a_case_is_stopped_once_whichever_way(cast: Cast, case: Case, first: str, then: str):
    until = clock.now() + timedelta(days=300)
    getattr(dispatch, f"ask_{first}")(case.pk, actor=cast.handler, reason="等材料", until=until)
    dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    dispatch.resume_case(case.pk, actor=cast.supervisor)
    with pytest.raises(ValidationError) as refused:
        getattr(dispatch, f"ask_{then}")(case.pk, actor=cast.handler, reason="等材料", until=until)
    assert refused.value.code == "suspended_before"


def test_after_a_suspension_the_whole_limit_may_be_added_still(cast: Cast, case: Case):
    dispatch.ask_suspension(
        case.pk, actor=cast.handler, reason="等材料", until=clock.now() + timedelta(days=20)
    )
    dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    with clock.at(clock.now() + timedelta(days=9)):
        resumed = dispatch.resume_case(case.pk, actor=cast.supervisor)
        dispatch.ask_extension(
            case.pk, actor=cast.handler, reason="下雨", until=resumed.stage_due_at + 23 * HOUR
        )


def test_a_return_says_of_what_kind_so_that_a_wrong_address_is_nobodys_fault(cast: Cast, case: Case):
    dispatch.ask_return(case.pk, actor=cast.handler, reason="门牌不对", kind=ReturnKind.WRONG_ADDRESS)
    dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)
    for action in (Action.ASK_RETURN, Action.RETURN):
        assert case.events.get(action=action).data["kind"] == "wrong_address"


@pytest.mark.parametrize(
    ("moved_up", "code"),
    [
        (lambda case, cast: sweep(), "overdue"),
        # By a person, with 48 hours of the level above.
        (
            lambda case, cast: dispatch.escalate_case(case.pk, actor=cast.dispatcher, reason="超出权限"),
            "bad_date",
        ),
    ],
)
def test_more_time_is_not_granted_where_it_moved_up_meanwhile(cast: Cast, case: Case, moved_up, code: str):
    dispatch.ask_extension(case.pk, actor=cast.handler, reason="下雨", until=case.stage_due_at + HOUR)
    with clock.at(case.stage_due_at):
        moved_up(case, cast)
        with pytest.raises(ValidationError) as refused:
            dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    assert refused.value.code == code


def test_a_deferral_stops_the_clock_leaves_the_rates_and_ends_by_itself(cast: Cast, case: Case):
    until = clock.now() + timedelta(days=40)
    dispatch.ask_deferral(case.pk, actor=cast.handler, reason="等规划", until=until)
    with pytest.raises(NotPermitted):
        dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)
    deferred = dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    assert (deferred.status, deferred.stage_due_at, deferred.suspended_until) == (
        Status.SUSPENDED,
        None,
        until,
    )
    assert deferred.deferred_at is not None
    with clock.at(until - HOUR):
        assert sweep().resumed == 0
    with clock.at(until):
        assert sweep().resumed == 1
        resumed = Case.objects.get(pk=case.pk)
        assert (resumed.status, resumed.deferred_at) == (Status.HANDLING, deferred.deferred_at)
        with pytest.raises(ValidationError) as refused:
            dispatch.ask_deferral(case.pk, actor=cast.handler, reason="再等", until=until + HOUR)
    assert refused.value.code == "suspended_before"


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_deferral_ends_within_a_year(cast: Cast, case: Case, days: int):
    with pytest.raises(ValidationError) as refused:
        dispatch.ask_deferral(
            case.pk, actor=cast.handler, reason="等规划", until=clock.now() + timedelta(days=days)
        )
    assert list(refused.value.message_dict) == ["until"]


def test_a_leaders_comment_is_the_leaders_and_reaches_unit_and_dispatcher(cast: Cast, case: Case):
    comment_case(case.pk, actor=cast.leader, text="请今天到现场")
    comment_case(case.pk, actor=cast.operator, text="已电话联系")
    loud, quiet = story_of(case, events_of(case))[1], story_of(case, events_of(case))[0]
    assert (loud.stands_out, quiet.stands_out) == (True, False)
    assert loud.did != quiet.did
    told = Notice.objects.filter(event="case_comment_leader").values_list("recipient__username", flat=True)
    assert set(told) == {"handler", "dispatcher"}
