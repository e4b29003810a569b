"""Refusing a report."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from tests.case_factories import make_case

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("cases:refuse_case", args=[case.number])


def test_a_reason_refuses_it(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    assert client.get(address(case)).status_code == 200
    client.post(address(case), {"reason": "属小区物业"})
    case.refresh_from_db()
    assert case.status == Status.REFUSED
    assert case.events.last().note == "属小区物业"


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_happens(client, cast, reason):
    case = make_case(cast)
    client.force_login(cast.operator)
    response = client.post(address(case), {"reason": reason})
    case.refresh_from_db()
    assert (response.status_code, case.status) == (422, Status.REPORTED)


def test_others_may_not(client, cast):
    case = make_case(cast)
    for person, status in ((cast.dispatcher, 403), (cast.supervisor, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(address(case), {"reason": "不是我们的"}).status_code == status
