"""What citizens do with a case by their code alone: report, join, answer, and open it again."""

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings

from cases.after_close import AnsweredAlready, ClosedAlready, ReopenedAlready, Satisfaction, TooLateToReopen
from cases.course import course_of
from cases.models import CaseClass, Follower, Publicity
from cases.services import (
    answer_how_it_ended,
    join_case,
    merge_case,
    reopen_as_citizen,
    report_as_citizen,
    verify_case,
)
from cases.services.citizen import Sender
from cases.workflow import Action, Capacity, Status
from gridgov import clock
from gridgov.errors import NotFoundForYou, StepNotAllowed
from gridgov.models import Delivery
from tests.case_factories import Cast, carried_on, case_in, make_case
from tests.factories import inside
from tests.racing import race

YES = {"contacted": True, "solved": True, "satisfied": Satisfaction.YES}
NO = {"contacted": False, "solved": False, "satisfied": Satisfaction.NO}


def followed(cast: Cast, status: Status = Status.CLOSED, device: str = "") -> Follower:
    """Somebody who follows a case that strangers may know of."""
    case = case_in(status, cast)
    CaseClass.objects.update(publicity=Publicity.PLACE)
    return join_case(case.pk, sender=Sender(device_hash=device))


def reported(cast: Cast) -> Follower:
    return report_as_citizen(
        district=cast.city.district, sender=Sender(), description="井盖不见了", point=inside(cast.city.grid)
    )


def test_a_citizens_report_has_no_actor_and_waits_at_the_centre_of_the_place(cast: Cast) -> None:
    follower = reported(cast)
    case = follower.case
    event = case.events.get()
    assert (event.actor, event.post, event.capacity) == (None, None, Capacity.CITIZEN)
    assert (case.channel, case.status, case.reporter) == ("citizen", Status.REPORTED, None)
    assert case.grid is not None
    assert case.stage_due_at is not None
    assert follower.has_reported
    assert len(follower.code) == 12


def test_joining_changes_nothing_for_those_who_work_on_the_case(cast: Cast) -> None:
    follower = followed(cast, Status.HANDLING)
    before = follower.case.version
    follower.case.refresh_from_db()
    assert follower.case.version == before
    assert not follower.has_reported


def test_the_same_device_joins_once(cast: Cast) -> None:
    first = followed(cast, Status.HANDLING, device="a" * 64)
    assert join_case(first.case_id, sender=Sender(device_hash="a" * 64)).pk == first.pk
    assert join_case(first.case_id, sender=Sender(device_hash="b" * 64)).pk != first.pk


def test_what_is_private_can_t_be_joined(cast: Cast) -> None:
    case = case_in(Status.HANDLING, cast)
    with pytest.raises(NotFoundForYou):
        join_case(case.pk, sender=Sender())


def test_what_was_closed_is_joined_only_as_long_as_it_may_be_opened_again(cast: Cast) -> None:
    first = followed(cast, device="a" * 64)
    assert join_case(first.case_id, sender=Sender(device_hash="b" * 64))
    with clock.at(clock.now() + timedelta(days=settings.REOPEN_WINDOW_DAYS, seconds=1)):
        with pytest.raises(ClosedAlready):
            join_case(first.case_id, sender=Sender(device_hash="c" * 64))
        # Whoever follows it already gets their page.
        assert join_case(first.case_id, sender=Sender(device_hash="a" * 64)).pk == first.pk
    carried_on(answer_how_it_ended(first.pk, **NO), Status.CLOSED, cast)
    with pytest.raises(ClosedAlready):
        join_case(first.case_id, sender=Sender(device_hash="c" * 64))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("days", [0, 15])
def test_closing_and_joining_at_once_leaves_nobody_who_is_not_told_and_can_t_say_anything(
    cast: Cast, settings, days: int
) -> None:
    settings.REOPEN_WINDOW_DAYS, settings.NOTICE_CHANNELS = days, ["email"]
    CaseClass.objects.update(publicity=Publicity.PLACE)
    case = case_in(Status.HANDLED, cast)
    sender = Sender(email="a@example.org")
    follower, closed = race(
        partial(join_case, case.pk, sender=sender),
        partial(verify_case, case.pk, actor=cast.inspector, passed=True, note="灯亮了"),
    )
    assert closed.status == Status.CLOSED
    told = Delivery.objects.filter(address=f"follower:{getattr(follower, 'pk', 0)}").exists()
    if isinstance(follower, ClosedAlready):
        assert days == 0
    elif not told:
        assert days
        assert follower.since >= closed.closed_at
        assert course_of(follower).asks == "answer"


def test_not_solved_opens_it_again_within_the_window_to_the_second(cast: Cast) -> None:
    follower = followed(cast)
    window = timedelta(days=settings.REOPEN_WINDOW_DAYS)
    a_second_late = clock.at(follower.case.closed_at + window + timedelta(seconds=1))
    with a_second_late, pytest.raises(TooLateToReopen):
        reopen_as_citizen(follower.pk, reason="又坏了")
    with clock.at(follower.case.closed_at + window):
        case = answer_how_it_ended(follower.pk, **NO, note="还在漏水")
    assert case.status == Status.REGISTERED
    assert [e.action for e in case.events.order_by("-seq")[:2]] == [Action.REOPEN, Action.ANSWER]


def test_after_the_window_the_answer_is_kept_and_the_case_stays_closed(cast: Cast) -> None:
    follower = followed(cast)
    with clock.at(follower.case.closed_at + timedelta(days=settings.REOPEN_WINDOW_DAYS, seconds=1)):
        case = answer_how_it_ended(follower.pk, **NO)
        assert case.status == Status.CLOSED
        with pytest.raises(AnsweredAlready):
            answer_how_it_ended(follower.pk, **YES)
    assert case.events.filter(action=Action.ANSWER).get().data["solved"] is False


def test_citizens_open_a_case_again_once(cast: Cast) -> None:
    follower = followed(cast)
    case = reopen_as_citizen(follower.pk, reason="又坏了")
    carried_on(case, Status.CLOSED, cast)
    with pytest.raises(ReopenedAlready):
        reopen_as_citizen(follower.pk, reason="又坏了")
    assert answer_how_it_ended(follower.pk, **NO).status == Status.CLOSED


def test_an_open_case_is_not_answered_for(cast: Cast) -> None:
    with pytest.raises(StepNotAllowed):
        answer_how_it_ended(followed(cast, Status.HANDLING).pk, **YES)


def test_who_reported_a_merged_case_follows_the_one_it_was_merged_into(cast: Cast) -> None:
    into = make_case(cast)
    follower = reported(cast)
    merge_case(follower.case_id, actor=cast.operator, into_id=into.pk)
    with pytest.raises(StepNotAllowed):
        answer_how_it_ended(follower.pk, **YES)
    carried_on(into, Status.CLOSED, cast)
    assert answer_how_it_ended(follower.pk, **YES).pk == into.pk


@pytest.mark.django_db(transaction=True)
def test_two_followers_who_say_not_solved_at_once_open_it_once(cast: Cast) -> None:
    first = followed(cast, device="a" * 64)
    second = join_case(first.case_id, sender=Sender(device_hash="b" * 64))
    results = race(*(partial(reopen_as_citizen, pk, reason="没有解决") for pk in (first.pk, second.pk)))
    assert sorted(type(result).__name__ for result in results) == ["Case", "StepNotAllowed"]
    assert first.case.events.filter(action=Action.REOPEN).count() == 1
