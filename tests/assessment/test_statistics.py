"""The figures: who sees whose, and that headline, slices, hours, file, SQL and the opened list say the same number."""

import csv
import io
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from assessment.figures.answer import MOST_SLICES, answer_of
from assessment.figures.measures import BY_NAME, MEASURES
from assessment.figures.question import WAYS, QuestionForm, question_of
from assessment.services.facts import read_facts
from cases.filters import CaseListFilter
from cases.models import Case
from cases.workflow import Status
from gridgov import clock
from grids.models import OrganisationKind
from tests.assessment.factories import WAYS as LIVES
from tests.assessment.factories import make_random_cases
from tests.case_factories import case_in, make_case
from tests.factories import make_organisation
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
URL = "/figures/"


def opened(user, url: str) -> int:
    """How many cases the list behind an address shows to somebody."""
    request = RequestFactory().get(url)
    request.user = user
    seen = Case.objects.visible_to(user)
    return CaseListFilter(dict_of(url), seen, request=request).qs.count()


def dict_of(url: str):
    return QueryDict(urlsplit(url).query)


def answer_for(user, **asked):
    return answer_of(question_of(user, QuestionForm(asked)))


def by_hand(where: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM cases_case c WHERE {where}")
        return cursor.fetchone()[0]


# What each measure is, said once more in plain SQL.
_DONE = "EXISTS (SELECT 1 FROM cases_caseevent e WHERE e.case_id = c.id AND e.action = %s)"
_HANDLED = "c.status IN ('handled', 'closed') AND " + _DONE.replace("%s", "'feed_back'")
# Something that the unit that has it now did while it was overdue, or by which it got a new due time.
_LATE = """EXISTS (
        SELECT FROM cases_caseevent e WHERE e.case_id = c.id AND e.from_status = 'handling'
        AND e.seq > (SELECT max(d.seq) FROM cases_caseevent d WHERE d.case_id = c.id AND d.action = 'dispatch')
        AND (e.action = 'feed_back' AND e.due_before < COALESCE(e.done_at, e.at)
            OR e.action IN ('escalate', 'supervise', 'alarm') AND e.due_before < e.at AND e.due_before < (
                SELECT COALESCE(n.done_at, n.at) FROM cases_caseevent n
                WHERE n.case_id = c.id AND n.action = 'feed_back' AND n.seq > e.seq ORDER BY n.seq LIMIT 1)))"""
_SQL = {
    "reported": "true",
    "registered": _DONE.replace("%s", "'register'"),
    "refused": "c.status = 'refused'",
    "open": "c.status NOT IN ('closed', 'refused', 'merged', 'void')",
    "overdue": "c.status NOT IN ('closed', 'refused', 'merged', 'void', 'suspended') AND c.stage_due_at <= %s",
    "handled": _HANDLED,
    "in_time": f"{_HANDLED} AND c.deferred_at IS NULL AND NOT {_LATE}",
    "late": f"{_HANDLED} AND c.deferred_at IS NULL AND {_LATE}",
    "closed": "c.status = 'closed'",
    "reworked": _DONE.replace("%s", "'verify_fail'"),
    "returned": _DONE.replace("%s", "'return' AND e.data ->> 'kind' IS DISTINCT FROM 'wrong_address'"),
    "wrong_address": _DONE.replace("%s", "'return' AND e.data ->> 'kind' = 'wrong_address'"),
    "settled": "c.settled_on_the_spot",
}
_MINUTES = f"""
    SELECT COALESCE(sum(e.elapsed_minutes), 0) FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id
    WHERE {_HANDLED.replace("e.", "f.").replace(" e ", " f ")} AND e.from_status = 'handling'
    AND (e.to_status <> 'handling' OR e.action IN ('escalate', 'alarm'))
"""


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), n=st.integers(0, len(LIVES)))
def test_headline_slices_hours_list_and_sql_say_the_same(cast, seed, n):
    make_random_cases(cast, n, seed)
    read_facts()
    with clock.at(clock.now()):
        total = answer_for(cast.leader).total
        for name, where in _SQL.items():
            expected = by_hand(where.replace("%s", f"'{clock.now().isoformat()}'"))
            assert total.counts[name] == expected, name
        with connection.cursor() as cursor:
            cursor.execute(_MINUTES)
            assert total.minutes == cursor.fetchone()[0]
        for way, _label in WAYS:
            answer = answer_for(cast.leader, by=way)
            for measure in MEASURES:
                counts = [each.figures.counts[measure.name] for each in answer.slices]
                assert sum(counts) == total.counts[measure.name], (way, measure.name)
            for each in answer.slices:
                for measure in MEASURES:
                    url = answer.question.list_url(measure.name, **each.narrow)
                    count = each.figures.counts[measure.name]
                    assert opened(cast.leader, url) == count, (each.label, measure.name)
        assert sum(f.counts["reported"] for f in answer.hours.values()) == total.counts["reported"]
        for (weekday, hour), figures in answer.hours.items():
            url = answer.question.list_url(weekday=str(weekday), hour=str(hour))
            assert opened(cast.leader, url) == figures.counts["reported"]


