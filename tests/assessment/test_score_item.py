"""What a number of a score counts: the rows come to the number, for every indicator, also after an appeal."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from assessment.counted_rows import DENOMINATOR, NUMERATOR, REST, counted_rows, has_rest
from assessment.indicators import INDICATORS
from assessment.kinds import COLUMN, Kind
from assessment.models import Appeal, Exemption
from assessment.services.corrections import correct_score, parts_of
from cases.models import Case
from cases.workflow import Status
from gridgov import clock
from grids.models import Role
from tests.assessment.published import last_days, published, some_of_everything
from tests.case_factories import case_in
from tests.factories import make_area, make_grid, make_post, make_user
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
ROUNDING = Decimal("0.0001")


def numbers(score):
    """Indicator, which number, and what the score says, of every part."""
    items = {f"item {item.pk}": item.indicator for item in score.period.version.items.all()}
    for name, (numerator, denominator, _points, _weight) in parts_of(score).items():
        yield items[name], NUMERATOR, Decimal(numerator)
        if denominator is not None:
            yield items[name], DENOMINATOR, Decimal(denominator)


@pytest.mark.parametrize("kind", Kind)
def test_the_rows_come_to_the_number_for_every_indicator_of_everybody(cast, kind):
    some_of_everything(cast)
    period = published(kind, *last_days(), cast.supervisor)
    counted = {}
    for score in period.scores.exclude(points=None):
        for code, which, number in numbers(score):
            found = counted_rows(score, code, which)
            assert abs(found.total - number) <= ROUNDING, (score, code, which)
            assert found.count.weight is not None or found.rows.count() == number
            counted[code] = counted.get(code, 0) + number
    # Not all of them are nothing.
    assert sum(1 for number in counted.values() if number) >= 2


@pytest.mark.parametrize("kind", Kind)
def test_what_was_not_counted_is_what_stands_below_the_line_alone(cast, kind):
    some_of_everything(cast)
    period = published(kind, *last_days(), cast.supervisor)
    looked_at = 0
    for score in period.scores.exclude(points=None):
        for code, which, _number in numbers(score):
            if which != DENOMINATOR or not has_rest(code, kind):
                continue
            above, below, rest = (
                set(counted_rows(score, code, each).rows.values_list("pk", flat=True))
                for each in (NUMERATOR, DENOMINATOR, REST)
            )
            assert (rest, above <= below) == (below - above, True), (score, code)
            looked_at += len(rest)
    assert looked_at or kind in (Kind.OPERATOR, Kind.DISPATCHER, Kind.SHIFT_LEADER)


def test_of_a_rate_that_weighs_its_rows_nothing_is_left_over(cast, client):
    some_of_everything(cast)
    period = published(Kind.UNIT, *last_days(), cast.supervisor, ["satisfied_rate_12345", "disposal_rate"])
    score = period.scores.get(organisation=cast.city.team)
    client.force_login(cast.supervisor)
    address = reverse("assessment:score_item", args=[score.pk, "satisfied_rate_12345"])
    assert client.get(address, {"of": "rest"}).status_code == 404
    page = client.get(reverse("assessment:score_item", args=[score.pk, "disposal_rate"]), {"of": "rest"})
    assert [way["current"] for way in page.context["ways"]] == [False, False, True]
    assert page.context["page"].paginator.count == page.context["ways"][2]["number"]
    assert not page.context["differs"]


def test_all_indicators_are_looked_at():
    assert {code for kind in Kind for code, each in INDICATORS.items() if kind in each.kinds} == set(
        INDICATORS
    )


def exempt(score, code, case, actor):
    """What an appeal that is granted leaves, and the correction after it."""
    appeal = Appeal.objects.create(
        score=score, case=case, indicator=code, reason="断电", filed_by=actor, filed_at=clock.now()
    )
    Exemption.objects.create(
        case=case,
        appeal=appeal,
        indicator=code,
        at=clock.now(),
        **{COLUMN[score.period.scheme.kind]: getattr(score, COLUMN[score.period.scheme.kind])},
    )
    return correct_score(score.pk, actor=actor, reason="申诉成立", appeal=appeal)


def test_what_is_exempted_is_left_out_of_the_rows_as_of_the_number(cast, client):
    some_of_everything(cast)
    code = "disposal_rate"
    period = published(Kind.UNIT, *last_days(), cast.supervisor)
    other = published(Kind.STREET, *last_days(), cast.supervisor)
    score = period.scores.get(organisation=cast.city.team)
    before = {(name, which): number for name, which, number in numbers(score)}
    case = Case.objects.get(pk=counted_rows(score, code, DENOMINATOR).rows.first().case_id)
    assert exempt(score, code, case, cast.supervisor)

    for name, which, number in numbers(score):
        assert abs(counted_rows(score, name, which).total - number) <= ROUNDING, (name, which)
        if name != code:
            assert number == before[name, which]
    assert {(n, w): v for n, w, v in numbers(score)}[code, DENOMINATOR] < before[code, DENOMINATOR]
    for street in other.scores.exclude(points=None):
        for name, which, number in numbers(street):
            assert abs(counted_rows(street, name, which).total - number) <= ROUNDING

    client.force_login(cast.supervisor)
    page = client.get(reverse("assessment:score_item", args=[score.pk, code]), {"of": "denominator"})
    assert [each.pk for each in page.context["exempted"]] == [case.pk]
    # Who was scored gets from there to the appeal, and from the score as well.
    client.force_login(cast.handler)
    words = client.get(reverse("assessment:score_detail", args=[score.pk])).content.decode()
    assert reverse("assessment:appeal", args=[Appeal.objects.get().pk]) in words
    assert case.number not in [row.name for row in page.context["rows"]]
    assert not page.context["differs"]


def test_an_exemption_after_the_score_was_published_changes_nothing_until_it_is_corrected(cast):
    some_of_everything(cast)
    period = published(Kind.UNIT, *last_days(), cast.supervisor, ["disposal_rate"])
    score = period.scores.get(organisation=cast.city.team)
    case = Case.objects.get(pk=counted_rows(score, "disposal_rate", DENOMINATOR).rows.first().case_id)
    later = published(Kind.UNIT, *last_days(), cast.supervisor, ["disposal_rate"])
    exempt(later.scores.get(organisation=cast.city.team), "disposal_rate", case, cast.supervisor)

    for name, which, number in numbers(score):
        assert abs(counted_rows(score, name, which).total - number) <= ROUNDING


def test_a_row_leads_to_the_row_of_the_timeline(cast, client):
    some_of_everything(cast)
    period = published(Kind.UNIT, *last_days(), cast.supervisor, ["disposal_rate"])
    score = period.scores.get(organisation=cast.city.team)
    client.force_login(cast.supervisor)
    page = client.get(reverse("assessment:score_item", args=[score.pk, "disposal_rate"]))
    row = page.context["rows"][0]
    address, _, anchor = row.url.partition("#")
    assert f'id="{anchor}"' in client.get(address).content.decode()


def test_what_was_handled_says_whether_it_was_in_time_and_what_followed(cast, client):
    with clock.at(clock.now() - timedelta(days=4)):
        cases = [case_in(status, cast) for status in (Status.CLOSED, Status.HANDLED)]
    period = published(Kind.UNIT, *last_days(), cast.supervisor, ["closing_rate"])
    score = period.scores.get(organisation=cast.city.team)
    client.force_login(cast.handler)
    address = reverse("assessment:score_item", args=[score.pk, "closing_rate"])
    page = client.get(address, {"of": "denominator"}, headers={"Accept-Language": "en"})
    assert [
        (row.case, *(words for heading, words in row.cells if heading == "What became of it"))
        for row in page.context["rows"]
    ] == [(cases[0].pk, "in time · verified: solved"), (cases[1].pk, "in time · not verified yet")]


def test_who_may_not_see_the_case_sees_its_number_alone(cast, client):
    some_of_everything(cast)
    period = published(Kind.UNIT, *last_days(), cast.supervisor, ["disposal_rate"])
    score = period.scores.get(organisation=cast.city.team)
    # Of the unit, but with cases of a grid elsewhere.
    person = make_user("of-the-unit")
    make_post(person, Role.INSPECTOR, cast.city.team, area=make_grid(make_area(4, parent=cast.city.street)))
    client.force_login(person)
    page = client.get(
        reverse("assessment:score_item", args=[score.pk, "disposal_rate"]), {"of": "denominator"}
    )
    assert page.status_code == 200
    assert page.context["rows"]
    assert {row.url for row in page.context["rows"]} == {""}


def test_what_is_seen_because_strangers_see_it_opens_no_further(cast, client):
    some_of_everything(cast)
    period = published(Kind.UNIT, *last_days(), cast.supervisor, ["disposal_rate"], is_public=True)
    score = period.scores.get(organisation=cast.city.team)
    case = Case.objects.get(pk=counted_rows(score, "disposal_rate", DENOMINATOR).rows.first().case_id)
    exempt(score, "disposal_rate", case, cast.supervisor)
    page, item = (reverse(f"assessment:{name}", args=[score.pk, *more]) for name, more in (
        ("score_detail", ()), ("score_item", ("disposal_rate",)),
    ))  # fmt: skip
    for person, opens in (
        (cast.handler, True),
        (cast.leader, True),
        (cast.inspector, False),
        (cast.citizen, False),
    ):
        client.force_login(person)
        words = client.get(page).content.decode()
        assert ("申诉成立" in words, str(cast.supervisor) in words, item in words) == (opens,) * 3, person
        assert "⇒" in words
        assert client.get(item).status_code == (200 if opens else 404)


@pytest.mark.parametrize(
    "address", ["nonsense/", "disposal_rate/?of=nonsense", "disposed_count/?of=denominator", "filed_count/"]
)
def test_what_the_score_does_not_count_is_not_there(cast, client, address):
    period = published(Kind.UNIT, *last_days(), cast.supervisor, ["disposal_rate", "disposed_count"])
    client.force_login(cast.supervisor)
    score = period.scores.first()
    assert client.get(f"/assessment/scores/{score.pk}/{address}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.UNIT, "disposal_rate"),
        (Kind.UNIT, "satisfied_rate_12345"),
        (Kind.UNIT, "whistle_rate"),
        (Kind.INSPECTOR, "report_count"),
        (Kind.INSPECTOR, "diary_quality"),
        (Kind.GRID, "patrol_coverage"),
    ],
)
def test_many_rows_take_as_many_queries_as_few(cast, client, kind, code):
    some_of_everything(cast)
    period = published(kind, *last_days(), cast.supervisor, [code])
    score = period.scores.exclude(points=None).first()
    client.force_login(cast.supervisor)
    assert client.get(f"/assessment/scores/{score.pk}/{code}/").context["rows"]
    assert count_queries(client, f"/assessment/scores/{score.pk}/{code}/") <= 22
