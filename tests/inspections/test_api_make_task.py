"""POST tasks/: ordering something over the API."""

from datetime import timedelta

import pytest

from gridgov import clock
from inspections.models import Task, TaskKind, TaskState
from tests.cases.api.caller import V1, Caller, codes
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db
TASKS = f"{V1}tasks/"


def order(cast, **fields):
    due_at = (clock.now() + timedelta(hours=3)).isoformat()
    return {"title": "看看河涌", "area": cast.city.grid.code, "due_at": due_at, **fields}


def test_who_leads_there_orders_it_from_somebody(cast):
    answer = Caller(cast.grid_leader).post(TASKS, order(cast, assignee="inspector"))
    assert answer.status_code == 201
    task = Task.objects.get()
    assert (task.kind, task.state, task.assignee) == (TaskKind.ORDER, TaskState.ASSIGNED, cast.inspector)
    assert answer["Location"] == f"{TASKS}{task.pk}/"
    assert answer.json()["assignee"] == str(cast.inspector)


def test_an_object_says_where(cast):
    shop = make_object(cast.city.other_grid, code="SHOP-1")
    sent = order(cast, object="SHOP-1")
    del sent["area"]
    assert Caller(cast.grid_leader).post(TASKS, sent).status_code == 201
    assert (Task.objects.get().object, Task.objects.get().area) == (shop, cast.city.other_grid)


def test_the_same_key_orders_once(cast):
    sent = order(cast)
    caller = Caller(cast.grid_leader)
    answers = [caller.post(TASKS, sent, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Task.objects.count() == 1


@pytest.mark.parametrize("who", ["inspector", "operator", "leader", "handler", "stranger", "citizen"])
def test_others_may_not(cast, who):
    assert Caller(getattr(cast, who)).post(TASKS, order(cast)).status_code == 403
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"object": "NOBODYS"},
        {"area": "0"},
        {"due_at": "2020-01-01T00:00:00+08:00"},
        {"assignee": "operator"},
    ],
)
def test_what_does_not_fit_is_named(cast, fields):
    answer = Caller(cast.grid_leader).post(TASKS, order(cast, **fields))
    assert answer.status_code == 400
    assert len(codes(answer)) == 1
    assert not Task.objects.exists()


def test_it_needs_a_place(cast):
    sent = order(cast)
    del sent["area"]
    answer = Caller(cast.grid_leader).post(TASKS, sent)
    assert [error["attr"] for error in answer.json()["errors"]] == ["area"]


@pytest.mark.parametrize("state", ["closed", "removed"])
def test_nobody_is_sent_to_what_is_gone(cast, state):
    make_object(cast.city.grid, code="SHOP-1", state=state)
    answer = Caller(cast.grid_leader).post(TASKS, order(cast, object="SHOP-1"))
    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [("object", "unknown")]
    assert not Task.objects.exists()
