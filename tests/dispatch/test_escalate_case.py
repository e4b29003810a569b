"""Handing a case up a level by hand, and letting a suspended one go on."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from tests.case_factories import case_in, make_case

pytestmark = pytest.mark.django_db


def address(step, case):
    return reverse(f"dispatch:{step}", args=[case.number])


def test_a_reason_moves_it_up(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    assert str(cast.city.street_centre.name) in client.get(address("escalate_case", case)).content.decode()
    client.post(address("escalate_case", case), {"reason": "需街道协调"})
    case.refresh_from_db()
    assert (case.holder, case.status) == (cast.city.street_centre, Status.REPORTED)


def test_without_a_reason_it_stays(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    assert client.post(address("escalate_case", case), {"reason": ""}).status_code == 422


def test_at_the_top_there_is_no_way_up(client, cast):
    case = make_case(cast, point=None)
    client.force_login(cast.supervisor)
    assert client.get(address("escalate_case", case)).status_code == 409


def test_a_supervisor_resumes_a_suspended_case(client, cast):
    case = case_in(Status.SUSPENDED, cast)
    client.force_login(cast.supervisor)
    assert client.get(address("resume_case", case)).status_code == 200
    client.post(address("resume_case", case), {})
    case.refresh_from_db()
    assert case.status == Status.HANDLING
    assert case.stage_due_at is not None


def test_others_may_not(client, cast):
    case, suspended = make_case(cast), case_in(Status.SUSPENDED, cast)
    client.force_login(cast.inspector)
    assert client.get(address("escalate_case", case)).status_code == 403
    client.force_login(cast.handler)
    assert client.get(address("resume_case", suspended)).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(address("escalate_case", case)).status_code == 404
