"""What waits to be looked at on the spot."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from cases.services import settle_case
from cases.workflow import Status
from gridgov import clock
from inspections import parts
from tests.case_factories import case_in, make_case, stored

pytestmark = pytest.mark.django_db
URL = "/m/verify/"


def listed(client, person):
    client.force_login(person)
    return [[errand.case for errand in part["errands"]] for part in client.get(URL).context["parts"]]


def test_handled_cases_wait_to_be_verified_and_reports_to_be_checked(client, cast):
    handled, checking = case_in(Status.HANDLED, cast), case_in(Status.CHECKING, cast)
    for status in (Status.REPORTED, Status.HANDLING, Status.CLOSED):
        case_in(status, cast)
    assert listed(client, cast.grid_leader) == [[handled], [checking]]


def test_a_case_settled_on_the_spot_is_verified_by_somebody_else(client, cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 1
    case = make_case(cast)
    settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector))
    assert listed(client, cast.inspector) == [[], []]
    assert listed(client, cast.grid_leader) == [[case], []]


def test_units_and_strangers_verify_nothing(client, cast):
    case_in(Status.HANDLED, cast)
    for person in (cast.handler, cast.operator, cast.stranger, cast.citizen):
        assert listed(client, person) == [[], []]


def test_more_than_fit_on_the_page_follow_the_most_urgent_first(client, cast, monkeypatch):
    monkeypatch.setattr(parts, "MOST_SHOWN", 2)
    handled = [case_in(Status.HANDLED, cast) for _ in range(6)]
    checking = case_in(Status.CHECKING, cast)
    now = clock.now()
    # Under supervision first, the longest first; then by time left; what has no limit last.
    for case, supervised, due in zip(
        handled,
        (None, None, None, now, now - timedelta(days=1), None),
        (None, now + timedelta(hours=2), now, None, now, now),
        strict=True,
    ):
        Case.objects.filter(pk=case.pk).update(supervised_at=supervised, stage_due_at=due)
    client.force_login(cast.grid_leader)
    first = client.get(URL).context["parts"]
    assert [errand.case for errand in first[1]["errands"]] == [checking]
    found, address, newer = [], URL, ""
    while address:
        page = client.get(address).context["parts"][0]
        found += [errand.case for errand in page["errands"]]
        address, newer = page["older"], page["newer"]
    assert found == [handled[place] for place in (4, 3, 2, 5, 1, 0)]
    back = client.get(newer).context["parts"][0]["errands"]
    assert [errand.case for errand in back] == [handled[2], handled[5]]


@pytest.mark.parametrize(
    "page", ["after:~~0", "after:9999-12-31T23:59:59-14:00~~1", "after:x", "x", "before:1"]
)
def test_a_page_that_is_not_there_any_more_leads_to_the_first(client, cast, page):
    case = case_in(Status.HANDLED, cast)
    client.force_login(cast.grid_leader)
    parts = client.get(URL, {"part": "verify_pass", "page": page}).context["parts"]
    assert [[errand.case for errand in part["errands"]] for part in parts] == [[case]]


def test_an_empty_list_says_what_would_be_here(client, cast):
    client.force_login(cast.inspector)
    assert reverse("cases:report_case") in client.get(URL).content.decode()


def test_the_list_costs_the_same_for_one_row_and_for_ten(client, cast):
    client.force_login(cast.grid_leader)
    costs = []
    for more in (1, 9):
        for _ in range(more):
            case_in(Status.HANDLED, cast, photos=stored(cast.inspector))
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


def test_the_console_lists_and_counts_the_same_for_whoever_may_verify(client, cast):
    handled, checking = case_in(Status.HANDLED, cast), case_in(Status.CHECKING, cast)
    client.cookies["posture"] = "console"
    for person in (cast.inspector, cast.grid_leader):
        client.force_login(person)
        page = client.get("/verify/")
        assert page.context["cases"] == [handled]
        assert [tab["count"] for tab in page.context["tabs"]] == [1, 1]
        link = next(link for link in page.context["console_navigation"] if link.current)
        assert (link.url, link.count) == ("/verify/", 1)
        assert f'data-number="{handled.number}"' in page.content.decode()
        assert client.get("/verify/?show=answer_check").context["cases"] == [checking]


def test_whoever_verifies_nothing_finds_no_such_list_at_the_console(client, cast):
    client.cookies["posture"] = "console"
    for person in (cast.handler, cast.operator, cast.dispatcher, cast.supervisor, cast.leader, cast.citizen):
        client.force_login(person)
        assert client.get("/verify/").status_code == 404
        links = client.get("/notices/").context["console_navigation"]
        assert "/verify/" not in [link.url for link in links]
