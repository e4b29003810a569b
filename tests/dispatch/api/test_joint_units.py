"""Joint units through the API: named at dispatch, called in later, their parts in the case."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db


def send(client, case, step, **body):
    return client.post(
        f"{reverse('api-case', args=[case.number])}{step}/", body, content_type="application/json"
    )


def test_from_dispatch_to_the_last_part(client, cast):
    case = case_in(Status.REGISTERED, cast)
    street, district = cast.city.street_department, cast.city.district_department
    client.force_login(cast.dispatcher)
    sent = send(client, case, "dispatch", joint=[{"unit": street.code, "duty": "封路"}])
    assert sent.status_code == 200, sent.content
    assert [(part["unit"]["code"], part["state"]) for part in sent.json()["parts"]] == [
        (street.code, "called_in")
    ]
    assert send(client, case, "join-unit", unit=street.code, duty="再封").status_code == 400
    assert send(client, case, "join-unit", unit=district.code, duty="清运").status_code == 200
    released = send(client, case, "release-unit", unit=district.code, reason="不用了")
    assert [part["state"] for part in released.json()["parts"]] == ["called_in", "released"]

    client.force_login(cast.officer)
    mine = client.get(reverse("api-case", args=[case.number])).json()["available_actions"]
    assert [each["action"] for each in mine][:2] == ["accept_part", "feed_back_part"]
    assert send(client, case, "accept-part").status_code == 200

    client.force_login(cast.handler)
    send(client, case, "accept")
    refused = send(client, case, "feed-back", note="好了")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "part_open"
    done = send(client, case, "feed-back", note="好了", without={street.code: "夜间再封"})
    assert done.json()["parts"][0]["left_because"] == "夜间再封"


def test_a_dispatch_with_joint_units_keeps_to_the_version_that_was_seen(client, cast):
    case = case_in(Status.REGISTERED, cast)
    street = cast.city.street_department
    client.force_login(cast.dispatcher)
    where = f"{reverse('api-case', args=[case.number])}dispatch/"
    body = {"joint": [{"unit": street.code, "duty": "封路"}]}
    sent = client.post(
        where, body, content_type="application/json", headers={"If-Match": f'"{case.version}"'}
    )
    assert sent.status_code == 200, sent.content


def test_what_is_missing_is_said_and_strangers_find_nothing(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.dispatcher)
    assert send(client, case, "join-unit", unit="nowhere", duty="封路").status_code == 400
    assert send(client, case, "join-unit", unit=cast.city.street_department.code).status_code == 400
    client.force_login(cast.handler)
    assert (
        send(client, case, "join-unit", unit=cast.city.street_department.code, duty="封路").status_code == 403
    )
    client.force_login(cast.stranger)
    assert send(client, case, "accept-part").status_code == 404
