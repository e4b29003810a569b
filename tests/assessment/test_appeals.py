"""Appeals: who may, against what, two reviews by two people, and what follows."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from assessment.appeals import appeals_to_review
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
    file_appeal,
    review_appeal,
)
from assessment.services.corrections import points_of
from assessment.services.facts import read_facts
from assessment.services.periods import close_period, compute_period, publish_period
from assessment.services.schemes import make_next_version, put_in_force
from assessment.verifying import differences
from cases.models import CaseEvent
from cases.workflow import Action, Status
from dispatch import services as dispatch
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.models import Notice
from grids.models import Role
from tests.case_factories import case_in, make_case, make_cast, make_city
from tests.factories import make_organisation, make_post, make_user
from tests.racing import race

pytestmark = pytest.mark.django_db
RATE = "on_time_disposal_rate"
WHY = {"reason": "停电两天,进不去"}


class World:
    """A team with one case handled in time and one late, due on a day that is published; three supervisors review."""

    def __init__(self, cast, kind="unit", code=RATE):
        self.cast, city = cast, cast.city
        begin = clock.now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=4)
        with clock.at(begin):
            self.late, self.good = case_in(Status.HANDLING, cast), case_in(Status.HANDLED, cast)
        with clock.at(begin + timedelta(hours=30)):
            dispatch.feed_back_case(self.late.pk, actor=cast.handler, note="已处理")
            self.later = case_in(Status.HANDLED, cast)
        read_facts()
        self.day = (begin + timedelta(hours=24)).date()
        self.period = self.publish(kind, code)
        self.score = self.period.scores.get(
            organisation=city.team if kind == "unit" else None,
            user=cast.inspector if kind == "inspector" else None,
            area=city.grid if kind == "grid" else city.street if kind == "street" else None,
        )
        self.first, self.second = (supervisor(cast, name) for name in ("first", "second"))

    def publish(self, kind, code):
        scheme = Scheme.objects.create(code=kind, name=f"{kind} 考核", kind=kind, length="week")
        version = make_next_version(scheme.pk, actor=None)
        SchemeItem.objects.create(version=version, indicator=code, way="value", weight=100)
        put_in_force(version.pk, actor=None)
        self.scheme = scheme
        period = Period.objects.create(scheme=scheme, version=version, first_day=self.day, last_day=self.day)
        compute_period(period.pk, actor=self.cast.supervisor)
        return publish_period(period.pk, actor=self.cast.supervisor)

    def file(self, actor=None, case=None, indicator=RATE, **fields):
        return file_appeal(
            self.score.pk,
            actor=fresh(actor or self.cast.handler),
            indicator=indicator,
            case_id=(case or self.late).pk,
            **{**WHY, **fields},
        )

    def reviewed(self, grants=True):
        appeal = self.file()
        review_appeal(appeal.pk, actor=fresh(self.first), grants=grants, note="看过了")
        return appeal

    def url(self, **more):
        item = self.scheme.versions.get().items.get()
        asked = {"score": self.score.pk, "item": item.pk, "case": self.late.pk, **more}
        return f"{reverse('assessment:new_appeal')}?{'&'.join(f'{k}={v}' for k, v in asked.items())}"


def supervisor(cast, name, area=None):
    """Over the district, but of an organisation that nobody scores here."""
    person = make_user(name)
    make_post(person, Role.SUPERVISOR, cast.city.district_centre, area=area)
    return person


def fresh(user):
    return type(user).objects.get(pk=user.pk)


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


# Races.


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_is_first():
    world = World(make_cast(make_city()))
    appeal = world.file()
    people = [fresh(world.first), fresh(world.second), fresh(world.cast.supervisor)]
    results = race(*(lambda p=p: review_appeal(appeal.pk, actor=p, grants=True) for p in people))
    assert sorted(type(r).__name__ for r in results) == ["AlreadyReviewed", "AlreadyReviewed", "Appeal"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does():
    world = World(make_cast(make_city()))
    appeal = world.reviewed()
    people = [fresh(world.second), fresh(world.cast.supervisor)]
    results = race(*(lambda p=p: decide_appeal(appeal.pk, actor=p, grants=True) for p in people))
    assert sorted(type(r).__name__ for r in results) == ["AlreadyReviewed", "Appeal"]
    assert (Exemption.objects.count(), Correction.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db(transaction=True)
def test_two_appeals_at_once_are_one():
    world = World(make_cast(make_city()))
    results = race(*[world.file] * 3)
    assert sorted(type(r).__name__ for r in results) == ["AlreadyAppealed", "AlreadyAppealed", "Appeal"]


@pytest.mark.django_db(transaction=True)
def test_an_appeal_beside_the_closing_comes_before_it_or_not_at_all():
    world = World(make_cast(make_city()))
    actor = fresh(world.cast.supervisor)
    appealed, closed = race(world.file, lambda: close_period(world.period.pk, actor=actor))
    assert not isinstance(closed, Exception)
    assert isinstance(appealed, Appeal | AppealsClosed)
    if isinstance(appealed, Appeal):
        assert appealed.filed_at <= closed.closed_at
    assert Appeal.objects.count() == isinstance(appealed, Appeal)


# The pages.


def test_from_the_items_page_to_the_decision(client, world):
    client.force_login(world.cast.handler)
    page = client.get(world.url())
    assert page.status_code == 200
    assert world.late.number in page.content.decode()
    # Back to where one came from.
    assert reverse("assessment:score_item", args=[world.score.pk, RATE]) in page.content.decode()
    assert client.post(world.url(), {"reason": ""}).status_code == 422
    page = client.post(world.url(), {"reason": "长" * 1001}, headers={"Accept-Language": "en"})
    assert page.status_code == 422
    # In our words, and what was typed is still there.
    assert page.context["form"].errors["reason"] == ["At most 1000 characters."]
    assert "长" * 1001 in page.content.decode()
    answer = client.post(world.url(), WHY)
    appeal = Appeal.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("assessment:appeal", args=[appeal.pk]))
    # Asked again, it leads to the one that there is.
    assert client.get(world.url()).url == answer.url
    page = client.get(answer.url)
    assert "timeline__entry--marked" in page.content.decode()
    assert not page.context["can_review"]
    refused = client.post(reverse("assessment:review_appeal", args=[appeal.pk]), {"grants": "yes"})
    assert refused.status_code == 403
    client.force_login(world.first)
    assert client.get(answer.url).context["can_review"]
    review = reverse("assessment:review_appeal", args=[appeal.pk])
    assert client.post(review, {}).status_code == 422
    assert client.post(review, {"grants": "no"}).status_code == 422
    assert client.post(review, {"grants": "no", "note": "不"}).status_code == 302
    decide = reverse("assessment:decide_appeal", args=[appeal.pk])
    assert client.post(decide, {"grants": "yes"}).status_code == 403
    client.force_login(world.second)
    assert client.post(decide, {"grants": "yes"}).status_code == 302
    assert client.post(decide, {"grants": "yes"}).status_code == 409
    words = client.get(answer.url, headers={"Accept-Language": "en"}).content.decode()
    assert "50.00 → 100.00" in words
    assert "This is final: a case is appealed against once." in words
    client.force_login(world.cast.handler)
    words = client.get(answer.url).content.decode()
    assert f'href="{reverse("assessment:score_detail", args=[world.score.pk])}"' in words


def test_the_form_wants_what_belongs_together(client, world):
    client.force_login(world.cast.handler)
    assert client.get(world.url(item=RATE)).status_code == 200
    for more in (
        {"score": 0},
        {"item": 0},
        {"case": 0},
        {"item": "x"},
        {"item": "rework_rate"},
        {"item": ""},
    ):
        assert client.get(world.url(**more)).status_code == 404
    assert client.get(world.url(case=world.later.pk)).status_code == 409
    for person in (world.cast.stranger, world.cast.citizen, world.cast.inspector, world.first):
        client.force_login(person)
        assert client.get(world.url()).status_code == 404


def test_of_a_closed_period_the_form_says_so(client, world):
    close_period(world.period.pk, actor=world.cast.supervisor)
    client.force_login(world.cast.handler)
    page = client.get(world.url())
    assert page.context["is_closed"]
    assert 'name="reason"' not in page.content.decode()
    assert client.post(world.url(), WHY).status_code == 409


def test_strangers_find_no_appeal(client, world):
    appeal = world.file()
    for person in (world.cast.stranger, world.cast.citizen, world.cast.inspector, world.cast.leader):
        client.force_login(person)
        for name in ("appeal", "review_appeal", "decide_appeal"):
            url = reverse(f"assessment:{name}", args=[appeal.pk])
            answer = client.get(url) if name == "appeal" else client.post(url, {"grants": "yes"})
            assert answer.status_code == 404
    client.force_login(world.cast.citizen)
    assert client.get(reverse("assessment:appeal_list")).status_code == 404


def test_who_no_longer_sees_the_case_reads_the_rows_in_question_alone(client, world):
    carried = world.late
    appeal = world.file()
    type(carried).objects.filter(pk=carried.pk).update(unit=world.cast.city.street_department)
    client.force_login(world.cast.handler)
    page = client.get(reverse("assessment:appeal", args=[appeal.pk]))
    assert not page.context["sees_case"]
    seqs = {entry.seq for entry, _asked in page.context["story"]}
    accepted = CaseEvent.objects.get(case=carried, action=Action.ACCEPT).seq
    fed_back = CaseEvent.objects.get(case=carried, action=Action.FEED_BACK).seq
    assert seqs == {accepted, fed_back}


def test_the_lists_name_what_is_whose(client, world):
    appeal = world.file()
    shown = {}
    for person, show in (
        (world.cast.handler, "mine"), (world.first, "to_review"), (world.first, "mine"), (world.cast.inspector, "mine"),
    ):  # fmt: skip
        client.force_login(person)
        page = client.get(reverse("assessment:appeal_list"), {"show": show})
        shown[person.username, show] = [row["appeal"].pk for row in page.context["rows"]]
    assert shown == {
        ("handler", "mine"): [appeal.pk],
        ("first", "to_review"): [appeal.pk],
        ("first", "mine"): [],
        ("inspector", "mine"): [],
    }
    review_appeal(appeal.pk, actor=fresh(world.first), grants=True)
    assert list(appeals_to_review(fresh(world.first))) == []
    assert list(appeals_to_review(fresh(world.second))) == [appeal]
    client.force_login(world.first)
    page = client.get(reverse("assessment:appeal_list"), {"show": "reviewed"})
    assert [row["appeal"] for row in page.context["rows"]] == [appeal]


@pytest.mark.parametrize("show", ["mine", "to_review", "reviewed"])
def test_a_long_list_asks_as_often_as_a_short_one(client, world, show, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("assessment:appeal_list"), {"show": show})
        return len(queries)

    client.force_login(world.cast.handler if show == "mine" else world.first)
    world.reviewed() if show == "reviewed" else world.file()
    asked()
    few = asked()
    world.file(case=world.good)
    if show == "reviewed":
        review_appeal(Appeal.objects.latest("pk").pk, actor=fresh(world.first), grants=True)
    assert asked() == few


def test_one_appeal_asks_a_fixed_number_of_times(client, world, django_assert_max_num_queries):
    appeal = world.file()
    client.force_login(world.first)
    client.get(reverse("assessment:appeal", args=[appeal.pk]))
    with django_assert_max_num_queries(30):
        client.get(reverse("assessment:appeal", args=[appeal.pk]))


def test_the_items_page_leads_there_for_who_was_scored_alone(client, world):
    item = reverse("assessment:score_item", args=[world.score.pk, RATE])
    link = reverse("assessment:new_appeal")
    client.force_login(world.cast.handler)
    page = client.get(item, {"of": "denominator"})
    assert page.content.decode().count(link) == 2
    assert client.get(world.url(item=RATE)).status_code == 200
    world.file()
    page = client.get(item, {"of": "denominator"})
    assert page.context["appealed"] == {world.late.pk}
    assert page.content.decode().count(link) == 2
    client.force_login(world.first)
    assert link not in client.get(item, {"of": "denominator"}).content.decode()
    close_period(world.period.pk, actor=world.cast.supervisor)
    client.force_login(world.cast.handler)
    assert link not in client.get(item, {"of": "denominator"}).content.decode()
