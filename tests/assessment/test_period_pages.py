"""Periods as those run them who publish the scores: the list, one period, opening, computing, publishing, closing."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assessment import computing_runs
from assessment.models import Period, PeriodState
from assessment.services.periods import PeriodIsPublished, keep_periods, publish_period
from assessment.services.schemes import make_next_version, put_in_force
from assessment.services.typed_points import Given, type_points
from assessment.tasks import compute_period
from gridgov import clock
from gridgov.models import Notice
from grids.models import Role
from tests.assessment.periods import OCTOBER, World, administrator, make_draft, make_scheme
from tests.factories import make_organisation, make_post, make_user
from tests.pages import count_queries, part

pytestmark = pytest.mark.django_db

LIST = reverse("assessment:period_list")


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture
def page(client, world):
    client.force_login(world.cast.supervisor)
    client.cookies["django_language"] = "en"
    return client


def url(name: str, world: World) -> str:
    return reverse(f"assessment:{name}", args=[world.period.pk])


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def worker(monkeypatch):
    """What was sent to the workers, to be done when the test says so."""
    sent = []
    monkeypatch.setattr(compute_period, "delay", lambda *args: sent.append(args))
    return lambda: [compute_period(*args) for args in sent]


# Who may


@pytest.mark.parametrize("who", ["operator", "officer", "leader", "grid_leader", "citizen", "stranger"])
def test_who_does_not_run_the_assessment_finds_nothing(client, world, who):
    client.force_login(getattr(world.cast, who))
    assert client.get(LIST).status_code == 404
    for name in ("period_detail", "publish_period", "close_period", "type_in_points"):
        assert client.get(url(name, world)).status_code == 404
    for name in ("compute_period", "publish_period", "close_period", "type_in_points"):
        assert client.post(url(name, world)).status_code == 404
    assert client.post(LIST, {"scheme": world.scheme.pk, "day": "2026-08-01"}).status_code == 404
    world.period.refresh_from_db()
    assert world.period.state == PeriodState.OPEN


def test_a_day_is_proposed_as_browsers_write_it_in_any_language(client, world):
    client.force_login(administrator("change_period"))
    yesterday = clock.today() - timedelta(days=1)
    for language in ("zh-hans", "en"):
        page = client.get(LIST, headers={"Accept-Language": language}).content.decode()
        assert f'value="{yesterday.isoformat()}"' in page


def test_who_may_only_type_in_points_sees_the_periods_but_runs_none(client, world):
    client.force_login(administrator("add_typedpoints"))
    assert client.get(LIST).status_code == 200
    assert client.get(url("period_detail", world)).status_code == 200
    assert client.get(url("type_in_points", world)).status_code == 200
    for name in ("compute_period", "publish_period", "close_period"):
        assert client.post(url(name, world)).status_code == 404
    assert client.post(LIST, {"scheme": world.scheme.pk, "day": "2026-08-01"}).status_code == 403
    assert "Open a period" not in text(client.get(LIST, headers={"Accept-Language": "en"}))


def test_an_administrator_of_periods_runs_them(client, world):
    client.force_login(administrator("change_period"))
    assert client.get(url("period_detail", world)).status_code == 200


def test_a_period_that_is_not_there_is_not_found(page):
    assert page.get(reverse("assessment:period_detail", args=[10**9])).status_code == 404


# The list


def test_the_list_says_what_comes_next(page, world):
    assert "compute it: it is over" in text(page.get(LIST))
    world.compute()
    assert "look at the scores, then publish" in text(page.get(LIST))
    with clock.at(OCTOBER):
        publish_period(world.period.pk, actor=world.cast.supervisor)
    assert "takes appeals until it is closed" in text(page.get(LIST))


def test_the_list_is_narrowed_by_state_and_scheme(page, world):
    assert "2026-09" in text(page.get(f"{LIST}?state=open&scheme={world.scheme.code}"))
    assert "No such period" in text(page.get(f"{LIST}?state=closed"))
    assert "No such period" in text(page.get(f"{LIST}?scheme=none"))
    assert page.get(f"{LIST}?page=x&state=nonsense").status_code == 200


def test_the_list_takes_as_many_queries_for_one_as_for_many(page, world):
    few = count_queries(page, LIST)
    for month in range(1, 8):
        Period.objects.create(
            scheme=world.scheme,
            version=world.version,
            first_day=date(2025, month, 1),
            last_day=date(2025, month, 28),
        )
    assert count_queries(page, LIST) == few


# Opening


@pytest.mark.parametrize(
    ("length", "first", "last"),
    [
        ("week", "2026-09-14", "2026-09-20"),
        ("month", "2026-09-01", "2026-09-30"),
        ("quarter", "2026-07-01", "2026-09-30"),
        ("year", "2026-01-01", "2026-12-31"),
    ],
)
def test_the_week_month_quarter_or_year_around_a_day_is_opened(page, world, length, first, last):
    scheme = make_scheme(code=length, length=length)
    put_in_force(make_draft(scheme).pk, actor=None)
    answer = page.post(LIST, {"scheme": scheme.pk, "day": "2026-09-16"})
    period = Period.objects.get(scheme=scheme)
    assert answer.url == reverse("assessment:period_detail", args=[period.pk])
    assert (f"{period.first_day}", f"{period.last_day}") == (first, last)


def test_opening_one_that_is_open_leads_to_it(page, world):
    answer = page.post(LIST, {"scheme": world.scheme.pk, "day": "2026-09-30"})
    assert answer.url == url("period_detail", world)
    assert Period.objects.count() == 1


def test_what_can_not_be_opened_is_said(page, world):
    ahead = clock.today() + timedelta(days=40)
    answer = page.post(LIST, {"scheme": world.scheme.pk, "day": ahead.isoformat()})
    assert answer.status_code == 422
    assert "This period has not begun yet." in text(answer)
    without = make_scheme(code="empty")
    assert page.post(LIST, {"scheme": without.pk, "day": "2026-09-01"}).status_code == 422
    assert page.post(LIST, {"scheme": world.scheme.pk, "day": "0202-01-01"}).status_code == 422


# Computing


def test_computing_is_sent_to_a_worker_and_its_progress_shown(
    page, world, worker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert page.post(url("compute_period", world)).url == url("period_detail", world)
    shown = text(page.get(url("period_detail", world)))
    assert "Counting, or waiting for its turn" in shown
    assert 'hx-trigger="every 1s"' in shown
    assert 'action="' + url("compute_period", world) not in shown
    computing_runs._keep(world.period.pk, {"run": "x", "done": 3, "total": 7})
    assert "3 / 7" in text(part(page, url("period_detail", world), target="period-progress"))
    with clock.at(OCTOBER):
        worker()
    computing_runs.cache.delete(computing_runs._name(world.period.pk))
    assert part(page, url("period_detail", world), target="period-progress").headers["HX-Refresh"] == "true"
    world.period.refresh_from_db()
    assert world.period.state == PeriodState.COMPUTED
    assert world.period.computed_by == world.cast.supervisor
    assert "look at the scores, then publish" in text(page.get(url("period_detail", world)))


def test_a_second_press_while_it_is_computed_sends_nothing(
    page, world, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(compute_period, "delay", lambda *args: sent.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        page.post(url("compute_period", world))
        page.post(url("compute_period", world))
    assert [args[:2] for args in sent] == [(world.period.pk, world.cast.supervisor.pk)]


def test_the_same_task_twice_comes_to_the_same(world):
    with clock.at(OCTOBER):
        compute_period(world.period.pk, world.cast.supervisor.pk, "one")
        before = world.points()
        compute_period(world.period.pk, world.cast.supervisor.pk, "one")
    assert world.points() == before
    assert before[world.city.team.pk] is not None


def test_what_could_not_be_computed_is_said_and_the_scores_stay(page, world, monkeypatch):
    world.compute()
    before = world.points()
    monkeypatch.setattr("assessment.services.periods.results_of", lambda *_args, **_named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        compute_period(world.period.pk, world.cast.supervisor.pk, "one")
    assert "It could not be computed. Nothing was changed" in text(page.get(url("period_detail", world)))
    assert world.points() == before


def test_a_task_for_what_was_published_meanwhile_changes_nothing(page, world):
    world.publish()
    compute_period(world.period.pk, world.cast.supervisor.pk, "one")
    assert computing_runs.how_far(world.period.pk)["failed"]
    assert "could not be computed" not in text(page.get(url("period_detail", world)))


def test_a_published_period_is_not_computed_again(page, world):
    world.publish()
    answer = page.post(url("compute_period", world))
    assert answer.status_code == 409
    assert str(PeriodIsPublished.message) in text(answer)


def test_each_night_all_are_computed_but_those_published(world):
    put_in_force(make_draft(make_scheme(code="other")).pk, actor=None)
    world.publish()
    before = world.period.computed_at
    keep_periods()
    world.period.refresh_from_db()
    assert world.period.computed_at == before
    # Of today, one for each scheme.
    assert Period.objects.exclude(pk=world.period.pk).filter(state=PeriodState.COMPUTED).count() == 2


# Versions


def test_until_it_is_first_computed_a_period_follows_its_scheme_then_it_keeps_its_version(world):
    given = {world.city.team.pk: Given("80", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given)
    second = make_next_version(world.scheme.pk, actor=None)
    put_in_force(second.pk, actor=None)
    assert world.compute().version == second
    # What was typed in went along to the item of the same name.
    parts = world.period.scores.get(organisation=world.city.team).parts
    assert parts.get(item__label="群众评议").points == 80
    third = make_next_version(world.scheme.pk, actor=None)
    put_in_force(third.pk, actor=None)
    assert world.compute(timedelta(hours=1)).version == second


def test_from_a_period_one_comes_to_its_scores_what_came_late_and_what_if(page, world):
    world.publish()
    shown = text(page.get(url("period_detail", world)))
    ways = [f"{reverse('assessment:what_if')}?period={world.period.pk}", url("late_list", world)]
    assert all(f'href="{way}"' in shown for way in ways)
    for way in ways:
        assert f'href="{url("period_detail", world)}"' in text(page.get(way))
    assert f'href="{reverse("assessment:what_if")}"' in text(page.get(LIST))
    assert f'href="{url("report_excel", world)}"' in shown


# Publishing


def test_publishing_says_first_what_follows_then_does_it(page, world):
    world.compute()
    asked = text(page.get(url("publish_period", world)))
    for said in ("What follows", "stay as they are, for ever", "is told", "the scheme is not public"):
        assert said in asked.replace("are told", "is told")
    assert world.period.state == PeriodState.COMPUTED
    answer = page.post(url("publish_period", world), follow=True)
    assert "Published. Those who were scored are told." in text(answer)
    world.period.refresh_from_db()
    assert (world.period.state, world.period.published_by) == (PeriodState.PUBLISHED, world.cast.supervisor)


def test_what_is_not_computed_or_not_whole_is_not_published(page, world):
    assert page.get(url("publish_period", world)).status_code == 409
    assert page.post(url("publish_period", world)).status_code == 409
    # Computed while it went on.
    world.compute(timedelta(days=-5))
    assert page.post(url("publish_period", world)).status_code == 409
    assert "Publish…" not in text(page.get(url("period_detail", world)))


def test_publishing_twice_is_refused_in_words(page, world):
    world.publish()
    assert page.get(url("publish_period", world)).url == url("period_detail", world)
    answer = page.post(url("publish_period", world))
    assert answer.status_code == 409
    assert str(PeriodIsPublished.message) in text(answer)


def test_while_it_is_computed_it_is_not_published(page, world):
    world.compute()
    computing_runs._keep(world.period.pk, {"run": "x", "done": 0, "total": 0})
    assert page.post(url("publish_period", world)).status_code == 409


def test_points_typed_in_after_computing_hold_the_publishing_up(page, world):
    world.compute()
    given = {world.city.team.pk: Given("80", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given)
    assert "compute them again" in text(page.get(url("period_detail", world)))
    assert page.post(url("publish_period", world)).status_code == 409
    world.compute(timedelta(hours=1))
    assert page.post(url("publish_period", world)).status_code == 302


def test_points_taken_back_after_computing_hold_it_up_as_well(page, world):
    given = {world.city.team.pk: Given("80", "走访满意")}
    type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=given)
    world.compute()
    gone = {world.city.team.pk: Given("", "")}
    assert type_points(world.period.pk, world.typed.pk, actor=world.cast.supervisor, given=gone) == 1
    assert page.post(url("publish_period", world)).status_code == 409


# Who is told


def test_who_was_scored_and_who_leads_them_are_told_once(world):
    lead = make_user("unit-lead")
    make_post(lead, Role.LEADER, world.city.street_department)
    make_post(lead, Role.OFFICER, world.city.street_department)
    elsewhere = make_user("elsewhere")
    make_post(elsewhere, Role.LEADER, make_organisation())
    world.publish()
    told = Notice.objects.filter(event="scores_published")
    cast = world.cast
    assert sorted(told.values_list("recipient__username", flat=True)) == sorted(
        str(each.username) for each in (cast.officer, cast.supervisor, cast.leader, lead)
    )
    notice = told.first()
    assert notice.params == {"scheme": world.scheme.name, "first": "2026-09-01", "last": "2026-09-30"}
    # To one's own score, or to the ranking for who has none in it.
    assert notice.url == f"{reverse('assessment:my_scores')}?period={world.period.pk}"


def test_inspectors_are_told_of_their_scores_and_their_grid_leader(world):
    scheme = make_scheme("inspector", name="监督员考核")
    version = make_next_version(scheme.pk, actor=None)
    version.items.create(indicator="valid_report_rate", way="value", weight=100)
    put_in_force(version.pk, actor=None)
    world.period = Period.objects.create(
        scheme=scheme, version=version, first_day=date(2026, 9, 1), last_day=date(2026, 9, 30)
    )
    world.publish()
    told = set(Notice.objects.filter(event="scores_published").values_list("recipient__username", flat=True))
    cast = world.cast
    assert {cast.inspector.username, cast.grid_leader.username, cast.supervisor.username} <= told
    assert not {cast.operator.username, cast.officer.username, cast.stranger.username} & told


def test_a_refused_publishing_tells_nobody(page, world):
    page.post(url("publish_period", world))
    assert not Notice.objects.filter(event="scores_published").exists()


# Closing


def test_closing_says_first_what_follows_then_does_it(page, world):
    world.publish()
    assert "No more appeals are taken" in text(page.get(url("close_period", world)))
    assert "Closed. No more appeals are taken." in text(page.post(url("close_period", world), follow=True))
    world.period.refresh_from_db()
    assert world.period.state == PeriodState.CLOSED
    assert page.post(url("close_period", world)).status_code == 409


def test_what_is_not_published_is_not_closed(page, world):
    assert page.get(url("close_period", world)).url == url("period_detail", world)
    assert page.post(url("close_period", world)).status_code == 409
