"""What my unit has to handle."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from cases.workflow import Status
from dispatch.services import ask_return
from gridgov import clock
from inspections import parts
from tests.case_factories import case_in, stored

pytestmark = pytest.mark.django_db
URL = "/m/handling/"


def test_new_cases_those_in_hand_and_those_that_stand_are_apart(client, cast):
    cases = {status: case_in(status, cast) for status in Status if status is not Status.MERGED}
    client.force_login(cast.handler)
    context = client.get(URL).context
    assert [row["case"] for row in context["new"]] == [cases[Status.DISPATCHED]]
    assert [row["case"] for row in context["in_hand"]] == [cases[Status.HANDLING]]
    assert context["parts"]["suspended"].cases == [cases[Status.SUSPENDED]]


def test_whoever_can_not_handle_it_finds_what_to_ask_for(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    page = client.get(URL).content.decode()
    for step in ("ask_return", "ask_extension", "ask_suspension"):
        assert reverse(f"dispatch:{step}", args=[case.number]) in page


def test_what_was_asked_for_is_shown_and_not_asked_again(client, cast):
    case = case_in(Status.HANDLING, cast)
    ask_return(case.pk, actor=cast.handler, reason="不属于我们")
    client.force_login(cast.handler)
    page = client.get(URL).content.decode()
    assert reverse("dispatch:ask_return", args=[case.number]) not in page
    assert reverse("dispatch:feed_back_case", args=[case.number]) in page


def test_an_emergency_and_what_was_asked_for_stand_on_the_card_in_words(client, cast):
    case = case_in(Status.DISPATCHED, cast)
    client.force_login(cast.handler)

    def card():
        page = client.get(URL, headers={"Accept-Language": "en"}).content.decode()
        return page.partition(f'data-errand="{case.number}"')[2].partition("</article>")[0]

    assert "Emergency" not in card()
    assert "button--primary" in card()
    Case.objects.filter(pk=case.pk).update(emergency_at=clock.now())
    ask_return(case.pk, actor=cast.handler, reason="不属于我们")
    assert "Emergency" in card()
    assert "The unit asks to give it back" in card()
    assert "button--primary" not in card()


def test_more_than_fit_on_the_page_follow_without_gap_or_repetition(client, cast, monkeypatch):
    monkeypatch.setattr(parts, "MOST_SHOWN", 2)
    cases = [case_in(Status.HANDLING, cast) for _ in range(5)]
    waiting = case_in(Status.DISPATCHED, cast)
    ask_return(cases[3].pk, actor=cast.handler, reason="不属于我们")
    client.force_login(cast.handler)
    page = client.get(URL)
    assert [row["case"] for row in page.context["new"]] == [waiting]
    found, address = [], URL
    while address:
        context = client.get(address).context
        found += [row["case"] for row in context["in_hand"]]
        address = context["parts"]["in_hand"].older
    assert found == cases
    assert context["new"] == []  # on pages of their own
    assert f'href="{URL}"' in client.get(page.context["parts"]["in_hand"].older).content.decode()


def test_what_is_suspended_goes_on_too(client, cast, monkeypatch):
    monkeypatch.setattr(parts, "MOST_SHOWN", 1)
    cases = [case_in(Status.SUSPENDED, cast) for _ in range(2)]
    client.force_login(cast.handler)
    first = client.get(URL).context["parts"]["suspended"]
    second = client.get(first.older).context["parts"]["suspended"]
    assert [*first.cases, *second.cases] == cases
    assert client.get(second.newer).context["parts"]["suspended"].cases == [cases[0]]


def test_other_units_see_nothing_of_it(client, cast):
    case = case_in(Status.HANDLING, cast)
    for person in (cast.officer, cast.stranger, cast.citizen):
        client.force_login(person)
        assert case.number not in client.get(URL).content.decode()


def test_the_list_costs_the_same_for_one_row_and_for_ten(client, cast):
    client.force_login(cast.handler)
    costs = []
    for more in (1, 9):
        for _ in range(more):
            for status in (Status.DISPATCHED, Status.HANDLING):
                case_in(status, cast, photos=stored(cast.inspector))
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 14
