"""What the database refuses by itself: changing a version in force, or what is published."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assessment.models import Adjustment, Band, Level, Period, SchemeItem, Score, ScorePart, TypedPoints, Way
from assessment.services.periods import close_period
from assessment.services.schemes import make_next_version
from assessment.services.typed_points import Given, type_points
from tests.assessment.periods import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return World(cast)


def refused(statement: str) -> None:
    # A table with rows that wait to be checked is not emptied anyway.
    before = "SET CONSTRAINTS ALL IMMEDIATE; " if statement.startswith("TRUNCATE") else ""
    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(before + statement)


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
        "UPDATE assessment_period SET computed_by_id = published_by_id, published_by_id = NULL",
        "UPDATE assessment_period SET state = 'closed', published_by_id = NULL",
        "DELETE FROM assessment_period",
        "TRUNCATE assessment_scorepart",
        "TRUNCATE assessment_score CASCADE",
        "TRUNCATE assessment_period CASCADE",
        "TRUNCATE assessment_scheme CASCADE",
        "TRUNCATE assessment_correction",
        "TRUNCATE assessment_exemption",
        "TRUNCATE assessment_appeal CASCADE",
        "TRUNCATE assessment_typedpoints",
        "TRUNCATE assessment_correctedpoints",
        "UPDATE assessment_scheme SET kind = 'inspector'",
    ],
)
def test_what_is_published_is_neither_changed_nor_deleted(world, statement):
    given = {world.city.team.pk: Given("80", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given)
    world.publish()
    refused(statement)


@pytest.mark.parametrize("statement", ["UPDATE {} SET points = 1", "DELETE FROM {}"])
def test_what_was_typed_in_before_stays_as_it_was_noted(world, statement):
    for points in ("80", "90"):
        given = {world.city.team.pk: Given(points, "走访满意")}
        type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given)
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("assessment_typedpointsevent"))


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("version_id", "assessment_schemeversion"),
        ("scheme_id", "assessment_scheme"),
        ("published_by_id", "grids_user"),
    ],
)
def test_what_a_published_period_points_to_is_not_deleted(world, column, name):
    world.publish()
    pk = getattr(world.period, column)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {name} WHERE id = {pk}; SET CONSTRAINTS ALL IMMEDIATE")


def test_closed_it_is_not_opened_again(world):
    world.publish()
    close_period(world.period.pk, actor=world.cast.supervisor)
    for state in ("published", "computed", "open"):
        refused(f"UPDATE assessment_period SET state = '{state}'")
    refused("UPDATE assessment_period SET closed_at = NULL")


def test_no_row_of_an_open_period_is_moved_into_a_published_one(world):
    """Theirs is what a published score would be made of: the score, one of its parts, points typed in."""
    world.compute()
    other = Period.objects.create(
        scheme=world.scheme, version=world.version, first_day=date(2026, 8, 1), last_day=date(2026, 8, 31)
    )
    score = Score.objects.create(period=other, user=world.cast.handler, points=100)
    ScorePart.objects.create(score=score, item=world.version.items.first(), numerator=9, weight=1)
    TypedPoints.objects.create(
        period=other, item=world.typed, user=world.cast.handler, points=1, reason="走访", typed_by=world.cast.supervisor,
        typed_at=world.period.computed_at,
    )  # fmt: skip
    world.publish()
    into = world.period.scores.first()
    item = make_next_version(world.scheme.pk, actor=None).items.first()
    refused(f"UPDATE assessment_score SET period_id = {world.period.pk} WHERE id = {score.pk}")
    refused(
        f"UPDATE assessment_scorepart SET score_id = {into.pk}, item_id = {item.pk} WHERE score_id = {score.pk}"
    )
    refused(f"UPDATE assessment_typedpoints SET period_id = {world.period.pk} WHERE period_id = {other.pk}")


def test_a_published_period_takes_no_points_typed_in(world):
    world.publish()
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        TypedPoints.objects.create(
            period=world.period, item=world.typed, organisation=world.city.team, points=1, reason="迟了",
            typed_by=world.cast.supervisor, typed_at=world.period.published_at,
        )  # fmt: skip
