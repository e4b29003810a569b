"""Appeals: who may, against what, two reviews by two people, and what follows."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from assessment.models import (
    Appeal,
    AppealState,
    Correction,
    Exemption,
    Period,
    Scheme,
    SchemeItem,
    Score,
    StageFact,
)
from assessment.services.appeals import (
    AlreadyAppealed,
    AlreadyReviewed,
    AppealsClosed,
    NotCounted,
    decide_appeal,
    review_appeal,
)
from assessment.services.corrections import points_of
from assessment.services.periods import close_period, compute_period
from assessment.services.schemes import make_next_version, put_in_force
from assessment.verifying import differences
from cases.models import CaseEvent
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import Notice
from grids.models import Role
from tests.assessment.appealed import RATE, WHY, World, fresh, supervisor
from tests.case_factories import make_case
from tests.factories import make_organisation, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return World(cast)


def told(event):
    return set(Notice.objects.filter(event=event).values_list("recipient__username", flat=True))


# Filing.


def test_the_score_is_half_to_begin_with(world):
    assert world.score.points == Decimal(50)
    assert StageFact.objects.get(case=world.late, stage="handling").due_at.date() == world.day


def test_a_member_of_the_unit_appeals_and_the_supervisors_hear_of_it(world):
    appeal = world.file()
    assert (appeal.state, appeal.filed_by, appeal.reason) == (
        AppealState.FILED,
        world.cast.handler,
        WHY["reason"],
    )
    assert told("appeal_filed") == {"supervisor", "first", "second"}
    assert world.score.points == Decimal(50)


def test_without_a_reason_there_is_none(world):
    for reason in ("", "  \n"):
        with pytest.raises(ValidationError):
            world.file(reason=reason)
    with pytest.raises(ValidationError):
        world.file(reason="长" * 1001)
    assert not Appeal.objects.exists()


def test_strangers_and_colleagues_of_others_find_no_score(world):
    cast = world.cast
    for person in (cast.stranger, cast.citizen, cast.inspector, cast.officer, cast.supervisor, cast.operator):
        with pytest.raises(NotFoundForYou):
            world.file(actor=person)


def test_a_case_is_appealed_against_once(world):
    world.file()
    with pytest.raises(AlreadyAppealed):
        world.file()
    colleague = make_user("colleague")
    make_post(colleague, Role.HANDLER, world.cast.city.team)
    with pytest.raises(AlreadyAppealed):
        world.file(actor=colleague)
    world.file(case=world.good)


def test_only_a_case_that_counts_there(world):
    elsewhere = make_case(world.cast)
    with pytest.raises(NotCounted):
        world.file(case=elsewhere)
    # Due on the day after.
    with pytest.raises(NotCounted):
        world.file(case=world.later)
    with pytest.raises(NotCounted):
        world.file(case=type("Nothing", (), {"pk": 0}))


def test_only_in_an_indicator_of_the_scheme(world):
    for indicator in ("rework_rate", "nothing_of_that_name", "", "reports_count"):
        with pytest.raises(NotCounted):
            world.file(indicator=indicator)


def test_not_before_it_is_published_nor_after_it_is_closed(world):
    close_period(world.period.pk, actor=world.cast.supervisor)
    with pytest.raises(AppealsClosed):
        world.file()
    other = Scheme.objects.create(code="two", name="二", kind="unit", length="week")
    version = make_next_version(other.pk, actor=None)
    SchemeItem.objects.create(version=version, indicator=RATE, way="value", weight=100)
    put_in_force(version.pk, actor=None)
    period = Period.objects.create(scheme=other, version=version, first_day=world.day, last_day=world.day)
    compute_period(period.pk, actor=world.cast.supervisor)
    world.score = period.scores.get(organisation=world.cast.city.team)
    with pytest.raises(NotFoundForYou):
        world.file()


def test_who_has_left_the_unit_appeals_no_more(world):
    world.cast.handler.posts.update(valid_to=clock.today() - timedelta(days=1))
    with pytest.raises(NotFoundForYou):
        world.file()


# The reviews.


def test_granted_the_case_no_longer_counts_and_the_score_is_corrected(world):
    before = CaseEvent.objects.filter(case=world.late).count()
    appeal = world.reviewed()
    assert told("appeal_reviewed") == {"handler", "supervisor", "second"}
    assert not Exemption.objects.exists()
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.second_by) == (AppealState.GRANTED, world.second)
    exemption = Exemption.objects.get()
    assert (exemption.case, exemption.organisation, exemption.indicator) == (
        world.late,
        world.cast.city.team,
        RATE,
    )
    correction = Correction.objects.get()
    assert (correction.points_before, correction.points_after) == (Decimal(50), Decimal(100))
    assert (correction.appeal, correction.by, correction.reason) == (appeal, world.second, WHY["reason"])
    ((was,), (now,)) = correction.parts_before.values(), correction.parts_after.values()
    assert (was[:2], now[:2]) == (["1.0000", "2.0000"], ["1.0000", "1.0000"])
    score = Score.objects.get(pk=world.score.pk)
    assert (score.points, points_of(score)) == (Decimal(50), Decimal(100))
    assert CaseEvent.objects.filter(case=world.late).count() == before
    assert list(differences(Period.objects.get(pk=world.period.pk))) == []
    assert told("appeal_granted") == {"handler", "first"}


def test_refused_it_stays_as_it_was(world):
    appeal = world.reviewed()
    with pytest.raises(ValidationError):
        decide_appeal(appeal.pk, actor=fresh(world.second), grants=False, note=" ")
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=False, note="没有记录")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.second_note) == (AppealState.REFUSED, "没有记录")
    assert not Exemption.objects.exists()
    assert not Correction.objects.exists()
    assert told("appeal_refused") == {"handler", "first"}


def test_the_second_decides_whatever_the_first_recommends(world):
    appeal = world.reviewed(grants=False)
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    assert Exemption.objects.count() == 1


def test_to_recommend_refusal_needs_a_reason(world):
    appeal = world.file()
    with pytest.raises(ValidationError):
        review_appeal(appeal.pk, actor=fresh(world.first), grants=False)
    appeal.refresh_from_db()
    assert appeal.state == AppealState.FILED


def test_two_reviews_by_two_people(world):
    appeal = world.reviewed()
    with pytest.raises(NotPermitted):
        decide_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    with pytest.raises(AlreadyReviewed):
        review_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(
            state=AppealState.GRANTED, second_by=world.first, second_at=clock.now()
        )


def test_the_second_review_follows_the_first_and_comes_once(world):
    appeal = world.file()
    with pytest.raises(AlreadyReviewed):
        decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    with pytest.raises(AlreadyReviewed):
        decide_appeal(appeal.pk, actor=fresh(world.second), grants=False, note="不")


def test_nobody_reviews_their_own_matter(world):
    """A supervisor with a post in the team, now or when it was scored, and who appealed and has been promoted since."""
    team = world.cast.city.team
    member, former = supervisor(world.cast, "member"), supervisor(world.cast, "former")
    make_post(member, Role.HANDLER, team)
    make_post(former, Role.HANDLER, team)
    former.posts.filter(organisation=team).update(valid_to=world.day)
    make_post(world.cast.handler, Role.SUPERVISOR, world.cast.city.district_centre)
    appeal = world.file()
    for person in (member, world.cast.handler):
        with pytest.raises(NotPermitted):
            review_appeal(appeal.pk, actor=fresh(person), grants=True)
    with pytest.raises(NotFoundForYou):
        review_appeal(appeal.pk, actor=fresh(former), grants=True)
    review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    for person in (member, world.cast.handler):
        with pytest.raises(NotPermitted):
            decide_appeal(appeal.pk, actor=fresh(person), grants=True)
    former.posts.filter(organisation=team).update(valid_to=world.day - timedelta(days=1))
    decide_appeal(appeal.pk, actor=fresh(former), grants=True)


def test_others_can_not_tell_that_there_is_an_appeal(world):
    appeal = world.file()
    cast = world.cast
    for person in (cast.stranger, cast.citizen, cast.inspector, cast.operator, cast.leader, cast.officer):
        with pytest.raises(NotFoundForYou):
            review_appeal(appeal.pk, actor=fresh(person), grants=True)
        with pytest.raises(NotFoundForYou):
            decide_appeal(appeal.pk, actor=fresh(person), grants=True)
    with pytest.raises(NotFoundForYou):
        review_appeal(appeal.pk + 1, actor=fresh(world.first), grants=True)


def test_a_supervisor_of_the_street_reviews_first_but_does_not_decide(world):
    street = supervisor(world.cast, "street", area=world.cast.city.street)
    elsewhere = supervisor(world.cast, "elsewhere", area=make_organisation().area)
    appeal = world.file()
    with pytest.raises(NotFoundForYou):
        review_appeal(appeal.pk, actor=fresh(elsewhere), grants=True)
    review_appeal(appeal.pk, actor=fresh(street), grants=True)
    other = supervisor(world.cast, "other", area=world.cast.city.street)
    with pytest.raises(NotPermitted):
        decide_appeal(appeal.pk, actor=fresh(other), grants=True)
    decide_appeal(appeal.pk, actor=fresh(world.first), grants=True)


def test_an_administrator_of_periods_decides_too(world, admin_user):
    appeal = world.reviewed()
    decide_appeal(appeal.pk, actor=fresh(admin_user), grants=True)
    assert Exemption.objects.count() == 1


def test_the_grid_leader_appeals_for_a_grid(cast):
    world = World(cast, "grid")
    # The grid leader answers for the grids of the community; the inspector in it does not.
    with pytest.raises(NotFoundForYou):
        world.file(actor=cast.inspector)
    with pytest.raises(NotFoundForYou):
        world.file(actor=cast.supervisor)
    appeal = world.file(actor=cast.grid_leader)
    review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    assert Exemption.objects.get().area == cast.city.grid


def test_who_answers_for_a_street_appeals_for_it_and_does_not_review_it(cast):
    world = World(cast, "street")
    street, other = (supervisor(cast, name, area=cast.city.street) for name in ("street", "other"))
    with pytest.raises(NotFoundForYou):
        world.file(actor=cast.grid_leader)
    appeal = world.file(actor=street)
    with pytest.raises(NotPermitted):
        review_appeal(appeal.pk, actor=fresh(other), grants=True)
    review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    assert told("appeal_filed") == {"supervisor", "first", "second", "other"}


def test_after_closing_those_that_wait_are_still_decided(world):
    appeal = world.file()
    close_period(world.period.pk, actor=world.cast.supervisor)
    review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    assert points_of(world.score) == Decimal(100)


def test_what_is_exempt_for_another_score_already_can_not_be_appealed_against(world):
    appeal = world.reviewed()
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    with pgtrigger.ignore("assessment.Appeal:said_once"):
        Appeal.objects.filter(pk=appeal.pk).update(case=world.good)
    with pytest.raises(NotCounted):
        world.file()


# What the database keeps.


@pytest.mark.parametrize(
    "change",
    [
        "state = 'refused'",
        "state = 'reviewed', second_at = NULL, second_by_id = NULL",
        "second_note = '改了'",
        "first_note = '改了'",
        "reason = '改了'",
        "indicator = 'closing_rate'",
    ],
)
def test_what_was_decided_stays_as_it_was_said(world, change):
    appeal = world.reviewed()
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    unchangeable(f"UPDATE assessment_appeal SET {change}")
    unchangeable("DELETE FROM assessment_appeal")


@pytest.mark.parametrize(
    "change",
    [
        "reason = '改了'",
        "state = 'reviewed', first_by_id = filed_by_id, first_at = filed_at, reason = '改了'",
        "state = 'refused', first_by_id = filed_by_id, first_at = filed_at, second_by_id = 0, second_at = filed_at",
    ],
)
def test_an_appeal_goes_from_step_to_step(world, change):
    world.file()
    unchangeable(f"UPDATE assessment_appeal SET {change}")
    unchangeable("DELETE FROM assessment_appeal")


def unchangeable(statement):
    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_what_was_exempted_and_corrected_stays(world):
    appeal = world.reviewed()
    decide_appeal(appeal.pk, actor=fresh(world.second), grants=True)
    for statement in (
        "UPDATE assessment_correction SET points_after = 1", "DELETE FROM assessment_correction",
        "UPDATE assessment_exemption SET indicator = 'rework'", "DELETE FROM assessment_exemption",
    ):  # fmt: skip
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
