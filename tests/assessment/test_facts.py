"""The roll-up: it follows the timeline, and is the same when it is made anew."""

from datetime import timedelta
from decimal import Decimal
from threading import Event
from time import sleep

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from assessment.models import CaseFact
from assessment.services import facts
from assessment.services.facts import mend_facts, read_facts, rebuild_facts
from cases import services as cases
from cases.models import Case, EscalationRule
from cases.workflow import ReturnKind, Status
from dispatch import services as dispatch
from dispatch.services.emergency import declare_emergency, end_emergency
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.worktime import Unit
from tests.assessment.factories import make_random_cases
from tests.case_factories import case_in, make_case, make_cast, make_city
from tests.racing import race

pytestmark = pytest.mark.django_db

_WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


def all_facts():
    return list(CaseFact.objects.order_by("pk").values())


def fact_of(case):
    read_facts()
    return CaseFact.objects.get(pk=case.pk)


def test_it_follows_each_step(cast):
    case = make_case(cast)
    assert read_facts() == 1
    assert read_facts() == 0
    assert fact_of(case).registered_at is None
    cases.register_case(case.pk, actor=cast.operator)
    assert read_facts() == 1
    fact = CaseFact.objects.get(pk=case.pk)
    assert (fact.registered_at is not None, fact.status, fact.version) == (True, Status.REGISTERED, 2)


def test_made_anew_it_is_the_same(cast, capsys):
    make_random_cases(cast, 25, seed=5)
    case_in(Status.CLOSED, cast)
    read_facts()
    before = all_facts()
    call_command("rebuild_figures")
    assert all_facts() == before
    CaseFact.objects.all().delete()
    call_command("rebuild_figures")
    assert all_facts() == before
    assert read_facts() == 0


def test_made_anew_it_takes_as_many_batches_as_there_are_cases_whatever_their_ids(cast, monkeypatch):
    monkeypatch.setattr(facts, "BATCH", 2)
    first, second = make_case(cast), make_case(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('cases_case', 'id'), %s)", [second.pk + 1_000_000]
        )
    third = make_case(cast)
    assert list(rebuild_facts()) == [(2, 3), (3, 3)]
    assert set(CaseFact.objects.values_list("pk", flat=True)) == {first.pk, second.pk, third.pk}


def test_what_was_missed_is_mended_at_night(cast):
    case = case_in(Status.REGISTERED, cast)
    read_facts()
    CaseFact.objects.filter(pk=case.pk).update(version=1, status=Status.REPORTED)
    assert mend_facts() == 1
    assert CaseFact.objects.get(pk=case.pk).status == Status.REGISTERED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [mend_facts, lambda: list(rebuild_facts())])
