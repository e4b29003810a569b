"""Ten thousand cases: whole queues by time left, page by page, and their counts, held against SQL."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse

from cases.workflow import Status
from dispatch.models import Responsibility
from gridgov import clock
from tests.case_factories import case_in
from tests.dispatch.test_queue_counts import DISPATCH, SUPERVISION, count_of

pytestmark = pytest.mark.django_db
UNROUTED = "/dispatch/unrouted/"
# How many there are of each: waiting with and without a unit that answers for them, given back, with a unit.
ROUTED, UNANSWERED, RETURNED, HANDLING = 3_500, 1_500, 1_000, 4_000
# Due within hours on either side of now, in minutes that many share; one in eleven has no due time.
_DUE = "CASE WHEN n %% 11 > 0 THEN to_jsonb(%s::timestamptz + (n * 7 %% 601 - 300) * interval '1 minute') END"
_COPIES = f"""
INSERT INTO cases_case SELECT (jsonb_populate_record(matter, jsonb_build_object(
    'id', %s + n, 'number', format('440605-20261122-%%s', lpad((%s + n)::text, 9, '0')), 'stage_due_at', {_DUE}
))).* FROM cases_case matter, generate_series(1, %s) n WHERE matter.id = %s
"""
_GIVEN_BACK = """
INSERT INTO cases_caseevent SELECT (jsonb_populate_record(event, jsonb_build_object(
    'id', 1000000 + copy.id, 'case_id', copy.id, 'seq', 99, 'action', 'return', 'from_status', 'handling'
))).* FROM cases_caseevent event, cases_case copy WHERE event.id = %s AND copy.id BETWEEN %s AND %s
"""
_AT_CENTRE = "status = 'registered' AND holder_id = %(centre)s"
QUEUES = [
    (DISPATCH, "dispatcher", _AT_CENTRE, ROUTED + UNANSWERED + RETURNED + 3),
    (UNROUTED, "dispatcher", f"{_AT_CENTRE} AND case_class_id = %(other)s", UNANSWERED + 1),
    (f"{DISPATCH}?show=returned", "dispatcher", "id BETWEEN 7000001 AND 7001000", RETURNED),
    (f"{DISPATCH}?show=out", "dispatcher", "status = 'handling' AND holder_id = %(centre)s", HANDLING + 1),
    ("/dispatch/unit/", "handler", "status = 'handling' AND unit_id = %(team)s", HANDLING + 1),
    (f"{SUPERVISION}?show=overdue", "supervisor", "stage_due_at <= %(now)s", None),
]


@pytest.fixture
def crowd(cast):
    """The small city with ten thousand cases more; only one class has a unit that answers for it."""
    city = cast.city
    Responsibility.objects.filter(unit=city.team).update(case_class=city.case_class)
    routed, returned = case_in(Status.REGISTERED, cast), case_in(Status.REGISTERED, cast)
    unanswered = case_in(Status.REGISTERED, cast, case_class=city.other_class)
    handling = case_in(Status.HANDLING, cast)
    copies = (
        (routed, 5_000_000, ROUTED),
        (unanswered, 6_000_000, UNANSWERED),
        (returned, 7_000_000, RETURNED),
        (handling, 8_000_000, HANDLING),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for case, begin, number in copies:
            cursor.execute(_COPIES, [begin, begin, clock.now(), number, case.pk])
        cursor.execute(_GIVEN_BACK, [returned.events.latest("seq").pk, 7_000_001, 7_000_000 + RETURNED])
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE cases_case, cases_caseevent")
    return cast


@pytest.fixture
def pages(monkeypatch):
    """What the pages that are asked for would show. Not drawn: twenty thousand rows take a minute, and look as ever."""
    shown = []

    def keep(_request, _template, context):
        shown.append(context)
        return HttpResponse()

    monkeypatch.setattr("cases.views.lists.render", keep)
    monkeypatch.setattr("cases.views.lists.PAGE_SIZE", 700)
    return shown


def test_whole_queues_stand_by_time_left_over_all_their_pages_and_are_counted(
    client, crowd, request, monkeypatch
):
    monkeypatch.setattr("gridgov.counting.MOST_COUNTED", 20_000)
    city, now = crowd.city, clock.now() + timedelta(minutes=1)
    ids = {"centre": city.community_centre.pk, "other": city.other_class.pk, "team": city.team.pk, "now": now}
    counts = {}
    with clock.at(now):
        for path, person, _where, _number in QUEUES:
            client.force_login(getattr(crowd, person))
            counts[path] = count_of(client.get(path), path)
        pages = request.getfixturevalue("pages")
        for path, person, where, number in QUEUES:
            client.force_login(getattr(crowd, person))
            found = [case.pk for page in walked(client, pages, path) for case in page["cases"]]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT id FROM cases_case WHERE {where} ORDER BY stage_due_at NULLS LAST, id", ids
                )
                expected = [pk for (pk,) in cursor.fetchall()]
            assert found == expected, path
            assert counts[path] == len(expected) == (number or len(expected)) > 999, path


def walked(client, pages, path):
    """A list's pages from the first to the last, and back from there: the same ones."""
    pages.clear()
    client.get(path)
    joint = "&" if "?" in path else "?"
    while pages[-1]["page"].next:
        client.get(f"{path}{joint}{urlencode({'page': pages[-1]['page'].next})}")
    there = list(pages)
    client.get(f"{path}{joint}{urlencode({'page': pages[-1]['page'].previous})}")
    assert pages[-1]["cases"] == there[-2]["cases"], path
    return there
