"""Deciding on proposed changes by API, as on the page: who may, what it answers, and who was quicker."""

import pytest
from rest_framework.test import APIClient

from grids.models import ChangeKind, ProposedChange, RegistryChange
from grids.services.registry import change_object
from tests.grids.test_propose_change import propose, shop, told  # noqa: F401 - a fixture
from tests.pages import count_queries
from tests.racing import race
from tests.registry_factories import make_object

API = "/api/v1/registry/proposals/"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def step(user, proposal: ProposedChange, name: str, **body):
    return client_of(user).post(f"{API}{proposal.pk}/{name}/", body, format="json")


@pytest.fixture
def proposal(cast, shop) -> ProposedChange:  # noqa: F811
    return propose(cast, shop, values={"name": "演示茶店"})


def test_what_waits_is_read_and_accepted(cast, proposal, shop):  # noqa: F811
    rows = client_of(cast.operator).get(API).json()["results"]
    assert [(row["id"], row["state"]) for row in rows] == [(proposal.pk, "waiting")]
    seen = client_of(cast.operator).get(f"{API}{proposal.pk}/").json()
    assert (seen["object"], seen["values"]) == ("S-1", {"name": "演示茶店"})
    assert seen["available_actions"] == ["accept", "refuse"]
    assert (seen["object_version"], seen["changed_meanwhile"]) == (1, False)
    answer = step(cast.operator, proposal, "accept")
    assert (answer.status_code, answer.json()["state"], answer.json()["available_actions"]) == (
        200,
        "accepted",
        [],
    )
    shop.refresh_from_db()
    assert shop.name == "演示茶店"
    assert client_of(cast.operator).get(API).json()["results"] == []
    decided = client_of(cast.operator).get(API, {"show": "decided"}).json()["results"]
    assert [row["id"] for row in decided] == [proposal.pk]


def test_a_refusal_needs_its_reason_and_is_told(cast, proposal):
    for reason in ({}, {"reason": " "}):
        answer = step(cast.operator, proposal, "refuse", **reason)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "reason")
    answer = step(cast.operator, proposal, "refuse", reason="招牌没有换")
    assert (answer.json()["state"], answer.json()["reason"]) == ("refused", "招牌没有换")
    assert told("proposal_refused") == {"inspector"}


def test_whoever_proposed_it_withdraws_it_and_nobody_else(cast, proposal):
    seen = client_of(cast.inspector).get(f"{API}{proposal.pk}/").json()
    assert seen["available_actions"] == ["withdraw"]
    for person, status in ((cast.operator, 403), (cast.stranger, 404)):
        assert step(person, proposal, "withdraw").status_code == status
    answer = step(cast.inspector, proposal, "withdraw")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert not told("proposal_withdrawn")
    for name, body in (("accept", {}), ("refuse", {"reason": "不对"})):
        late = step(cast.operator, proposal, name, **body)
        assert (late.status_code, late.json()["errors"][0]["code"]) == (409, "proposal_decided")
    assert not RegistryChange.objects.filter(proposal=proposal).exists()


def test_whoever_may_not_decide_changes_nothing(cast, proposal):
    for person, status in ((cast.inspector, 403), (cast.stranger, 404), (cast.officer, 404)):
        assert step(person, proposal, "accept").status_code == status
        assert step(person, proposal, "refuse", reason="不对").status_code == status
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert client_of(cast.stranger).get(f"{API}{proposal.pk}/").status_code == 404
    for person in (cast.stranger, cast.officer):
        assert client_of(person).get(API).json()["results"] == []


def test_what_was_changed_meanwhile_is_accepted_only_as_seen(cast, proposal, shop):  # noqa: F811
    change_object(shop.pk, actor=None, name="演示面店")
    answer = step(cast.operator, proposal, "accept")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "object_moved_on")
    seen = client_of(cast.operator).get(f"{API}{proposal.pk}/").json()
    assert seen["changed_meanwhile"] is True
    answer = step(cast.operator, proposal, "accept", seen_version=seen["object_version"])
    assert answer.json()["state"] == "accepted"


def test_once_per_key_and_only_known_lists(cast, proposal):
    api = client_of(cast.operator)
    first, again = (
        api.post(f"{API}{proposal.pk}/accept/", {}, headers={"Idempotency-Key": "a-1"}, format="json")
        for _time in range(2)
    )
    assert (first.status_code, again.json()) == (200, first.json())
    assert api.get(API, {"show": "all"}).status_code == 400
    assert api.get(f"{API}999999/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_thirty(client, cast, proposal):
    client.force_login(cast.operator)
    one = count_queries(client, API)
    for _n in range(29):
        propose(cast, make_object(cast.city.grid), ChangeKind.CLOSED)
    assert count_queries(client, API) == one <= 6


@pytest.mark.django_db(transaction=True)
def test_of_three_who_decide_at_once_one_wins_and_the_others_are_told(cast, shop):  # noqa: F811
    proposal = propose(cast, shop, values={"name": "演示茶店"})
    answers = race(
        lambda: step(cast.operator, proposal, "accept"),
        lambda: step(cast.dispatcher, proposal, "refuse", reason="不对"),
        lambda: step(cast.inspector, proposal, "withdraw"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    proposal.refresh_from_db()
    written = RegistryChange.objects.filter(proposal=proposal).exists()
    assert written == (proposal.state == "accepted")


def test_the_page_withdraws_too(client, cast, proposal):
    client.force_login(cast.operator)
    assert client.post(f"/registry/proposals/{proposal.pk}/withdraw/").status_code == 403
    client.force_login(cast.inspector)
    page = f"/registry/proposals/{proposal.pk}/"
    assert f"{page}withdraw/" in client.get(page).content.decode()
    assert client.post(f"{page}withdraw/").url == page
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert f"{page}withdraw/" not in client.get(page).content.decode()
    assert client.post(f"{page}withdraw/").status_code == 409
