"""What I reported, and what became of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.services import reopen_case
from cases.views import my_cases as view
from cases.workflow import Status
from tests.case_factories import case_in, make_case, stored

pytestmark = pytest.mark.django_db
URL = "/m/cases/"


def test_my_reports_stand_there_newest_first_whatever_became_of_them(client, cast):
    cases = [make_case(cast), case_in(Status.REFUSED, cast), case_in(Status.CLOSED, cast)]
    make_case(cast, actor=cast.grid_leader)
    client.force_login(cast.inspector)
    assert client.get(URL).context["cases"] == cases[::-1]


def test_an_empty_list_tells_the_one_thing_to_do(client, cast):
    client.force_login(cast.inspector)
    assert reverse("cases:report_case") in client.get(URL).content.decode()


def test_older_ones_follow_on_the_next_page_without_gap_or_repetition(client, cast, monkeypatch):
    monkeypatch.setattr(view, "ROWS", 2)
    cases = [make_case(cast) for _ in range(5)]
    client.force_login(cast.inspector)
    found, address = [], URL
    while address:
        context = client.get(address).context
        found += context["cases"]
        address = context["older"]
    assert found == cases[::-1]
    page = client.get(URL).content.decode()
    assert f'href="{URL}?before={cases[3].pk}"' in page
    assert all(f'href="/cases/{case.number}/"' in page for case in cases[3:])


def test_whoever_reported_reads_why_it_was_turned_down(client, cast):
    case_in(Status.REFUSED, cast)
    client.force_login(cast.inspector)
    for address in (URL, "/m/"):
        assert "不属于受理范围" in client.get(address).content.decode()


def test_a_reason_that_does_not_hold_any_more_is_not_shown(client, cast):
    case = case_in(Status.REFUSED, cast)
    reopen_case(case.pk, actor=cast.supervisor, reason="应当受理")
    client.force_login(cast.inspector)
    assert "不属于受理范围" not in client.get(URL).content.decode()


def test_a_page_costs_the_same_for_one_row_and_for_twenty(client, cast):
    client.force_login(cast.inspector)
    costs = []
    for more in (1, 19):
        for _ in range(more):
            make_case(cast, photos=stored(cast.inspector))
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 8
