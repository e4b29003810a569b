"""What the database refuses by itself: changing a version in force, or what is published."""

import pytest
from django.db import IntegrityError, connection, transaction

from assessment.models import Adjustment, Band, Level, SchemeItem, TypedPoints, Way
from assessment.services.schemes import make_next_version
from assessment.services.typed_points import Given, type_points
from tests.assessment.periods import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return World(cast)


def refused(statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment_schemeversion SET note = 'x' WHERE in_force_at IS NOT NULL",
        "UPDATE assessment_schemeversion SET in_force_at = NULL",
        "UPDATE assessment_schemeitem SET weight = 1",
        "UPDATE assessment_band SET points = 1",
        "UPDATE assessment_level SET at_least = at_least + 1",
        "DELETE FROM assessment_schemeversion",
        "DELETE FROM assessment_band",
        "DELETE FROM assessment_level",
    ],
)
def test_a_version_in_force_is_neither_changed_nor_deleted(world, statement):
    refused(statement)


def test_a_version_in_force_takes_no_new_rows(world):
    version = world.version
    item = version.items.first()
    for add in (
        lambda: SchemeItem.objects.create(version=version, label="加分", way=Way.TYPED, weight=1),
        lambda: Band.objects.create(item=item, at_least=9, points=9),
        lambda: Adjustment.objects.create(version=version, indicator="rework", each=-1, cap=5),
        lambda: Level.objects.create(version=version, letter="F", colour="black", at_least=1),
    ):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            add()


def test_no_row_of_another_version_is_moved_into_one_in_force(world):
    draft = make_next_version(world.scheme.pk, actor=None)
    refused(
        f"UPDATE assessment_level SET version_id = {world.version.pk}, letter = 'Z', at_least = 1 WHERE version_id = {draft.pk} AND letter = 'A'"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment_score SET points = 100",
        "DELETE FROM assessment_score",
        "UPDATE assessment_scorepart SET numerator = 0",
        "DELETE FROM assessment_scorepart",
        "UPDATE assessment_typedpoints SET points = 100",
        "DELETE FROM assessment_typedpoints",
        "UPDATE assessment_period SET state = 'open', published_at = NULL",
        "UPDATE assessment_period SET known_until = now()",
        "DELETE FROM assessment_period",
    ],
)
def test_what_is_published_is_neither_changed_nor_deleted(world, statement):
    given = {world.city.team.pk: Given("80", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given)
    world.publish()
    refused(statement)


def test_a_published_period_takes_no_points_typed_in(world):
    world.publish()
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        TypedPoints.objects.create(
            period=world.period, item=world.typed, organisation=world.city.team, points=1, reason="迟了",
            typed_by=world.cast.supervisor, typed_at=world.period.published_at,
        )  # fmt: skip
