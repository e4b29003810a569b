"""The pages of scores: the ranking, one score, one's own, the map."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from assessment.kinds import Kind
from assessment.models import Correction, Period, Scheme, Score
from assessment.ranks import as_now, ranked
from assessment.services.periods import publish_period
from assessment.standings import standings_of
from gridgov import clock
from grids.models import Role
from tests.assessment.published import (
    RATES,
    computed,
    correct,
    last_days,
    made_up,
    make_version,
    published,
    some_of_everything,
)
from tests.factories import make_area, make_post, make_user
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
LIST = "/assessment/"
FIRST, LAST = last_days()


@pytest.fixture
def client(client):
    """Who reads English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def detail(score):
    return reverse("assessment:score_detail", args=[score.pk])


def test_strangers_find_nothing_but_the_log_in(client, cast):
    score = made_up(cast).scores.first()
    for path in (LIST, "/assessment/map/", "/assessment/mine/", detail(score)):
        assert client.get(path).status_code == 302
    client.force_login(cast.citizen)
    for path in (LIST, "/assessment/map/", detail(score), f"{detail(score)}disposal_rate/"):
        assert client.get(path).status_code == 404
    assert client.get("/assessment/mine/").status_code == 200
    client.force_login(cast.stranger)
    assert client.get(detail(score)).status_code == 404
    assert client.get(LIST, {"scheme": score.period.scheme.code}).status_code == 404


def test_what_is_not_published_is_for_whoever_runs_it(client, cast):
    period = computed(Kind.UNIT, FIRST, LAST, RATES)
    score = period.scores.first()
    client.force_login(cast.handler)
    assert client.get(LIST).context["chosen"].schemes == []
    assert client.get(detail(score)).status_code == 404
    client.force_login(cast.supervisor)
    page = client.get(LIST)
    assert page.context["chosen"].period == period
    assert "Not published yet" in page.content.decode()
    assert client.get(detail(score)).status_code == 200


def test_an_open_period_says_that_it_is_not_computed(client, cast):
    scheme = Scheme.objects.create(code="open", name="x", kind=Kind.UNIT)
    Period.objects.create(scheme=scheme, version=make_version(scheme, RATES), first_day=FIRST, last_day=LAST)
    client.force_login(cast.supervisor)
    assert "not computed yet" in client.get(LIST).content.decode()
    assert "Nothing is published yet" in client.get("/assessment/map/").content.decode()


def test_each_level_has_a_ranking_of_its_own(client, cast):
    city = cast.city
    made_up(cast)
    client.force_login(cast.leader)
    page = client.get(LIST)
    assert [row.score.organisation for row in page.context["rows"]] == [city.district_department]
    assert [tier["label"] for tier in page.context["tiers"]] == [
        "district",
        "street or town",
        "community or village",
    ]
    page = client.get(LIST, {"tier": "4"})
    assert [row.score.organisation for row in page.context["rows"]] == [city.team]


def test_levels_narrow_the_ranking_and_count_who_reached_them(client, cast):
    made_up(cast, Kind.GRID, (92, 75))
    client.force_login(cast.leader)
    page = client.get(LIST)
    assert {share["level"].letter: share["count"] for share in page.context["shares"] if share["level"]} == {
        "A": 1, "B": 1, "C": 0, "D": 0, "E": 0,
    }  # fmt: skip
    rows = client.get(LIST, {"level": "B"}).context["rows"]
    assert [row.points for row in rows] == [Decimal(75)]
    assert client.get(LIST, {"q": "第一"}).context["rows"][0].score.area == cast.city.grid
    assert "Nothing matches" in client.get(LIST, {"q": "nowhere"}).content.decode()


def test_the_change_since_the_period_before_is_said(client, cast):
    earlier = made_up(cast, Kind.GRID, (92, 75), (FIRST - timedelta(20), FIRST - timedelta(1)))
    made_up(cast, Kind.GRID, (95, 70.5), scheme=earlier.scheme)
    client.force_login(cast.leader)
    first, second = client.get(LIST).context["rows"]
    assert (first.points_change, first.rank_change) == (Decimal(3), 0)
    assert (second.points_change, second.rank_change) == (Decimal("-4.5"), 0)