@pytest.mark.parametrize(
    ("person", "by"), [("leader", "unit"), ("operator", "class"), ("handler", "channel")]
)
def test_each_number_of_the_page_opens_its_list(client, cast, monkeypatch, person, by):
    """Through HTTP, for cases of every state and every odd life: of a district, a community, a unit."""
    monkeypatch.setattr("cases.views.lists.PAGE_SIZE", 500)
    make_random_cases(cast, len(LIVES), seed=5)
    client.force_login(getattr(cast, person))
    page = client.get(URL, {"by": by})
    counts = {stat["url"]: stat["number"] for stat in page.context["headline"][:-1]}
    counts |= {url: count for row in page.context["rows"] for count, url in row["cells"] if url}
    assert sum(count > 0 for count in counts.values()) > 20
    for url, count in counts.items():
        assert len(client.get(url).context["cases"]) == count, url


def test_the_files_have_the_numbers_of_the_page_as_numbers(client, cast):
    make_random_cases(cast, len(LIVES), seed=7)
    client.force_login(cast.leader)
    for way, _label in WAYS:
        page = client.get(URL, {"by": way}).context
        shown = [
            [row["label"], *(count for count, _url in row["cells"]), row["hours"] or ""]
            for row in page["rows"]
        ]
        totals = [stat["number"] for stat in page["headline"]]

        file = client.get(reverse("assessment:figures_file"), {"by": way, "format": "csv"})
        rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
        assert rows[1:-1] == [[str(cell) for cell in row] for row in shown], way
        assert [float(cell) for cell in rows[-1][1:]] == [float(total) for total in totals]

        book = client.get(reverse("assessment:figures_file"), {"by": way, "format": "xlsx"})
        sheets = load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets
        assert len(sheets) == (2 if way == "time" else 3)
        _head, *rows, last = ([cell or "" if n > len(MEASURES) else cell for n, cell in enumerate(row)]
                              for row in sheets[0].iter_rows(values_only=True))  # fmt: skip
        assert rows == shown, way
        assert last[1:] == totals
        hours = [list(row[1:]) for row in sheets[-1].iter_rows(min_row=2, values_only=True)]
        assert hours == [[*(cell.count for cell in cells), total] for _name, cells, total in page["heat"]]


def test_the_page_is_not_behind_its_lists(client, cast):
    """Nobody but the page reads the timeline here."""
    client.force_login(cast.leader)
    case_in(Status.CLOSED, cast)
    assert client.get(URL).context["headline"][0]["number"] == 1
    make_case(cast)
    page = client.get(URL)
    assert page.context["headline"][0]["number"] == 2
    assert len(client.get(page.context["headline"][0]["url"]).context["cases"]) == 2
    file = client.get(reverse("assessment:figures_file"), {"by": "unit", "format": "csv"})
    assert b"".join(file.streaming_content).decode().splitlines()[-1].split(",")[1] == "2"


