"""Two at once: computing, publishing, typing in, putting in force and editing come to one result."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from assessment.models import Period, PeriodState, SchemeItem, SchemeVersion, Score, ScorePart, TypedPoints
from assessment.services.corrections import correct_points
from assessment.services.periods import (
    PeriodIsPublished,
    PointsOutdated,
    close_period,
    compute_period,
    open_period,
    publish_period,
)
from assessment.services.schemes import make_next_version, put_in_force
from assessment.services.typed_points import Given, type_points
from assessment.verifying import differences
from gridgov import clock
from gridgov.models import Notice
from tests.assessment.periods import World
from tests.case_factories import make_cast, make_city
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

_WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def world():
    return World(make_cast(make_city()))


def while_it_waits(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do `first`, and before it is committed begin `second`; returns what that returned or raised once it could go on."""
    done_first, go = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                done_first.set()
                go.wait(timeout=30)
        finally:
            done_first.set()
            connection.close()

    def begin() -> Any:
        try:
            return second()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(hold)
        assert done_first.wait(timeout=30)
        begun = pool.submit(begin)
        try:
            until = monotonic() + 20
            while not _somebody_waits() and not begun.done() and monotonic() < until:
                sleep(0.02)
            assert not begun.done(), f"it did not wait: {begun.result()!r}"
        finally:
            go.set()
        held.result(timeout=30)
        return begun.result(timeout=30)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])


def test_two_who_compute_at_once_come_to_one_result(world):
    compute_period(world.period.pk, actor=None)
    before = world.points()
    results = race(*[lambda: compute_period(world.period.pk, actor=world.cast.supervisor)] * 2)
    assert all(isinstance(each, Period) for each in results)
    assert results[0].computed_at == results[1].computed_at
    assert world.points() == before
    assert Score.objects.count() == len(before)
    assert ScorePart.objects.count() == 3 * len(before)


def test_computing_beside_publishing_is_in_it_or_refused(world):
    compute_period(world.period.pk, actor=None)
    computed, published = race(
        lambda: compute_period(world.period.pk, actor=None),
        lambda: publish_period(world.period.pk, actor=world.cast.supervisor),
    )
    assert isinstance(published, Period)
    assert isinstance(computed, Period | PeriodIsPublished)
    world.period.refresh_from_db()
    assert world.period.state == PeriodState.PUBLISHED
    assert not list(differences(world.period))


def test_of_two_who_publish_at_once_one_does_and_each_is_told_once(world):
    compute_period(world.period.pk, actor=None)
    results = race(*[lambda: publish_period(world.period.pk, actor=world.cast.supervisor)] * 3)
    assert sorted(type(each).__name__ for each in results) == [
        "Period",
        "PeriodIsPublished",
        "PeriodIsPublished",
    ]
    told = list(Notice.objects.filter(event="scores_published").values_list("recipient_id", flat=True))
    assert len(told) == len(set(told)) > 0


def test_points_typed_in_beside_the_publishing_hold_it_up_or_are_refused(world):
    compute_period(world.period.pk, actor=None)
    given = {world.city.team.pk: Given("80", "走访满意")}
    typed, published = race(
        lambda: type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given),
        lambda: publish_period(world.period.pk, actor=world.cast.supervisor),
    )
    if isinstance(published, PointsOutdated):
        assert (typed, TypedPoints.objects.count()) == (1, 1)
    else:
        assert isinstance(published, Period)
        assert isinstance(typed, PeriodIsPublished)
        assert not TypedPoints.objects.exists()


def test_points_typed_in_while_it_is_computed_wait_and_hold_up_the_publishing(world):
    given = {world.city.team.pk: Given("80", "走访满意")}
    typed = while_it_waits(
        lambda: compute_period(world.period.pk, actor=None),
        lambda: type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given),
    )
    assert typed == 1
    assert not ScorePart.objects.filter(item=world.typed, points__isnull=False).exists()
    with pytest.raises(PointsOutdated):
        publish_period(world.period.pk, actor=world.cast.supervisor)
    compute_period(world.period.pk, actor=None)
    publish_period(world.period.pk, actor=world.cast.supervisor)
    assert ScorePart.objects.get(item=world.typed, points__isnull=False).points == 80