def test_a_correction_changes_points_level_and_rank_and_is_marked(client, cast):
    period = made_up(cast, Kind.GRID, (92, 75))
    score = period.scores.get(area=cast.city.other_grid)
    correct(score, 99, cast.supervisor)
    client.force_login(cast.leader)
    page = client.get(LIST)
    first, second = page.context["rows"]
    assert (first.score, first.points, first.rank, first.is_corrected, first.level.letter) == (
        score,
        99,
        1,
        True,
        "A",
    )
    assert (second.rank, second.is_corrected) == (2, False)
    assert "corrected" in page.content.decode()
    assert [(each.score, each.rank) for each in standings_of([period])[period.pk]] == [
        (score.pk, 1),
        (second.score.pk, 2),
    ]
    page = client.get(detail(score)).content.decode()
    for words in ("申诉成立", "75.00", "99.00", str(cast.supervisor), "1 of 2"):
        assert words in page


def test_a_score_says_what_it_is_made_of_and_what_is_shared(client, cast):
    some_of_everything(cast, 30)
    period = published(Kind.UNIT, FIRST, LAST, cast.supervisor, RATES)
    score = period.scores.get(organisation=cast.city.street_department)
    client.force_login(cast.officer)
    page = client.get(detail(score))
    words = page.content.decode()
    assert "not applicable: its weight of 2 % is shared among the others" in words
    assert page.context["brought"].quantize(Decimal("0.01")) == score.points
    assert f"{detail(score)}disposal_rate/?of=denominator" in words
    assert "Made from the timeline as it was known at" in words


def test_the_trend_stands_as_a_line_and_as_a_table(client, cast):
    earlier = made_up(cast, Kind.GRID, (92, 75), (FIRST - timedelta(20), FIRST - timedelta(1)))
    period = made_up(cast, Kind.GRID, (95, 70), scheme=earlier.scheme)
    client.force_login(cast.inspector)
    page = client.get(detail(period.scores.get(area=cast.city.grid)))
    assert [each.points for each in page.context["trend"]] == [Decimal(95), Decimal(92)]
    assert [words for _x, _y, words, _url in page.context["drawing"].dots][1].endswith(": 95.00")
    # What came later is not told by what came before.
    page = client.get(detail(earlier.scores.get(area=cast.city.grid)))
    assert [each.points for each in page.context["trend"]] == [Decimal(92)]


def test_my_score_opens_itself_and_says_when_there_is_none(client, cast):
    client.force_login(cast.inspector)
    assert "No score of yours is published yet" in client.get("/assessment/mine/").content.decode()
    score = published(Kind.INSPECTOR, FIRST, LAST, cast.supervisor).scores.get(user=cast.inspector)
    assert client.get("/assessment/mine/").url == detail(score)
    assert detail(score) in client.get(LIST).content.decode()
    assert "/assessment/mine/" in client.get("/me/").content.decode()


def test_the_way_to_ones_score_does_not_lie_below_many_posts(client, cast):
    client.force_login(cast.inspector)
    assert "<details><summary" not in client.get("/me/").content.decode()
    for _n in range(4):
        area = make_area(5, parent=cast.city.community)
        make_post(cast.inspector, Role.INSPECTOR, cast.city.community_centre, area=area)
    assert "5 posts</summary>" in client.get("/me/").content.decode()


def test_who_works_for_a_unit_finds_its_score_as_their_own(client, cast):
    earlier = made_up(cast, days=(FIRST - timedelta(20), FIRST - timedelta(1)))
    score = made_up(cast, scheme=earlier.scheme).scores.get(organisation=cast.city.team)
    client.force_login(cast.handler)
    assert client.get("/assessment/mine/").url == detail(score)
    assert "A case should not count for you?" in client.get(detail(score)).content.decode()
    client.force_login(cast.officer)
    assert "A case should not count for you?" not in client.get(detail(score)).content.decode()


