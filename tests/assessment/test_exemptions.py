"""What is exempted on appeal is left out everywhere it counted, and nowhere that is not told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from assessment.counted_rows import counted_rows
from assessment.kinds import Kind
from assessment.models import Appeal, Correction, Exemption, Period, Score
from assessment.services.appeals import NotCounted, decide_appeal, file_appeal, review_appeal
from assessment.services.corrections import correct_score, points_of
from assessment.services.periods import compute_period, publish_period
from assessment.verifying import differences
from cases.workflow import Status
from dispatch import services as dispatch
from gridgov import clock
from grids.models import Role, User
from inspections.times import beginning_of
from tests.assessment.published import computed, published
from tests.case_factories import Cast, case_in
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db
RATE = "on_time_disposal_rate"


class World:
    """Two cases of a team that fell due on Sunday, one handled late, and schemes that count them or do not."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.monday = clock.today() - timedelta(days=clock.today().weekday() + 7)
        self.sunday = self.monday + timedelta(days=6)
        with clock.at(beginning_of(self.sunday) - timedelta(hours=20)):
            self.late, _good = case_in(Status.HANDLING, cast), case_in(Status.HANDLED, cast)
        with clock.at(beginning_of(self.sunday) + timedelta(hours=10)):
            dispatch.feed_back_case(self.late.pk, actor=cast.handler, note="已处理")
        self.reviewers = [make_user(name) for name in ("first", "second")]
        for person in self.reviewers:
            make_post(person, Role.SUPERVISOR, cast.city.district_centre)

    def published(self, first: date, last: date, code: str = RATE) -> Period:
        return published(Kind.UNIT, first, last, self.cast.supervisor, [code])

    def score(self, period: Period) -> Score:
        found: Score = period.scores.get(organisation=self.cast.city.team)
        return found

    def file(self, period: Period) -> Appeal:
        return file_appeal(
            self.score(period).pk, actor=fresh(self.cast.handler), indicator=RATE, case_id=self.late.pk, reason="停电"
        )  # fmt: skip

    def granted(self, period: Period) -> Appeal:
        appeal = self.file(period)
        first, second = (fresh(person) for person in self.reviewers)
        review_appeal(appeal.pk, actor=first, grants=True)
        return decide_appeal(appeal.pk, actor=second, grants=True)


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def fresh(user: User) -> User:
    found: User = User.objects.get(pk=user.pk)
    return found


def test_every_published_score_in_which_the_case_counted_is_corrected(world: World) -> None:
    """The week, its Sunday, and the day before; a scheme of something else; a period that is not published yet."""
    week, day = world.published(world.monday, world.sunday), world.published(world.sunday, world.sunday)
    before = world.published(world.monday, world.sunday - timedelta(days=1))
    other = world.published(world.monday, world.sunday, "disposal_rate")
    with clock.at(clock.now() - timedelta(minutes=1)):
        waiting = computed(Kind.UNIT, world.monday, world.sunday, [RATE])
    assert [points_of(world.score(period)) for period in (week, day, before, other)] == [50, 50, None, 100]
    appeal = world.granted(week)
    assert [points_of(world.score(period)) for period in (week, day, before, other)] == [100, 100, None, 100]
    told = Correction.objects.order_by("score__period_id").values_list("score__period", "appeal", "reason")
    assert list(told) == [(week.pk, appeal.pk, "停电"), (day.pk, appeal.pk, "停电")]
    assert correct_score(world.score(day).pk, actor=world.cast.supervisor, reason="再算一次") is None
    assert Correction.objects.count() == 2
    with pytest.raises(NotCounted):
        world.file(day)
    for period in (week, day, before, other):
        assert list(differences(period)) == []
    compute_period(waiting.pk, actor=None)
    assert world.score(publish_period(waiting.pk, actor=world.cast.supervisor)).points == Decimal(100)


def test_the_appeal_names_each_score_that_it_corrected_and_each_of_them_the_appeal(
    world: World, client: Client
) -> None:
    week, day = world.published(world.monday, world.sunday), world.published(world.sunday, world.sunday)
    appeal = world.granted(day)
    client.force_login(world.cast.handler)
    page = client.get(f"/assessment/appeals/{appeal.pk}/")
    assert [each.score.period for each in page.context["corrections"]] == [day, week]
    shown = page.content.decode()
    assert f'<a href="/assessment/scores/{world.score(week).pk}/">' in shown
    for period in (week, day):
        assert (
            f"/assessment/appeals/{appeal.pk}/"
            in client.get(f"/assessment/scores/{world.score(period).pk}/").content.decode()
        )


def test_what_is_exempted_while_the_scores_are_computed_is_in_none_of_them(world: World) -> None:
    period = computed(Kind.UNIT, world.monday, world.sunday, [RATE])
    score = world.score(period)
    appeal = Appeal.objects.create(
        score=score, case=world.late, indicator=RATE, reason="停电", filed_by=world.cast.handler, filed_at=clock.now()
    )  # fmt: skip
    Exemption.objects.create(
        appeal=appeal,
        case=world.late,
        indicator=RATE,
        organisation=score.organisation,
        # They were written down only then.
        at=period.computed_at - timedelta(microseconds=1),
    )
    assert list(differences(period)) == []
    assert not counted_rows(score, RATE).exempted.exists()
