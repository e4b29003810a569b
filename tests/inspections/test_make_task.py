"""Ordering something."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gridgov import clock
from gridgov.errors import NotPermitted
from inspections.models import Skill, Task, TaskKind, TaskState
from inspections.services.tasks import make_task
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db
URL = "/m/board/order/"
SEARCH = f"{URL}objects/"
ENGLISH = {"Accept-Language": "en"}


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


def test_an_object_chosen_gives_the_place(client, cast):
    shop = make_object(cast.city.other_grid)
    client.force_login(cast.grid_leader)
    client.post(URL, form_of(cast, place="", object=shop.code))
    assert (Task.objects.get().object, Task.objects.get().area) == (shop, cast.city.other_grid)


def test_without_place_and_object_it_says_so(client, cast):
    client.force_login(cast.grid_leader)
    response = client.post(URL, form_of(cast, place=""), headers=ENGLISH)
    assert response.status_code == 422
    assert "Choose the place, or an object." in response.content.decode()
    assert "---------" not in response.content.decode()


def found(client, words, **more):
    return [each.code for each in client.get(SEARCH, {"object_words": words, **more}).context["found"]]


def test_objects_are_found_by_name_code_and_address(client, cast):
    shop = make_object(cast.city.grid, name="演示·红星超市", address="平洲一路8号", code="shop-1")
    make_object(cast.city.other_grid, name="演示·理发店", code="shop-2")
    make_object(cast.city.grid, name="演示·红星旧店", state="closed")
    client.force_login(cast.grid_leader)
    for words in ("红星", "平洲一路", "shop-1", "红星 8号"):
        assert found(client, words) == [shop.code]
    assert found(client, "shop") == ["shop-1", "shop-2"]
    assert found(client, "没有这个") == found(client, " ") == []


def test_of_many_only_the_first_are_shown_and_it_says_so(client, cast):
    client.force_login(cast.grid_leader)
    for number in range(9):
        assert (
            "Only the first" in client.get(SEARCH, {"object_words": "红星"}, headers=ENGLISH).content.decode()
        ) is False
        make_object(cast.city.grid, name=f"演示·红星{number}店")
    response = client.get(SEARCH, {"object_words": "红星"}, headers=ENGLISH)
    assert len(response.context["found"]) == 8
    assert "Only the first" in response.content.decode()


def test_only_objects_where_one_may_order_are_found(client, cast):
    make_object(cast.city.grid, code="shop-1")
    client.force_login(cast.inspector)
    assert client.get(SEARCH, {"object_words": "shop"}).status_code == 404
    client.force_login(cast.grid_leader)
    assert found(client, "shop") == ["shop-1"]
    assert found(client, "shop", area=cast.city.other_grid.code) == []
    url = f"{URL}?area={cast.city.other_grid.code}"
    assert client.post(url, form_of(cast, place="", object="shop-1")).status_code == 422


def test_the_search_costs_the_same_for_one_and_for_many(client, cast):
    client.force_login(cast.grid_leader)
    costs = []
    for more in (1, 29):
        for _ in range(more):
            make_object(cast.city.grid, name="演示·红星超市")
        with CaptureQueriesContext(connection) as queries:
            found(client, "红星")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_without_a_script_it_searches_and_keeps_what_was_typed(client, cast):
    shop = make_object(cast.city.grid, name="演示·红星超市")
    client.force_login(cast.grid_leader)
    response = client.post(URL, form_of(cast, search="1", object_words="红星", note="看门口"))
    page = response.content.decode()
    assert response.status_code == 200
    assert f'value="{shop.code}"' in page
    assert "看门口" in page
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("now", "due", "said"),
    [
        ("2026-11-19T10:00", "2026-11-19T17:30", "Thursday, 11-19, 17:30"),
        ("2026-11-19T15:00", "2026-11-20T12:00", "Friday, 11-20, 12:00"),
        ("2026-11-20T21:15", "2026-11-23T12:00", "Monday, 11-23, 12:00"),
    ],
)
def test_the_end_of_the_next_working_period_is_proposed_in_words(client, cast, now, due, said):
    client.force_login(cast.grid_leader)
    with clock.at(datetime.fromisoformat(f"{now}:00+08:00")):
        page = client.get(URL, headers=ENGLISH).content.decode()
    assert f'value="{due}"' in page
    assert said in page


def test_strangers_find_no_form(client, cast):
    client.force_login(cast.inspector)
    assert client.get(URL).status_code == 404
    client.force_login(cast.grid_leader)
    assert client.get(f"{URL}?area={cast.city.street.code}").status_code == 404
