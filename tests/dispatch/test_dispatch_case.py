"""Dispatching: the unit the responsibilities name, or another; recalling."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from dispatch.models import Responsibility
from dispatch.services import ask_return, decide_request
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def address(case, step="dispatch_case"):
    return reverse(f"dispatch:{step}", args=[case.number])


def test_the_unit_that_answers_is_proposed_with_the_reason_and_its_people(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.dispatcher)
    response = client.get(address(case), headers=ENGLISH)
    first, *others = response.context["candidates"]
    assert first.unit == cast.city.team
    assert first.why == f"answers for every class in {cast.city.community}"
    assert [post.user for post in first.people] == [cast.handler]
    assert {other.unit for other in others} == {cast.city.street_department, cast.city.district_department}
    assert f'value="{cast.city.team.pk}" checked' in response.content.decode()


def test_it_goes_to_the_chosen_unit(client, cast):
    for unit in (cast.city.team, cast.city.street_department):
        case = case_in(Status.REGISTERED, cast)
        client.force_login(cast.dispatcher)
        client.post(address(case), {"unit": unit.pk, "note": "请先联系物业"})
        case.refresh_from_db()
        assert (case.status, case.unit) == (Status.DISPATCHED, unit)
        assert case.events.last().note == "请先联系物业"


def test_without_a_responsibility_one_chooses(client, cast):
    Responsibility.objects.all().delete()
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.dispatcher)
    html = client.get(address(case), headers=ENGLISH).content.decode()
    assert "No responsibility names a unit" in html
    response = client.post(address(case), {"note": "哪个单位？"})
    assert response.status_code == 422
    assert "哪个单位？" in response.content.decode()


def test_a_unit_that_has_just_returned_it_is_not_offered(client, cast):
    case = case_in(Status.HANDLING, cast)
    ask_return(case.pk, actor=cast.handler, reason="不归我们")
    decide_request(case.pk, actor=cast.dispatcher, granted=True)
    client.force_login(cast.dispatcher)
    response = client.get(address(case))
    assert f'value="{cast.city.team.pk}" disabled' in response.content.decode()
    assert client.post(address(case), {"unit": cast.city.team.pk}).status_code == 422


def test_a_command_centre_or_a_unit_elsewhere_is_no_choice(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.dispatcher)
    assert client.post(address(case), {"unit": cast.city.street_centre.pk}).status_code == 422


def test_a_reason_recalls_it(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.dispatcher)
    assert client.get(address(case, "recall_case")).status_code == 200
    assert client.post(address(case, "recall_case"), {"reason": " "}).status_code == 422
    client.post(address(case, "recall_case"), {"reason": "派错单位"})
    case.refresh_from_db()
    assert (case.status, case.unit) == (Status.REGISTERED, None)


def test_others_may_not(client, cast):
    registered, handling = case_in(Status.REGISTERED, cast), case_in(Status.HANDLING, cast)
    for person, status in ((cast.operator, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.get(address(registered)).status_code == status
        assert client.get(address(handling, "recall_case")).status_code == status
