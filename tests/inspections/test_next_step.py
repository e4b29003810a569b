"""From a notice straight to the work."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from gridgov.models import Notice
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db


def led_to(client, person, case):
    client.force_login(person)
    response = client.get(reverse("inspections:next_step", args=[case.number]))
    return response.headers.get("Location", response.status_code)


@pytest.mark.parametrize(
    ("status", "who", "verb"),
    [
        (Status.HANDLED, "grid_leader", "verify"),
        (Status.CHECKING, "inspector", "answer-check"),
        (Status.HANDLING, "handler", "feed-back"),
    ],
)
def test_whoever_must_move_lands_on_the_step_itself(client, cast, status, who, verb):
    case = case_in(status, cast)
    assert led_to(client, getattr(cast, who), case) == f"/cases/{case.number}/{verb}/"


def test_after_accepting_the_camera_comes_next(client, cast):
    case = case_in(Status.DISPATCHED, cast)
    way = led_to(client, cast.handler, case)
    assert way == f"/cases/{case.number}/accept/?next=/m/next/{case.number}/"
    response = client.post(f"/cases/{case.number}/accept/", {"next": f"/m/next/{case.number}/"})
    assert client.get(response.url).url == f"/cases/{case.number}/feed-back/"


def test_everybody_else_and_an_old_notice_lead_to_the_case(client, cast):
    handled, closed = case_in(Status.HANDLED, cast), case_in(Status.CLOSED, cast)
    for person, case in ((cast.handler, handled), (cast.supervisor, handled), (cast.grid_leader, closed)):
        assert led_to(client, person, case) == f"/cases/{case.number}/"


def test_a_stranger_is_led_nowhere(client, cast):
    assert led_to(client, cast.stranger, case_in(Status.HANDLED, cast)) == 404


def test_notices_of_cases_lead_here(cast):
    case = case_in(Status.HANDLED, cast)
    notice = Notice.objects.filter(recipient=cast.grid_leader, event="case_feed_back").get()
    assert notice.url == reverse("inspections:next_step", args=[case.number])


def test_a_case_that_is_no_longer_theirs_is_told_kindly_with_the_ways_on_and_no_word_of_it(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.stranger)
    response = client.get(
        reverse("inspections:next_step", args=[case.number]), headers={"Accept-Language": "en"}
    )
    html = response.content.decode()
    assert response.status_code == 404
    assert "This case is no longer with you" in html
    assert reverse("gridgov:notices") in html
    assert reverse("gridgov:me") in html
    for word in (case.case_class.name, case.address, case.description):
        assert word not in html
