"""Accepting what was dispatched to one's unit."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("dispatch:accept_case", args=[case.number])


def test_one_press_in_the_list_accepts_and_leads_back_to_the_list(client, cast):
    case = case_in(Status.DISPATCHED, cast)
    client.force_login(cast.handler)
    assert address(case) in client.get("/m/handling/").content.decode()
    response = client.post(address(case), {"next": "/m/handling/"})
    case.refresh_from_db()
    assert response.url == "/m/handling/"
    assert case.status == Status.HANDLING
    assert case.stage_due_at > case.stage_started_at


def test_a_page_elsewhere_is_not_led_to(client, cast):
    case = case_in(Status.DISPATCHED, cast)
    client.force_login(cast.handler)
    response = client.post(address(case), {"next": "https://elsewhere.example/"})
    assert response.url == reverse("cases:case_detail", args=[case.number])


def test_the_page_of_the_step_asks_once_more_for_whoever_came_by_a_link(client, cast):
    case = case_in(Status.DISPATCHED, cast)
    client.force_login(cast.handler)
    assert case.number in client.get(address(case)).content.decode()


def test_other_units_do_not_accept_it(client, cast):
    case = case_in(Status.DISPATCHED, cast)
    client.force_login(cast.officer)
    assert client.post(address(case)).status_code == 404
    client.force_login(cast.dispatcher)
    assert client.post(address(case)).status_code == 403


def test_accepted_twice_says_that_things_have_moved_on(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    assert client.post(address(case)).status_code == 409
