"""Verifying a handled case: before and after side by side, a photo, and the verdict."""

import pytest
from django.urls import reverse

from cases.models import PhotoKind
from cases.workflow import Status
from dispatch.services import feed_back_case
from tests.case_factories import case_in, jpeg, stored

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("cases:verify_case", args=[case.number])


def test_the_page_shows_what_was_wrong(client, cast):
    case = case_in(Status.HANDLED, cast, photos=stored(cast.inspector))
    client.force_login(cast.grid_leader)
    response = client.get(address(case))
    assert response.status_code == 200
    assert [photo.kind for photo in response.context["photos"]] == ["before"]


def test_solved_with_a_photo_closes_it(client, cast):
    case = case_in(Status.HANDLED, cast)
    client.force_login(cast.grid_leader)
    client.post(address(case), {"passed": "yes", "photos": [jpeg()]})
    case.refresh_from_db()
    assert case.status == Status.CLOSED
    assert case.photos.get().kind == PhotoKind.VERIFICATION


def test_not_solved_goes_back_to_the_unit_with_the_reason(client, cast):
    case = case_in(Status.HANDLED, cast)
    client.force_login(cast.grid_leader)
    client.post(address(case), {"passed": "no", "note": "灯仍不亮"})
    case.refresh_from_db()
    assert (case.status, case.unit) == (Status.HANDLING, cast.city.team)


@pytest.mark.parametrize("sent", [{"passed": "yes"}, {"passed": "no"}, {"note": "看过"}])
def test_what_is_missing_is_asked_for(client, cast, sent):
    case = case_in(Status.HANDLED, cast)
    client.force_login(cast.grid_leader)
    response = client.post(address(case), sent)
    case.refresh_from_db()
    assert (response.status_code, case.status) == (422, Status.HANDLED)
    assert response.context["form"].errors


def test_the_handling_side_does_not_verify(client, cast):
    case = case_in(Status.HANDLED, cast)
    for person, status in ((cast.handler, 403), (cast.operator, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(address(case), {"passed": "yes", "photos": [jpeg()]}).status_code == status


def test_the_page_says_when_it_is_solved_and_what_the_unit_says(client, cast):
    cast.city.condition.closing_text = "灯具正常发光"
    cast.city.condition.save()
    case = case_in(Status.HANDLING, cast)
    feed_back_case(case.pk, actor=cast.handler, note="已换灯泡")
    client.force_login(cast.grid_leader)
    html = client.get(address(case), headers={"Accept-Language": "en"}).content.decode()
    assert "Solved when: 灯具正常发光" in html
    assert "已换灯泡" in html


def test_an_old_link_says_how_the_case_stands_and_leads_to_it(client, cast):
    case = case_in(Status.CLOSED, cast)
    client.force_login(cast.grid_leader)
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get(address(case), headers={"Accept-Language": "en", **headers})
        html = response.content.decode()
        assert response.status_code == 409
        assert "This step is no longer needed" in html
        assert "The case is now: closed" in html
        assert f'href="{reverse("cases:case_detail", args=[case.number])}"' in html
        assert "since you opened the page" not in html
    # Whoever sends it is told that things have moved on.
    response = client.post(address(case), {"passed": "yes", "note": "好"}, headers={"Accept-Language": "en"})
    assert "since you opened the page" in response.content.decode()
