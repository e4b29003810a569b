"""A simulated life of some days: legal in every row, and something for everybody at its end."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

import pytest
from django.db import transaction
from django.utils import timezone

from assessment.figures.question import Question
from assessment.services.facts import read_facts
from assessment.spots import KINDS, spots_of
from cases.models import Case, CaseEvent, CasePhoto
from cases.permissions import where_may_take
from cases.workflow import ASKING, OPEN, STEPS, TIMED, WITH_UNIT, Action, Capacity, Status
from dispatch.routing import unrouted
from dispatch.simulation.run import simulate
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.inbox import unread_count
from gridgov.models import Photo
from gridgov.worktime import working_time_of
from grids.demo.people import LOGINS
from grids.models import User
from tests.dispatch.small_demo import quiet_demo

# What those who can log in do all day.
WORK = {
    "operator": [Action.REGISTER],
    "dispatcher": [Action.DISPATCH],
    "handler": [Action.ACCEPT, Action.FEED_BACK],
    "officer": [Action.ACCEPT, Action.FEED_BACK],
    "inspector": [Action.ANSWER_CHECK, Action.VERIFY_PASS],
    "gridleader": [Action.ANSWER_CHECK, Action.VERIFY_PASS],
}
DAYS = 4
END = datetime(2026, 11, 19, 2, 30, tzinfo=UTC)  # a Thursday at half past ten in Nanhai


@pytest.fixture(scope="module")
def history(django_db_setup, django_db_blocker, tmp_path_factory):
    """Some days of the small demo city, lived through once for all tests here."""
    with (
        django_db_blocker.unblock(),
        quiet_demo(tmp_path_factory.mktemp("demo")),
        transaction.atomic(),
        clock.at(END),
    ):
        simulate(days=DAYS)
        yield


@pytest.fixture(autouse=True)
def _at_its_end(history, db):
    with clock.at(END):
        yield


def person(username: str) -> User:
    return User.objects.get(username=username)


def timelines() -> list[list[CaseEvent]]:
    events = CaseEvent.objects.order_by("case_id", "seq")
    return [list(rows) for _case, rows in groupby(events, key=lambda event: event.case_id)]


def test_every_timeline_is_a_walk_through_the_table_of_steps():
    table = {(step.source, step.action, step.target): step.who for step in STEPS}
    for rows in timelines():
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0].action == Action.REPORT
        for before, after in pairwise(rows):
            assert before.to_status == after.from_status
            assert before.at <= after.at
        for row in rows:
            assert row.capacity in table[row.from_status, row.action, row.to_status]
            assert (row.actor is None) == (row.capacity == Capacity.CLOCK)
            assert END - timedelta(days=DAYS) < row.at <= END


def test_every_open_case_has_a_clock_that_has_not_run_out():
    for case in Case.objects.filter(status__in=TIMED):
        assert case.climb_at >= END, case.number
        assert case.stage_due_at >= END or case.supervised_at, case.number
    for case in Case.objects.filter(status=Status.SUSPENDED):
        assert case.suspended_until >= END


def test_nothing_is_left_for_the_next_sweep():
    done = sweep()
    assert (done.climbed, done.rung, done.warned, done.resumed, done.failed) == (0, 0, 0, 0, set())


def test_cases_stand_everywhere():
    # Refused, merged and void ones are a matter of chance in so small a city.
    assert set(Case.objects.values_list("status", flat=True)) >= {*OPEN, Status.CLOSED}


def test_every_usual_thing_has_happened():
    done = set(CaseEvent.objects.values_list("action", flat=True))
    usual = {Action.REPORT, Action.ORDER_CHECK, Action.REGISTER, Action.DISPATCH, Action.ACCEPT, *ASKING}
    usual |= {Action.SUSPEND, Action.FEED_BACK, Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.REOPEN}
    assert done >= usual | {Action.ESCALATE, Action.SUPERVISE, Action.COMMENT}


def test_late_ones_have_climbed_to_every_level():
    climbed = CaseEvent.objects.filter(action=Action.ESCALATE, capacity=Capacity.CLOCK)
    assert set(climbed.values_list("level", flat=True)) == {1, 2}
    assert Case.objects.open().filter(supervised_at__isnull=False).count() >= 2


def test_everybody_who_can_log_in_finds_work_of_different_urgency():
    for username, actions in WORK.items():
        for action in actions:
            waiting = Case.objects.filter(where_may_take(person(username), action))
            warned = {case.stage_warn_at <= END for case in waiting if case.stage_warn_at}
            assert warned == {True, False}, (username, action)
    assert Case.objects.filter(reporter=person("inspector")).count() >= 10


def test_the_special_lists_are_not_empty():
    assert Case.objects.filter(status=Status.REPORTED, grid=None).count() >= 2
    assert unrouted(Case.objects.all()).count() >= 2
    assert set(Case.objects.exclude(request="").values_list("request", flat=True)) == set(ASKING)
    for unit in ("440605011001-team", "440605011-urban"):
        statuses = set(Case.objects.open().filter(unit__code=unit).values_list("status", flat=True))
        assert statuses >= {*WITH_UNIT, Status.SUSPENDED}


def test_people_have_read_all_but_the_latest_notices():
    unread = {username: unread_count(person(username)) for username in LOGINS}
    assert 1 <= max(unread.values()) <= 40
    assert unread["handler"] >= 1


def test_desks_are_staffed_in_working_hours_only():
    calendar = working_time_of("440605")
    desk = CaseEvent.objects.filter(action__in=[Action.REGISTER, Action.DISPATCH, Action.REFUSE])
    for at in desk.values_list("at", flat=True):
        local = timezone.localtime(at)
        assert calendar.is_working_day(local.date()), local
        assert "08:30" <= f"{local:%H:%M}" <= "12:00" or "14:00" <= f"{local:%H:%M}" <= "17:30", local


def test_photos_differ_and_tell_when_and_where():
    photos = list(Photo.objects.all())
    assert len({photo.sha256 for photo in photos}) == len(photos) > 20
    for each in CasePhoto.objects.select_related("photo", "event", "case"):
        assert timedelta() < each.event.at - each.photo.taken_at < timedelta(minutes=6)
        assert each.photo.exif_point.distance(each.case.point) < 1e-4
    assert sum(photo.size_bytes for photo in photos) / len(photos) < 40_000


def test_numbers_follow_the_days():
    numbers = list(Case.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == sorted(numbers)
    by_day = Counter(number.split("-")[1] for number in numbers)
    for day, number in by_day.items():
        assert f"440605-{day}-{number:06d}" in numbers


def test_one_place_is_a_hot_spot_as_the_figures_are_set():
    read_facts()
    found, _total = spots_of(Question(clock.today() - timedelta(60), clock.today()), KINDS["hot"])
    assert any(spot.case_class.name == "机动车乱停放" and spot.count >= 5 for spot in found)
