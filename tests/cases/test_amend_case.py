"""Correcting a case before it is registered."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.factories import inside

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("cases:amend_case", args=[case.number])


def as_it_is(case, **changed):
    """What the form sends when nothing but `changed` was touched."""
    return {
        "longitude": round(case.point.x, 6),
        "latitude": round(case.point.y, 6),
        "address": case.address,
        "description": case.description,
        "case_class": case.case_class_id,
        **changed,
    }


def test_the_form_holds_what_was_reported(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    html = client.get(address(case)).content.decode()
    for words in (case.address, case.description, f'value="{round(case.point.x, 6)}"'):
        assert words in html


def test_a_new_place_goes_to_its_grid_and_the_clock_does_not_move(client, cast):
    case = make_case(cast)
    due = case.stage_due_at
    place = inside(cast.city.other_grid)
    client.force_login(cast.operator)
    client.post(address(case), as_it_is(case, longitude=place.x, latitude=place.y))
    case.refresh_from_db()
    assert (case.grid, case.stage_due_at) == (cast.city.other_grid, due)
    assert case.events.last().data == {"changed": ["point"]} or "point" in case.events.last().data["changed"]


def test_only_what_differs_is_changed(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    client.post(address(case), as_it_is(case, address="桂澜路 2 号"))
    case.refresh_from_db()
    assert case.address == "桂澜路 2 号"
    assert case.events.last().data["changed"] == ["address"]


def test_the_class_is_corrected_too(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    client.post(address(case), as_it_is(case, case_class=cast.city.other_class.pk))
    case.refresh_from_db()
    assert case.case_class == cast.city.other_class


def test_nothing_different_is_said_and_kept(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    response = client.post(address(case), as_it_is(case))
    case.refresh_from_db()
    assert (response.status_code, case.version) == (422, 1)


def test_others_may_not_and_after_registration_it_is_too_late_for_words(client, cast):
    case = make_case(cast)
    for person, status in ((cast.inspector, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(address(case), as_it_is(case, address="别处")).status_code == status
    client.force_login(cast.operator)
    registered = case_in(Status.REGISTERED, cast)
    assert client.post(address(registered), as_it_is(registered, address="别处")).status_code == 422
    registered.refresh_from_db()
    assert registered.address != "别处"
    closed = case_in(Status.CLOSED, cast)
    assert client.post(address(closed), as_it_is(closed)).status_code == 409