def test_more_parts_than_fit_are_other_which_opens_too(cast):
    cases = make_random_cases(cast, 60, seed=3)
    for case in cases[: MOST_SLICES + 4]:
        unit = make_organisation(cast.city.street, OrganisationKind.DEPARTMENT)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE cases_case SET unit_id = %s WHERE id = %s", [unit.pk, case.pk])
            cursor.execute("SET LOCAL session_replication_role = origin")
    read_facts()
    answer = answer_for(cast.leader, by="unit")
    assert len(answer.slices) == MOST_SLICES + 1  # and those without a unit
    assert sum(each.figures.counts["reported"] for each in answer.slices) == 60
    other = next(each for each in answer.slices if "not_unit" in each.narrow)
    assert opened(cast.leader, answer.question.list_url(**other.narrow)) == other.figures.counts["reported"]
    assert len(answer_for(cast.leader, by="unit", all="true").slices) > len(answer.slices)


def test_one_sees_the_figures_of_ones_area_or_unit(client, cast):
    mine, other = case_in(Status.HANDLING, cast), make_case(cast)
    read_facts()
    for person, count in (
        (cast.leader, 2),
        (cast.supervisor, 2),
        (cast.operator, 2),
        (cast.handler, 1),
        (cast.officer, 0),
    ):
        client.force_login(person)
        assert client.get(URL).context["headline"][0]["number"] == count, person
    assert mine.unit
    assert other.unit is None


def test_nobody_asks_for_what_is_not_theirs(client, cast):
    client.force_login(cast.citizen)
    assert client.get(URL).status_code == 404
    client.force_login(cast.stranger)
    assert client.get(URL, {"area": cast.city.district.code}).status_code == 404
    client.force_login(cast.handler)
    assert client.get(URL, {"unit": cast.city.street_department.code}).status_code == 404
    client.force_login(cast.operator)
    assert client.get(URL, {"area": cast.city.district.code}).status_code == 404
    assert client.get(URL, {"area": "999999"}).status_code == 404
    assert (
        client.get(
            reverse("assessment:figures_file"), {"area": cast.city.district.code, "format": "csv"}
        ).status_code
        == 404
    )


def test_a_span_that_can_not_be_is_said(client, cast):
    client.force_login(cast.leader)
    for asked in (
        {"since": "2020-01-01", "until": "2026-01-01"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"since": "x"},
    ):
        page = client.get(URL, asked)
        assert page.status_code == 200
        assert page.context["errors"], asked
    assert client.get(reverse("assessment:figures_file"), {"since": "x", "format": "csv"}).status_code == 400
    assert client.get(reverse("assessment:figures_file"), {"format": "pdf"}).status_code == 400


def test_nothing_says_so(client, cast):
    client.force_login(cast.leader)
    assert "empty" in client.get(URL).content.decode()


def test_one_drills_down_to_the_grid(client, cast):
    make_case(cast)
    read_facts()
    client.force_login(cast.leader)
    url, labels = URL, []
    while rows := client.get(url).context["rows"]:
        labels.append(rows[0]["label"])
        url = rows[0]["drill"]
    city = cast.city
    assert labels == [str(city.street), str(city.community), str(city.grid)]


def test_time_is_cut_in_days_weeks_and_months(cast):
    make_random_cases(cast, 40, seed=11, days=20)
    read_facts()
    for step, narrow in (("day", 30), ("week", 6), ("month", 3)):
        answer = answer_for(cast.leader, step=step)
        assert sum(each.figures.counts["reported"] for each in answer.time) == 40
        assert len(answer.time) <= narrow
        spans = [(each.narrow["since"], each.narrow["until"]) for each in answer.time]
        assert spans[0][0] == answer.question.since.isoformat()
        assert spans[-1][1] == answer.question.until.isoformat()
        assert spans == sorted(spans)


def test_the_page_costs_the_same_for_few_cases_and_for_many(client, cast):
    make_random_cases(cast, 3, seed=1)
    read_facts()
    client.force_login(cast.leader)
    client.get(URL)
    few = count_queries(client, URL)
    make_random_cases(cast, 60, seed=2)
    read_facts()
    assert count_queries(client, URL) == few
    assert few <= 25


def test_every_measure_has_an_address(cast):
    question = question_of(cast.leader, QuestionForm({}))
    for name in BY_NAME:
        asked = dict(parse_qsl(urlsplit(question.list_url(name)).query))
        assert asked["area"] == cast.city.district.code