def test_who_answers_for_an_area_and_for_themselves_finds_both_with_rank_and_change(client, cast):
    area = Scheme.objects.create(code="area", name="社区考核", kind=Kind.COMMUNITY)
    person = Scheme.objects.create(code="person", name="网格员考核", kind=Kind.INSPECTOR)
    for scheme, whose in (
        (area, {"area": cast.city.community}),
        (person, {"user": cast.grid_leader}),
        (person, {"user": cast.inspector}),
    ):
        make_version(scheme, RATES) if not scheme.versions.exists() else None
        for days, points in (((FIRST - timedelta(20), FIRST - timedelta(1)), 80), ((FIRST, LAST), 90)):
            period, _made = Period.objects.get_or_create(
                scheme=scheme, version=scheme.versions.get(), first_day=days[0], last_day=days[1]
            )
            Score.objects.create(period=period, points=points, rank=1, **whose)
    for period in Period.objects.all():
        period.state, period.known_until, period.computed_at = "computed", clock.now(), clock.now()
        period.save()
        publish_period(period.pk, actor=cast.supervisor)

    client.force_login(cast.grid_leader)
    page = client.get("/assessment/mine/")
    assert [(row.score.whose, row.points, row.rank, row.points_change) for row in page.context["rows"]] == [
        (cast.grid_leader, 90, 1, 10),
        (cast.city.community, 90, 1, 10),
    ]
    # What a notice of a period leads to.
    last = Period.objects.get(scheme=person, last_day=LAST)
    assert client.get("/assessment/mine/", {"period": last.pk}).url == detail(
        last.scores.get(user=cast.grid_leader)
    )
    client.force_login(cast.leader)
    assert (
        client.get("/assessment/mine/", {"period": last.pk}).url == f"{LIST}?scheme=person&period={last.pk}"
    )
    assert client.get("/assessment/mine/", {"period": "0"}).status_code == 200


def test_the_ranking_begins_where_ones_own_unit_is_and_marks_it(client, cast):
    period = made_up(cast, is_public=True)
    own = period.scores.get(organisation=cast.city.team)
    client.force_login(cast.handler)
    page = client.get(LIST)
    assert page.context["tier"] == cast.city.team.level
    assert (page.context["own"], page.context["own_rows"]) == ({own.pk}, [])
    assert '<tr aria-current="true">' in page.content.decode()
    page = client.get(LIST, {"tier": cast.city.district_department.level})
    assert [row.score for row in page.context["own_rows"]] == [own]
    assert "Yours" in page.content.decode()


def test_what_cost_the_most_stands_first_and_opens_what_was_not_counted(client, cast):
    some_of_everything(cast, 40)
    period = published(Kind.UNIT, FIRST, LAST, cast.supervisor, RATES[:2], is_public=True)
    score = period.scores.get(organisation=cast.city.street_department)
    client.force_login(cast.officer)
    page = client.get(detail(score))
    losses = page.context["losses"]
    # Both weigh half.
    assert [part.lost for part in losses] == sorted(
        (50 - part.points / 2 for part in page.context["items"] if part.points < 100), reverse=True
    )
    assert sum(part.lost for part in losses).quantize(Decimal("0.01")) == 100 - score.points
    assert f"{detail(score)}{losses[0].code}/?of=rest" in page.content.decode()
    # Strangers read what cost points, without a way to the cases.
    words = client.get(f"/open/scores/{score.pk}/").content.decode()
    assert f"{losses[0].label} <b" in words
    assert "?of=rest" not in words


def test_the_way_there_stands_in_the_navigation(client, cast):
    client.force_login(cast.operator)
    assert f'href="{LIST}"' in client.get(LIST).content.decode()


