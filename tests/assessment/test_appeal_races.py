"""Appeals at the same moment: filed, reviewed, decided, and beside the closing of their period."""

from decimal import Decimal

import pytest

from assessment.models import (
    Appeal,
    Correction,
    Exemption,
)
from assessment.services.appeals import (
    AppealsClosed,
    decide_appeal,
    review_appeal,
)
from assessment.services.periods import close_period
from tests.assessment.appealed import World, fresh
from tests.case_factories import make_cast, make_city
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_reviewers_at_once_one_is_first():
    world = World(make_cast(make_city()))
    appeal = world.file()
    people = [fresh(world.first), fresh(world.second), fresh(world.cast.supervisor)]
    results = race(*(lambda p=p: review_appeal(appeal.pk, actor=p, grants=True) for p in people))
    assert sorted(type(r).__name__ for r in results) == ["AlreadyReviewed", "AlreadyReviewed", "Appeal"]


def test_of_two_who_decide_at_once_one_does():
    world = World(make_cast(make_city()))
    appeal = world.reviewed()
    people = [fresh(world.second), fresh(world.cast.supervisor)]
    results = race(*(lambda p=p: decide_appeal(appeal.pk, actor=p, grants=True) for p in people))
    assert sorted(type(r).__name__ for r in results) == ["AlreadyReviewed", "Appeal"]
    assert (Exemption.objects.count(), Correction.objects.count()) == (1, 1)


def test_two_corrections_of_one_score_at_once_follow_each_other():
    """Half of two in time; without the late one 1/1, without the good one 0/1, without both nothing is left."""
    world = World(make_cast(make_city()))
    appeals = [world.file(), world.file(case=world.good)]
    for appeal in appeals:
        review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    results = race(
        *(lambda a=a: decide_appeal(a.pk, actor=fresh(world.second), grants=True) for a in appeals)
    )
    assert [type(r).__name__ for r in results] == ["Appeal", "Appeal"]
    first, last = Correction.objects.order_by("pk")
    assert (first.points_before, first.points_after) in {
        (Decimal(50), Decimal(100)),
        (Decimal(50), Decimal(0)),
    }
    assert (last.points_before, last.points_after) == (first.points_after, None)
    assert last.parts_before == first.parts_after
    assert [numbers[:2] for numbers in last.parts_after.values()] == [["0.0000", "0.0000"]]


def test_two_appeals_at_once_are_one():
    world = World(make_cast(make_city()))
    results = race(*[world.file] * 3)
    assert sorted(type(r).__name__ for r in results) == ["AlreadyAppealed", "AlreadyAppealed", "Appeal"]


def test_an_appeal_beside_the_closing_comes_before_it_or_not_at_all():
    world = World(make_cast(make_city()))
    actor = fresh(world.cast.supervisor)
    appealed, closed = race(world.file, lambda: close_period(world.period.pk, actor=actor))
    assert not isinstance(closed, Exception)
    assert isinstance(appealed, Appeal | AppealsClosed)
    if isinstance(appealed, Appeal):
        assert appealed.filed_at <= closed.closed_at
    assert Appeal.objects.count() == isinstance(appealed, Appeal)
