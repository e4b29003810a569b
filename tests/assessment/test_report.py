"""The monthly report: who sees it, that its numbers are those of the lists and scores, its PDF from our own files alone."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.urls import reverse

from assessment.kinds import Kind
from assessment.models import Correction, PeriodState
from assessment.report import runs
from assessment.report.month import months_for, report_of
from assessment.report.page import told_of
from assessment.report.paper import ink, our_file
from assessment.services.periods import publish_period
from assessment.tasks import make_report_pdf
from cases.models import Case
from gridgov import clock
from tests.assessment.counted import hours
from tests.assessment.periods import OCTOBER, World
from tests.assessment.published import computed
from tests.case_factories import case_in
from tests.pages import count_queries

pytestmark = pytest.mark.django_db

REPORT, MAKE = reverse("assessment:report"), reverse("assessment:make_report_pdf")
SEPTEMBER = date(2026, 9, 1)
SITE = "https://grid.example/"


@pytest.fixture
def world(cast):
    found = World(cast)
    found.publish()
    with clock.at(OCTOBER):
        period = computed(Kind.STREET, SEPTEMBER, date(2026, 9, 30), ["on_time_closing_rate", "filed_count"])
        publish_period(period.pk, actor=cast.supervisor)
    return found


@pytest.fixture
def page(client, world):
    client.force_login(world.cast.leader)
    client.cookies["django_language"] = "en"
    return client


def text(answer) -> str:
    return answer.content.decode()


def reported(world, user=None):
    return report_of(user or world.cast.supervisor, world.city.district, SEPTEMBER)


# Who sees it


@pytest.mark.parametrize("who", ["officer", "handler", "citizen"])
def test_who_sees_no_area_finds_no_report(client, world, who):
    client.force_login(getattr(world.cast, who))
    assert client.get(REPORT).status_code == 404
    assert client.post(MAKE).status_code == 404


def test_somebody_from_elsewhere_finds_no_report_of_this_district(client, world):
    client.force_login(world.cast.stranger)
    asked = {"area": world.city.district.code, "month": "2026-09"}
    assert client.get(REPORT, asked).status_code == 404
    assert client.post(MAKE, asked).status_code == 404


def test_an_inspector_has_the_report_of_their_grid(client, world):
    client.force_login(world.cast.inspector)
    assert client.get(REPORT).context["area"] == world.city.grid
    assert client.get(REPORT, {"area": world.city.community.code}).status_code == 404


def test_somebody_who_is_not_logged_in_is_sent_to_log_in(client, world):
    assert client.get(REPORT).status_code == 302


def test_an_operator_sees_their_own_area_alone(client, world):
    client.force_login(world.cast.operator)
    assert client.get(REPORT).context["area"] == world.city.community
    assert client.get(REPORT, {"area": world.city.district.code}).status_code == 404
    assert client.get(REPORT, {"area": "no-such"}).status_code == 404


def test_before_anything_is_published_the_page_says_what_would_be_here(client, cast):
    world = World(cast)
    world.compute()
    client.force_login(cast.leader)
    client.cookies["django_language"] = "en"
    assert "No month is published yet" in text(client.get(REPORT))
    assert client.post(MAKE).status_code == 404


def test_who_runs_the_assessment_sees_a_computed_month_as_a_draft(client, cast):
    world = World(cast)
    world.compute()
    client.force_login(cast.supervisor)
    client.cookies["django_language"] = "en"
    assert "Draft" in text(client.get(REPORT))
    assert months_for(cast.supervisor) == [SEPTEMBER]
    assert months_for(cast.leader) == []


def test_a_month_without_scores_is_not_there_and_no_month_is_a_bad_request(page):
    assert page.get(REPORT, {"month": "2026-08"}).status_code == 404
    assert page.get(REPORT, {"month": "soon"}).status_code == 400


# What it says


def test_what_came_in_is_what_the_list_of_cases_shows(page, world):
    found = page.get(REPORT, {"month": "2026-09"})
    assert found.status_code == 200
    stat = found.context["headline"][0]
    assert stat["number"] == Case.objects.count() == 2
    assert page.get(stat["url"]).status_code == 200
    for _title, rows in found.context["parts"]:
        assert sum(row["cells"][0][0] for row in rows) == 2


def test_rankings_tell_places_points_and_what_they_were_made_of(world):
    report = reported(world)
    kinds = {each.period.scheme.kind for each in report.rankings}
    assert kinds == {Kind.STREET, Kind.UNIT}
    unit = next(each for each in report.rankings if each.period.scheme.kind == Kind.UNIT)
    row = unit.rows[0]
    assert row.standing.points == world.points()[row.standing.whose]
    assert [item.pk for item, _part in row.values] == [item.pk for item in unit.items]
    assert row.moved is None  # there is no August
    assert sum(count for _level, count in unit.levels) <= unit.ranked


def test_what_was_late_is_what_the_indicators_count(world):
    report = reported(world)
    late = report.lateness.together
    assert late.due == late.on_time + late.late + late.undone
    assert sum(each.due for each in report.lateness.units) == late.due
    assert sum(each.missed for each in report.lateness.areas) == late.missed
    assert len(report.lateness.longest) == late.missed
    standing = next(each for each in report.rankings if each.period.scheme.kind == Kind.UNIT)
    rates = [
        part
        for row in standing.rows
        for item, part in row.values
        if item.indicator == "on_time_disposal_rate"
    ]
    assert sum(part.denominator for part in rates) == late.due
    assert sum(part.numerator for part in rates) == late.on_time


def test_a_correction_is_told_and_counts_in_the_ranking(page, world):
    score = world.period.scores.filter(points__isnull=False).first()
    Correction.objects.create(
        score=score,
        at=OCTOBER,
        by=world.cast.supervisor,
        reason="申诉成立",
        points_before=score.points,
        points_after=Decimal("12.34"),
    )
    found = text(page.get(REPORT))
    assert "申诉成立" in found
    assert "12.34" in found
    row = next(
        r for ranking in reported(world).rankings for r in ranking.rows if r.standing.score == score.pk
    )
    assert (row.standing.points, row.standing.is_corrected) == (Decimal("12.34"), True)


def test_the_page_asks_as_often_for_many_cases_as_for_few(page, world):
    few = count_queries(page, REPORT)
    with hours(0):
        for _n in range(5):
            case_in("handled", world.cast)
    assert count_queries(page, REPORT) <= few + 1


# What a number of lateness counts


LATE = reverse("assessment:late_handling")


def test_each_number_of_lateness_opens_the_handling_that_it_counts(page, world):
    shown = page.get(REPORT)
    rows = [row for _title, rows in shown.context["late"] for row in rows]
    assert len(rows) == 3
    for row in rows:
        for n, url in row["cells"]:
            answer = page.get(url)
            assert answer.context["page"].paginator.count == n
            assert str(answer.context["part"] or "") == (row["label"] if n else "")
    whole = shown.context["report"].lateness.together
    assert whole.missed
    for of in ("missed", "late", "undone", "on_time", "due"):
        assert page.get(f"{LATE}?of={of}").context["page"].paginator.count == getattr(whole, of)
    assert shown.context["late_url"] in text(shown).replace("&amp;", "&")


def test_who_sees_no_report_finds_no_list_nor_anybody_what_is_not_there(client, page, world):
    for asked in ({"of": "x"}, {"by": "x"}, {"month": "2026-08"}, {"area": "no-such"}):
        assert page.get(LATE, asked).status_code == 404
    assert "Nothing of this kind" in text(page.get(LATE, {"by": "unit", "key": "99999"}))
    client.force_login(world.cast.operator)
    assert client.get(LATE, {"area": world.city.district.code}).status_code == 404
    for who in (world.cast.officer, world.cast.stranger):
        client.force_login(who)
        asked = {"area": world.city.district.code, "month": "2026-09"}
        assert client.get(LATE, asked).status_code == 404


def test_a_long_list_of_handling_asks_as_often_as_a_short_one(page, world, monkeypatch):
    assert page.get(f"{LATE}?of=due").context["page"].paginator.count > 1
    more = count_queries(page, f"{LATE}?of=due")
    monkeypatch.setattr("assessment.views.report.ROWS_A_PAGE", 1)
    assert count_queries(page, f"{LATE}?of=due") == more


# The PDF


@pytest.fixture
def worker(monkeypatch):
    sent = []
    monkeypatch.setattr(make_report_pdf, "delay", lambda *args: sent.append(args))
    return lambda: [make_report_pdf(*args) for args in sent]


def test_a_pdf_is_set_by_a_worker_while_a_page_says_how_far_it_is(
    page, world, worker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        asked = page.post(MAKE, {"month": "2026-09"})
    waiting = page.get(asked.url)
    assert 'http-equiv="refresh"' in text(waiting)
    worker()
    there = text(page.get(asked.url))
    assert 'href="?file"' in there
    assert 'content="0; url=?file"' in there
    assert "progress" not in there
    done = page.get(f"{asked.url}?file")
    assert done["Content-Type"] == "application/pdf"
    assert done.content.startswith(b"%PDF-")
    assert f"report-{world.city.district.code}-2026-09.pdf" in done["Content-Disposition"]
    worker()  # twice is once
    assert page.get(f"{asked.url}?file").content.startswith(b"%PDF-")


def test_nobody_else_gets_the_pdf(client, world, worker, page, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = page.post(MAKE)
    worker()
    client.force_login(world.cast.supervisor)
    assert client.get(asked.url).status_code == client.get(f"{asked.url}?file").status_code == 404


def test_a_pdf_that_fails_says_what_to_do(
    page, world, worker, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(*_args, **_more):
        raise OSError("no room")

    monkeypatch.setattr(runs, "pdf_of", fail)
    with django_capture_on_commit_callbacks(execute=True):
        asked = page.post(MAKE)
    with pytest.raises(OSError, match="no room"):
        worker()
    found = text(page.get(asked.url))
    assert "could not be made" in found
    assert 'http-equiv="refresh"' not in found


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/static/gridgov/css/tokens.css",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "data:text/css,a{}",
        "https://grid.example/cases/",
        "https://grid.example/static/../manage.py",
        "https://grid.example/static/%2e%2e/manage.py",
        "https://grid.example/static//etc/passwd",
        "https://grid.example/static/no-such.css",
        "https://grid.example.elsewhere.example/static/gridgov/css/tokens.css",
    ],
)
def test_paper_fetches_nothing_but_our_static_files(url):
    with pytest.raises((ValueError, SuspiciousFileOperation)):
        our_file(url, SITE)


def test_paper_gets_our_style_sheets_in_their_light_colours():
    content, content_type = our_file(f"{SITE}static/gridgov/css/tokens.css", SITE)
    assert content_type == "text/css"
    assert b"light-dark(" not in content
    assert re.fullmatch(r"#[0-9a-f]{6}", ink()["band_a"])


def test_paper_opens_no_connection(world, monkeypatch):
    import socket

    from assessment.report.paper import pdf_of

    told = told_of(reported(world))

    def refuse(*_args):
        raise AssertionError("a PDF must not reach out")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert pdf_of("assessment/report_paper.html", told, site=SITE).startswith(b"%PDF-")
    assert world.period.state == PeriodState.PUBLISHED