def test_many_take_as_many_queries_as_few(client, cast):
    made_up(cast, Kind.COMMUNITY, (92,), (FIRST - timedelta(20), FIRST - timedelta(1)))
    few = made_up(cast, Kind.COMMUNITY, (92,), scheme=Scheme.objects.get())
    client.force_login(cast.leader)
    for more in (0, 40):
        period = few
        if more:
            period = computed(
                Kind.COMMUNITY, FIRST - timedelta(50), FIRST - timedelta(40), scheme=Scheme.objects.get()
            )
            Score.objects.bulk_create(
                [
                    Score(period=period, area=make_area(4, parent=cast.city.street), points=50, rank=n)
                    for n in range(3, 3 + more)
                ]
            )
            publish_period(period.pk, actor=cast.supervisor)
        assert count_queries(client, f"{LIST}?period={period.pk}&scheme={period.scheme.code}") <= 22
        assert count_queries(client, f"/assessment/map/?period={period.pk}&scheme={period.scheme.code}") <= 22
        assert count_queries(client, detail(period.scores.first())) <= 26
        Scheme.objects.update(is_public=True)
        public = f"/open/scores/?period={period.pk}&scheme={period.scheme.code}"
        assert count_queries(Client(), public) <= 16
        assert count_queries(Client(), f"{public}&show=map") <= 16
        assert count_queries(Client(), f"/open/scores/{period.scores.first().pk}/") <= 18


def test_the_map_colours_areas_by_the_score_or_by_an_indicator(client, cast):
    city = cast.city
    some_of_everything(cast, 30)
    period = published(Kind.GRID, FIRST, LAST, cast.supervisor, RATES)
    client.force_login(cast.leader)
    page = client.get("/assessment/map/")
    shown = {each.score.area: each for each in page.context["map"].areas}
    assert set(shown) == {city.grid, city.other_grid}
    for standing in ranked(
        period,
        as_now(period.scores.all()),
        page.context["map"] and list(period.version.levels.order_by("-at_least")),
    ):
        assert shown[standing.score.area].level == standing.level
        assert shown[standing.score.area].points == standing.points
    assert all(each.shape and each.shape.path.startswith("M") for each in shown.values())
    words = page.content.decode()
    assert words.count('<path class="score-map__area') == 2
    assert detail(shown[city.grid].score) in words

    page = client.get("/assessment/map/", {"indicator": "disposal_rate"})
    item = period.version.items.get(indicator="disposal_rate")
    for each in page.context["map"].areas:
        assert each.points == each.score.parts.get(item=item).points
    assert client.get("/assessment/map/", {"area": city.street.code}).context["part"] == city.street


def test_a_correction_of_an_item_shows_on_the_map(client, cast):
    some_of_everything(cast, 30)
    period = published(Kind.GRID, FIRST, LAST, cast.supervisor, RATES)
    score, item = period.scores.get(area=cast.city.grid), period.version.items.get(indicator="disposal_rate")
    Correction.objects.create(
        score=score, at=clock.now(), by=cast.supervisor, reason="x", points_before=score.points, points_after=1,
        parts_after={f"item {item.pk}": ["1.0000", "2.0000", "12.5000", "50.0000"]},
    )  # fmt: skip
    client.force_login(cast.leader)
    page = client.get("/assessment/map/", {"indicator": "disposal_rate"})
    assert {each.points for each in page.context["map"].areas if each.score == score} == {Decimal("12.5")}


@pytest.mark.parametrize("asked", ["scheme=nothing", "period=0", "period=x"])
def test_what_is_not_there_is_not_found(client, cast, asked):
    made_up(cast, is_public=True)
    assert client.get(f"/open/scores/?{asked}").status_code == 404
    client.force_login(cast.supervisor)
    assert client.get(f"{LIST}?{asked}").status_code == 404


def test_a_page_beyond_the_last_shows_the_last(client, cast):
    made_up(cast, Kind.GRID, (92, 75))
    client.force_login(cast.leader)
    assert client.get(LIST, {"page": "99"}).context["page"].number == 1


def test_a_supervisor_of_a_street_has_a_ranking_of_theirs(client, cast):
    made_up(cast)
    person = make_user("street")
    make_post(person, Role.SUPERVISOR, cast.city.street_centre)
    client.force_login(person)
    assert [tier["label"] for tier in client.get(LIST).context["tiers"]] == [
        "street or town",
        "community or village",
    ]