def test_a_row_that_is_being_changed_by_hand_keeps_its_period_from_being_published(world):
    compute_period(world.period.pk, actor=None)
    published = while_it_waits(
        lambda: Score.objects.update(rank=9),
        lambda: publish_period(world.period.pk, actor=world.cast.supervisor),
    )
    assert isinstance(published, Period)


def test_a_row_is_not_changed_by_hand_beside_the_publishing(world):
    compute_period(world.period.pk, actor=None)
    result = while_it_waits(
        lambda: publish_period(world.period.pk, actor=world.cast.supervisor),
        lambda: ScorePart.objects.update(numerator=9),
    )
    assert isinstance(result, IntegrityError)
    assert "stays as it is" in str(result)
    assert not ScorePart.objects.filter(numerator=9).exists()


def test_of_two_who_open_the_same_one_is_opened(world):
    day = clock.today()
    results = race(*[lambda: open_period(world.scheme.pk, actor=None, day=day)] * 3)
    assert len({each.pk for each in results}) == 1


def test_closing_twice_at_once_closes_once(world):
    world.publish()
    results = race(*[lambda: close_period(world.period.pk, actor=world.cast.supervisor)] * 2)
    assert sorted(type(each).__name__ for each in results) == ["NotPublished", "Period"]


def test_of_two_who_put_a_version_in_force_at_once_one_does(world):
    version = make_next_version(world.scheme.pk, actor=None)
    results = race(*[lambda: put_in_force(version.pk, actor=None)] * 2)
    assert sorted(type(each).__name__ for each in results) == ["SchemeVersion", "ValidationError"]


def test_of_two_who_make_the_next_version_at_once_both_get_the_same(world):
    results = race(*[lambda: make_next_version(world.scheme.pk, actor=None)] * 3)
    assert len({each.pk for each in results}) == 1
    assert SchemeItem.objects.filter(version=results[0]).count() == 3


def test_a_version_that_is_being_edited_is_judged_as_it_is_kept(world):
    version = make_next_version(world.scheme.pk, actor=None)
    item = version.items.first()
    result = while_it_waits(
        lambda: SchemeItem.objects.filter(pk=item.pk).update(weight=1),
        lambda: put_in_force(version.pk, actor=None),
    )
    assert isinstance(result, ValidationError)
    assert "41" in result.messages[0]
    assert SchemeVersion.objects.get(pk=version.pk).in_force_at is None


def test_a_version_that_is_being_put_in_force_takes_no_change_any_more(world):
    version = make_next_version(world.scheme.pk, actor=None)
    item = version.items.first()
    result = while_it_waits(
        lambda: put_in_force(version.pk, actor=None),
        lambda: SchemeItem.objects.filter(pk=item.pk).update(weight=1),
    )
    assert isinstance(result, IntegrityError)
    assert "stays as it is" in str(result)
    assert SchemeItem.objects.get(pk=item.pk).weight == 60


def test_two_corrections_of_one_score_follow_each_other(world):
    """(30 + 10) / 80 without points typed in; with 60 of 20 it is 52, with 75 it is 55."""
    world.publish()
    score = world.period.scores.get(organisation=world.city.team)

    def correct(points: str) -> Callable[[], Any]:
        return lambda: correct_points(
            score.pk, world.typed.pk, actor=world.cast.supervisor, points=points, reason="漏录"
        )

    race(correct("60"), correct("75"))

    first, second = score.corrections.order_by("pk")
    assert first.points_before == 50
    assert second.points_before == first.points_after
    assert {first.points_after, second.points_after} == {52, 55}
