"""/operations/: calling, reporting in, doing one's part and rating over the API."""

import pytest
from django.urls import reverse

from cases.models import Case
from dispatch.models import Operation
from tests.case_factories import make_case
from tests.cases.api.caller import V1, Caller, codes
from tests.dispatch.operation_factories import ask_joint, blow
from tests.factories import inside

pytestmark = pytest.mark.django_db


def wanted(cast, **fields):
    point = inside(cast.city.grid)
    return {
        "kind": "whistle",
        "caller": cast.city.community_centre.code,
        "title": "夜市占道",
        "point": {"lon": point.x, "lat": point.y},
        "units": [{"unit": cast.city.team.code, "duty": "清扫路面", "leads": True}],
        **fields,
    }


def step(user, operation, name, body=None):
    return Caller(user).post(f"{V1}operations/{operation.pk}/{name}/", body or {}, format="json")


def test_called_reported_in_done_and_rated(cast):
    case = make_case(cast)
    told = Caller(cast.dispatcher).post(f"{V1}operations/", wanted(cast, case=case.number), format="json")
    assert (told.status_code, told.json()["state"], told.json()["case"]) == (201, "called", case.number)
    operation = Operation.objects.get()
    here = {"point": told.json()["point"], "accuracy_m": 12}
    assert step(cast.handler, operation, "report-in", here).json()["units"][0]["reported_in_distance_m"] == 0
    assert step(cast.handler, operation, "feed-back", {"feedback": "已清扫"}).json()["state"] == "done"
    rated = step(cast.dispatcher, operation, "rate", {"unit": cast.city.team.code, "rating": 5})
    assert rated.json()["units"][0]["rating"] == 5


def test_who_is_called_learns_the_cases_number_only_where_the_case_is_open_to_them(cast, client):
    case = make_case(cast)
    operation = blow(cast, case_id=case.pk)

    def numbers(person):
        caller = Caller(person)
        one = caller.get(f"{V1}operations/{operation.pk}/").json()["case"]
        (row,) = caller.get(f"{V1}operations/").json()["results"]
        client.force_login(person)
        page = client.get(reverse("dispatch:operation_detail", args=[operation.pk])).content.decode()
        return one, row["case"], case.number in page

    assert numbers(cast.dispatcher) == (case.number, case.number, True)
    assert numbers(cast.handler) == (None, None, False)
    Case.objects.filter(pk=case.pk).update(joint_unit_ids=[cast.city.team.pk])
    assert numbers(cast.handler) == (case.number, case.number, True)


def test_refusals_have_their_codes(cast):
    operation = blow(cast)
    assert Caller(None).get(f"{V1}operations/").status_code == 401
    assert step(cast.stranger, operation, "report-in").status_code == 404
    assert step(cast.dispatcher, operation, "report-in").status_code == 403
    assert codes(step(cast.handler, operation, "report-in")) == ["reason_missing"]
    assert step(cast.handler, operation, "feed-back", {"feedback": "已清扫"}).status_code == 409
    assert step(cast.dispatcher, operation, "cancel").status_code == 400
    assert (
        step(cast.dispatcher, operation, "rate", {"unit": cast.city.team.code, "rating": 3}).status_code
        == 409
    )
    outside = wanted(cast, point={"lon": 1, "lat": 1})
    assert codes(Caller(cast.dispatcher).post(f"{V1}operations/", outside, format="json")) == ["outside"]
    assert Caller(cast.inspector).post(f"{V1}operations/", wanted(cast), format="json").status_code == 403


def test_the_same_key_calls_once(cast):
    caller = Caller(cast.dispatcher)
    for _ in range(2):
        told = caller.post(
            f"{V1}operations/", wanted(cast), format="json", headers={"Idempotency-Key": "one-whistle"}
        )
        assert told.status_code == 201
    assert Operation.objects.count() == 1


def test_lists_and_decisions(cast):
    operation = ask_joint(cast)
    mine = Caller(cast.supervisor).get(f"{V1}operations/", {"show": "mine"}).json()["results"]
    assert [one["id"] for one in mine] == [operation.pk]
    assert not Caller(cast.handler).get(f"{V1}operations/").json()["results"]
    assert step(cast.supervisor, operation, "decide", {"granted": True}).json()["state"] == "called"
    assert step(cast.officer, operation, "end", {"reason": "改日"}).json()["state"] == "done"
    done = Caller(cast.handler).get(f"{V1}operations/", {"state": "done"}).json()["results"]
    assert [one["id"] for one in done] == [operation.pk]