def test_it_is_written_by_one_at_a_time(write):
    make_case(make_cast(make_city()))

    def first() -> bool:
        """Holds the place of who writes, until another one is seen to wait for it."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [facts._LOCK])
            begun.set()
            for _ in range(100):
                cursor.execute(_WAITING)
                if cursor.fetchone()[0]:
                    return True
                sleep(0.1)
        return False

    def second() -> None:
        begun.wait(10)
        write()

    begun = Event()
    assert race(first, second) == [True, None]
    assert CaseFact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_however_many_write_at_once_it_comes_to_the_same(monkeypatch):
    monkeypatch.setattr(facts, "BATCH", 10)
    cast = make_cast(make_city())
    for _ in range(30):
        make_case(cast)
    read_facts()
    before = all_facts()
    CaseFact.objects.update(version=0)
    answers = race(*[mend_facts, lambda: list(rebuild_facts()), read_facts] * 2)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert all_facts() == before


def test_in_time_and_how_long(cast):
    start = clock.now()
    with clock.at(start):
        case = case_in(Status.HANDLING, cast)
    with clock.at(start + timedelta(hours=3)):
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换灯泡")
    fact = fact_of(case)
    assert (fact.handled_in_time, fact.handling_minutes) == (True, 180)


@pytest.mark.parametrize("after_due", [timedelta(), timedelta(hours=1)])
def test_late_once_is_late_though_the_next_level_had_its_own_limit(cast, after_due):
    start = clock.now()
    with clock.at(start):
        case = case_in(Status.HANDLING, cast)
    with clock.at(case.stage_due_at + after_due):  # at the very moment, too: a clock of one's own hits it
        sweep()
    with clock.at(start + timedelta(hours=26)):
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换灯泡")
        fact = fact_of(case)
    assert (fact.handled_in_time, fact.handling_minutes) == (False, 26 * 60)


def test_what_a_phone_tells_later_was_in_time_though_the_sweep_came_between(cast):
    start = clock.now()
    with clock.at(start):
        case = case_in(Status.HANDLING, cast)
    with clock.at(start + timedelta(hours=25)):
        sweep()
        dispatch.feed_back_case(
            case.pk, actor=cast.handler, note="已换灯泡", done_at=start + timedelta(hours=2)
        )
        assert fact_of(case).handled_in_time is True


@pytest.fixture
def waiting(cast):
    """A case in hand that moves up six hours after it is due."""
    EscalationRule.objects.create(
        after_amount=Decimal(6), after_unit=Unit.URGENT_HOUR, ring_unit=Unit.URGENT_HOUR
    )
    return case_in(Status.HANDLING, cast)


def test_late_is_what_was_due_though_a_rule_waits_with_moving_it_up(cast, waiting):
    with clock.at(waiting.climb_at):
        assert sweep().climbed == 1
        # Told by a phone later: done after it was due, but before it moved up.
        done_at = waiting.stage_due_at + timedelta(hours=1)
        dispatch.feed_back_case(waiting.pk, actor=cast.handler, note="已换灯泡", done_at=done_at)
        assert fact_of(waiting).handled_in_time is False


@pytest.mark.parametrize("step", ["moved up by hand", "emergency", "more time"])
def test_a_new_due_time_takes_no_missed_one_away(cast, waiting, step):
    until = waiting.stage_due_at + timedelta(hours=20)
    if step == "more time":
        dispatch.ask_extension(waiting.pk, actor=cast.handler, reason="等料", until=until)
    with clock.at(waiting.stage_due_at + timedelta(hours=1)):
        if step == "emergency":
            declare_emergency(waiting.pk, actor=cast.dispatcher, note="燃气泄漏")
            dispatch.feed_back_case(waiting.pk, actor=cast.handler, note="已换灯泡")
        elif step == "more time":
            dispatch.decide_request(waiting.pk, actor=cast.supervisor, granted=True)
            dispatch.feed_back_case(waiting.pk, actor=cast.handler, note="已换灯泡")
        else:
            dispatch.escalate_case(waiting.pk, actor=cast.supervisor, reason="请街道协调")
            dispatch.feed_back_case(waiting.pk, actor=cast.handler, note="已换灯泡")
        assert fact_of(waiting).handled_in_time is False


@pytest.mark.parametrize(("hours_left", "in_time"), [(1, True), (-1, False)])
def test_stopped_before_it_was_due_it_goes_on_with_what_was_left(cast, waiting, hours_left, in_time):
    """An hour was left, and it is done half an hour after it goes on; an hour late nothing is left any more."""
    resumed = waiting.stage_due_at + timedelta(days=3)
    with clock.at(waiting.stage_due_at - timedelta(hours=hours_left)):
        dispatch.ask_suspension(waiting.pk, actor=cast.handler, reason="等料", until=resumed)
        dispatch.decide_request(waiting.pk, actor=cast.supervisor, granted=True)
    with clock.at(resumed):
        sweep()
        assert Case.objects.get(pk=waiting.pk).status == Status.HANDLING
    with clock.at(resumed + timedelta(minutes=30)):
        done_at = resumed if hours_left < 0 else None
        dispatch.feed_back_case(waiting.pk, actor=cast.handler, note="已换灯泡", done_at=done_at)
        assert fact_of(waiting).handled_in_time is in_time


def test_moved_up_by_hand_before_it_was_due_it_may_still_be_in_time(cast, waiting):
    dispatch.escalate_case(waiting.pk, actor=cast.supervisor, reason="请街道协调")
    with clock.at(waiting.stage_due_at + timedelta(hours=1)):  # the street has 48 hours
        dispatch.feed_back_case(waiting.pk, actor=cast.handler, note="已换灯泡")
        assert fact_of(waiting).handled_in_time is True


def test_the_minutes_of_an_emergency_count_once(cast):
    start = clock.now()
    with clock.at(start):
        case = case_in(Status.HANDLING, cast)
    with clock.at(start + timedelta(hours=2)):
        declare_emergency(case.pk, actor=cast.dispatcher, note="燃气泄漏")
    with clock.at(start + timedelta(hours=3)):
        end_emergency(case.pk, actor=cast.dispatcher, summary="已堵漏")
    with clock.at(start + timedelta(hours=5)):
        dispatch.feed_back_case(case.pk, actor=cast.handler, note="已修好")
        assert fact_of(case).handling_minutes == 5 * 60


@pytest.mark.parametrize("kind", ReturnKind)
def test_a_wrong_address_is_no_return_of_the_units(cast, kind):
    case = case_in(Status.HANDLING, cast)
    dispatch.ask_return(case.pk, actor=cast.handler, reason="请退回", kind=kind)
    dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)
    fact = fact_of(case)
    is_address = kind is ReturnKind.WRONG_ADDRESS
    assert (fact.returns, fact.wrong_addresses) == ((0, 1) if is_address else (1, 0))


def test_sent_back_it_is_not_handled_until_it_is_again(cast):
    case = case_in(Status.HANDLED, cast)
    cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="还是不亮")
    fact = fact_of(case)
    assert (fact.handled_at, fact.handled_in_time, fact.handling_minutes, fact.reworks) == (
        None,
        None,
        None,
        1,
    )
    dispatch.feed_back_case(case.pk, actor=cast.handler, note="又换了一次")
    assert fact_of(case).handled_at is not None
