"""What the demo shows of going out, at whatever hour it was loaded."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from dispatch.simulation.run import simulate
from gridgov import clock
from grids.models import Area, User
from inspections.board import board_of
from inspections.campaigns import campaign_rows
from inspections.models import (
    DiaryEntry,
    Duty,
    Finding,
    GridCoverage,
    Task,
    TaskKind,
    TaskState,
    TrackSegment,
    Visit,
)
from inspections.task_cards import as_cards, for_cards
from tests.dispatch.small_demo import quiet_demo

pytestmark = pytest.mark.django_db
STORY = "440605011001"


@pytest.fixture(scope="module", params=["2026-11-22T20:40", "2026-11-19T02:10", "2026-11-20T10:30"])
def end(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo loaded on a Sunday evening, in the night and on a working morning, with what was lived through."""
    moment = datetime.fromisoformat(f"{request.param}:00+08:00")
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), clock.at(moment), quiet_demo(folder), transaction.atomic():
        simulate(days=6)
        yield moment


@pytest.fixture(autouse=True)
def _at_its_end(end, db):
    with clock.at(end):
        yield


def person(name):
    return User.objects.get(username=name)


def story():
    return Area.objects.get(code=STORY)


def test_the_inspector_finds_every_kind_of_work():
    mine = Task.objects.pending().filter(assignee=person("inspector"))
    assert set(mine.values_list("kind", flat=True)) == {
        TaskKind.PATROL,
        TaskKind.CAMPAIGN,
        TaskKind.RECHECK,
        TaskKind.ORDER,
    }
    cards = as_cards(for_cards(mine))
    assert any(card.is_overdue for card in cards)
    assert any(card.task.kind == TaskKind.PATROL and not card.is_overdue for card in cards)
    to_grab = Task.objects.filter(state=TaskState.OPEN, area__path__startswith=story().path)
    assert set(to_grab.values_list("kind", flat=True)) >= {
        TaskKind.ORDER,
        TaskKind.CHECK,
        TaskKind.VERIFICATION,
    }


def test_the_leader_sees_who_is_out_and_what_was_walked():
    board = board_of(story(), "person", "-")
    assert len(board["on_duty"]) == 1
    duty = board["on_duty"][0].duty
    assert timedelta(minutes=60) < clock.now() - duty.started_at < timedelta(minutes=80)
    assert TrackSegment.objects.filter(duty=duty).exists()
    assert board["counts"]["overdue"]
    assert any(row.covered.percent for row in board["grids"])
    assert GridCoverage.objects.values("day").distinct().count() >= 3
    rated = [bool(entry.rating) for entry in DiaryEntry.objects.all()]
    assert True in rated
    assert False in rated


def test_a_campaign_stands_halfway():
    (row,) = campaign_rows([story()])
    assert 0 < row.progress.percent < 80


def test_what_was_found_is_settled_or_a_case():
    states = dict(Finding.objects.values_list("state", "case"))
    assert set(states) >= {"settled"}
    assert Finding.objects.filter(case__isnull=False).count() == 1


def test_nobody_is_in_two_places_and_nothing_lies_ahead():
    assert Duty.objects.filter(ended_at=None).count() == 1
    assert not Visit.objects.filter(finished_at__gt=clock.now()).exists()
    assert not TrackSegment.objects.filter(ended_at__gt=clock.now()).exists()
    assert not Visit.objects.filter(task_moved_on=True).exists()
