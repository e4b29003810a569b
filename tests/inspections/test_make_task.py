"""Ordering something."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from gridgov import clock
from gridgov.errors import NotPermitted
from inspections.models import Skill, Task, TaskKind, TaskState
from inspections.services.tasks import make_task
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db
URL = "/m/board/order/"


def ordered(cast, **fields):
    defaults = {"title": "看看河涌", "area": cast.city.grid, "due_at": clock.now() + timedelta(hours=3)}
    return make_task(**{"actor": cast.grid_leader, **defaults, **fields})


def test_an_order_is_open_to_be_grabbed_unless_somebody_is_named(cast):
    assert ordered(cast).state == TaskState.OPEN
    task = ordered(cast, assignee=cast.inspector)
    assert (task.state, task.kind, task.begin_by) == (TaskState.ASSIGNED, TaskKind.ORDER, None)
    assert cast.inspector.notices.get().event == "task_assigned"


def test_something_urgent_and_open_is_told_to_all_who_walk_there(cast):
    ordered(cast, is_urgent=True)
    assert cast.inspector.notices.get().urgent
    assert not cast.handler.notices.exists()


@pytest.mark.parametrize("who", ["inspector", "operator", "leader", "handler", "stranger", "citizen"])
def test_only_who_leads_there_orders(cast, who):
    with pytest.raises(NotPermitted):
        ordered(cast, actor=getattr(cast, who))


def test_an_object_gives_the_task_its_place(cast):
    shop = make_object(cast.city.other_grid)
    assert ordered(cast, area=cast.city.community, object=shop).area == cast.city.other_grid
    with pytest.raises(ValidationError):
        ordered(cast, area=cast.city.grid, object=shop)


def test_it_must_lie_ahead(cast):
    with pytest.raises(ValidationError):
        ordered(cast, due_at=clock.now() - timedelta(minutes=1))


def test_nobody_gets_what_they_may_not_have(cast):
    for fields in ({"assignee": cast.operator}, {"assignee": cast.inspector, "area": cast.city.other_grid}):
        with pytest.raises(ValidationError):
            ordered(cast, **fields)
    with pytest.raises(ValidationError):
        ordered(cast, assignee=cast.inspector, skill=Skill.objects.create(name="燃气"))
    assert not Task.objects.exists()


def form_of(cast, **fields):
    due_at = timezone.localtime(clock.now() + timedelta(hours=3))
    return {"title": "看看河涌", "place": cast.city.grid.pk, "due_at": f"{due_at:%Y-%m-%dT%H:%M}", **fields}


def test_the_page_orders_and_leads_back_to_the_board(client, cast):
    client.force_login(cast.grid_leader)
    response = client.post(URL, form_of(cast, assignee=cast.inspector.pk))
    assert response.url == f"/m/board/?area={cast.city.community.code}"
    assert Task.objects.get().assignee == cast.inspector


def test_what_is_wrong_stands_on_the_form_with_what_was_typed(client, cast):
    client.force_login(cast.grid_leader)
    for wrong in ({"title": ""}, {"object": "没有"}, {"due_at": "2020-01-01T10:00"}):
        response = client.post(URL, form_of(cast, note="别忘了桥下", **wrong))
        assert response.status_code == 422
        assert "别忘了桥下" in response.content.decode()
    assert not Task.objects.exists()


def test_strangers_find_no_form(client, cast):
    client.force_login(cast.inspector)
    assert client.get(URL).status_code == 404
    client.force_login(cast.grid_leader)
    assert client.get(f"{URL}?area={cast.city.street.code}").status_code == 404
