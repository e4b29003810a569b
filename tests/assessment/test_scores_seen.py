"""Whose scores somebody sees: one's own, those of one's area and organisation, and of the people one leads."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assessment.kinds import AREAS, ORGANISATIONS, Kind
from assessment.models import Scheme, Score
from assessment.permissions import scores_seen_by
from grids.models import Role
from tests.assessment.published import computed, last_days, published, some_of_everything
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db
FIRST, LAST = last_days()


@pytest.fixture
def world(cast):
    """Everybody is scored and published."""
    some_of_everything(cast, 30)
    for kind, *codes in (
        (Kind.INSPECTOR, "report_count"),
        (Kind.OPERATOR, "accept_count"),
        *((kind,) for kind in (*ORGANISATIONS, *AREAS)),
    ):
        published(kind, FIRST, LAST, cast.supervisor, codes)
    return cast


def seen(user):
    """Kind → names of whose scores somebody sees."""
    found = {}
    for score in Score.objects.filter(scores_seen_by(user)).select_related("period__scheme"):
        found.setdefault(score.period.scheme.kind, set()).add(score.whose)
    return found


def test_an_inspector_sees_their_own_score_their_grid_and_their_workstation(world):
    city = world.city
    assert seen(world.inspector) == {
        Kind.INSPECTOR: {world.inspector}, Kind.GRID: {city.grid}, Kind.CENTRE: {city.community_centre},
    }  # fmt: skip


def test_a_grid_leader_sees_the_inspectors_and_the_areas_of_the_community(world):
    city = world.city
    assert seen(world.grid_leader) == {
        Kind.INSPECTOR: {world.inspector},
        Kind.COMMUNITY: {city.community},
        Kind.GRID: {city.grid, city.other_grid},
        Kind.CENTRE: {city.community_centre},
    }


def test_an_operator_sees_their_own_score_their_workstation_and_its_community(world):
    city = world.city
    assert seen(world.operator) == {
        Kind.OPERATOR: {world.operator}, Kind.CENTRE: {city.community_centre}, Kind.COMMUNITY: {city.community},
    }  # fmt: skip


def test_a_handler_and_an_officer_see_their_unit_and_its_area(world):
    city = world.city
    assert seen(world.handler) == {Kind.UNIT: {city.team}, Kind.COMMUNITY: {city.community}}
    assert seen(world.officer) == {Kind.UNIT: {city.street_department}, Kind.STREET: {city.street}}


def test_a_leader_sees_all_within_their_area_and_nobody_elsewhere(world):
    city = world.city
    found = seen(world.leader)
    assert found[Kind.INSPECTOR] == {world.inspector}
    assert found[Kind.OPERATOR] == {world.operator}
    assert found[Kind.UNIT] == {city.team, city.street_department, city.district_department}
    assert found[Kind.CENTRE] == {city.district_centre, city.street_centre, city.community_centre}
    assert found[Kind.GRID] == {city.grid, city.other_grid}
    assert found[Kind.DISTRICT] == {city.district}


def test_a_supervisor_of_a_street_sees_what_lies_in_it(world):
    city = world.city
    person = make_user("of-the-street")
    make_post(person, Role.SUPERVISOR, city.street_centre)
    found = seen(person)
    assert found[Kind.STREET] == {city.street}
    assert Kind.DISTRICT not in found
    assert found[Kind.UNIT] == {city.team, city.street_department}
    assert found[Kind.INSPECTOR] == {world.inspector}


def test_whoever_runs_the_assessment_sees_everything_published_or_not(world):
    before = Score.objects.count()
    computed(Kind.DISPATCHER, FIRST, LAST)
    assert Score.objects.filter(scores_seen_by(world.supervisor)).count() == Score.objects.count() > before
    assert Kind.DISPATCHER not in seen(world.dispatcher)
    assert Kind.DISPATCHER not in seen(world.leader)


def test_others_see_nothing_of_it(world):
    assert seen(world.citizen) == {}
    assert {each for found in seen(world.stranger).values() for each in found} <= {
        world.stranger, *[post.organisation for post in world.stranger.current_posts], *[post.area for post in world.stranger.current_posts],
    }  # fmt: skip


def test_a_volunteer_sees_their_own_alone(world):
    person = make_user("volunteer")
    make_post(person, Role.VOLUNTEER, world.city.community_centre)
    assert seen(person) == {}


def test_one_leads_who_held_a_post_there_in_that_time(world):
    for post in world.inspector.posts.all():
        post.valid_to = LAST - timedelta(3)
        post.save()
    assert seen(world.grid_leader)[Kind.INSPECTOR] == {world.inspector}
    newcomer = make_user("newcomer")
    make_post(newcomer, Role.GRID_LEADER, world.city.street_centre)
    assert Kind.INSPECTOR in seen(newcomer)


def test_public_schemes_are_seen_by_everybody_once_published(world):
    period = published(Kind.UNIT, FIRST, LAST, world.supervisor, is_public=True)
    hidden = computed(Kind.STREET, FIRST, LAST, is_public=True)
    found = Score.objects.filter(scores_seen_by(world.citizen))
    assert set(found) == set(period.scores.all())
    assert not found.filter(period=hidden).exists()


def test_people_are_never_public(world):
    # A grid is one inspector's.
    for kind in (Kind.INSPECTOR, Kind.GRID):
        with (
            pytest.raises(IntegrityError, match="scheme_of_people_is_not_public"),
            transaction.atomic(),
        ):
            Scheme.objects.create(code="x", name="x", kind=kind, is_public=True)
