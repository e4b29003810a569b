"""Points that were typed in wrongly are put right after publishing: beside what was published, with a trace."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from assessment.models import CorrectedPoints, Correction, Score
from assessment.services.corrections import correct_points, points_of
from assessment.services.periods import NotComputed, compute_period, open_period
from assessment.services.typed_points import Given, type_points
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import Notice
from tests.assessment.periods import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    """One of two duties on time is 50 of 60, one handled is 50 of 20, 90 typed in of 20: (30 + 10 + 18) / 100."""
    world = World(cast)
    given = {world.city.team.pk: Given("90", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=cast.supervisor, given=given)
    world.publish()
    return world


@pytest.fixture
def score(world):
    found: Score = world.period.scores.get(organisation=world.city.team)
    assert found.points == Decimal("58.00")
    return found


@pytest.fixture
def page(client, world):
    client.force_login(world.cast.supervisor)
    client.cookies["django_language"] = "en"
    return client


def url(world, score) -> str:
    return reverse("assessment:correct_points", args=[score.pk, world.typed.pk])


def test_the_right_points_stand_beside_the_published_ones(page, world, score):
    """60 instead of 90 of 20: (30 + 10 + 12) / 100."""
    assert url(world, score) in page.get(reverse("assessment:score_detail", args=[score.pk])).content.decode()
    assert "90.00 of 100 stand there now" in page.get(url(world, score)).content.decode()

    answer = page.post(url(world, score), {"points": "60", "reason": " 抄错了行 "}, follow=True)

    shown = answer.content.decode()
    assert "Those it concerns are told" in shown
    assert "抄错了行" in shown
    score.refresh_from_db()
    assert (score.points, points_of(score)) == (Decimal("58.00"), Decimal("52.00"))
    row = Correction.objects.get()
    assert (row.by, row.reason, row.appeal) == (world.cast.supervisor, "抄错了行", None)
    assert (row.points_before, row.points_after) == (Decimal("58.00"), Decimal("52.00"))
    assert [texts[2] for texts in row.parts_before.values()] == ["90.0000"]
    assert [texts[2] for texts in row.parts_after.values()] == ["60.0000"]


def test_a_second_correction_begins_where_the_first_one_ended(world, score):
    for points, after in (("60", "52.00"), ("75", "55.00")):
        made = correct_points(
            score.pk, world.typed.pk, actor=world.cast.supervisor, points=points, reason="复核"
        )
        assert made.points_after == Decimal(after)
    assert Correction.objects.latest("pk").points_before == Decimal("52.00")


def test_what_was_published_is_still_what_the_timeline_says(world, score, capsys):
    correct_points(score.pk, world.typed.pk, actor=world.cast.supervisor, points="60", reason="抄错了行")

    call_command("verify_scores", str(world.period.pk))


def test_who_answers_for_the_unit_is_told(world, score):
    before = Notice.objects.filter(event="score_corrected").count()
    correct_points(score.pk, world.typed.pk, actor=world.cast.supervisor, points="60", reason="抄错了行")

    told = Notice.objects.filter(event="score_corrected")
    posts = world.city.team.posts.filter(role__in=["officer", "supervisor", "leader"])
    assert before == 0
    assert set(told.values_list("recipient_id", flat=True)) == set(posts.values_list("user_id", flat=True))
    assert {each.url for each in told} <= {
        f"{reverse('assessment:score_detail', args=[score.pk])}#corrections"
    }


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [
        ("", "抄错了行", "This field is required"),
        ("60", "", "This field is required"),
        ("101", "多了", "from 0 to 100"),
        ("1.234", "细了", "two decimal places"),
        ("很好", "怪", "from 0 to 100"),
        ("60", "长" * 501, "500 characters"),
        ("90", "没有变", "stand there already"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(page, world, score, points, reason, said):
    answer = page.post(url(world, score), {"points": points, "reason": reason})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert reason in shown
    assert not CorrectedPoints.objects.exists()
    assert not Correction.objects.exists()


def test_only_who_runs_the_assessment_corrects(client, world, score):
    for stranger in (world.cast.handler, world.cast.inspector, world.cast.officer):
        client.force_login(stranger)
        assert client.get(url(world, score)).status_code == 404
        assert client.post(url(world, score), {"points": "60", "reason": "我"}).status_code == 404
        with pytest.raises(NotPermitted):
            correct_points(score.pk, world.typed.pk, actor=stranger, points="60", reason="我")
    assert not Correction.objects.exists()


def test_what_is_counted_is_not_typed_over(page, world, score):
    counted = world.version.items.exclude(indicator="").first()
    assert page.get(reverse("assessment:correct_points", args=[score.pk, counted.pk])).status_code == 404
    with pytest.raises(NotFoundForYou):
        correct_points(score.pk, counted.pk, actor=world.cast.supervisor, points="60", reason="不可")


def test_before_publishing_points_are_just_typed_in(page, world):
    running = open_period(world.scheme.pk, actor=None, day=world.period.last_day + timedelta(days=1))
    compute_period(running.pk, actor=None)
    score = running.scores.first()
    assert page.get(url(world, score)).status_code == 404
    with pytest.raises(NotComputed):
        correct_points(score.pk, world.typed.pk, actor=world.cast.supervisor, points="60", reason="早了")


def test_the_database_keeps_what_was_corrected(world, score):
    correct_points(score.pk, world.typed.pk, actor=world.cast.supervisor, points="60", reason="抄错了行")
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectedPoints.objects.create(
            score=score, item=world.typed, points=60, reason="", by=world.cast.supervisor, at=score.period.published_at
        )  # fmt: skip
    for change in (
        lambda: CorrectedPoints.objects.update(points=100),
        lambda: CorrectedPoints.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()
