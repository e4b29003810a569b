"""Every role at every door of going out and of the registry: open exactly to whom it should be; strangers get 404."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from gridgov import clock
from grids.models import Resident, Role
from inspections.models import ChecklistItem
from tests.factories import make_post, make_user
from tests.inspection_factories import make_checklist, make_task, make_visit
from tests.registry_factories import make_object, make_type

WHO = (
    "inspector", "grid_leader", "volunteer", "operator", "dispatcher", "handler", "officer", "supervisor", "leader",
    "administrator", "citizen", "stranger",
)  # fmt: skip
FIELD = {"inspector", "grid_leader"}
HERE = {
    "inspector", "grid_leader", "volunteer", "operator", "dispatcher", "handler", "officer", "supervisor", "leader",
    "administrator",
}  # fmt: skip
EVERYBODY = set(WHO)
VISITS = {*FIELD, "handler", "officer"}
LEADS = {"grid_leader", "supervisor"}

DOORS = {
    "/registry/": EVERYBODY,
    "/registry/SHOP-1/": HERE,
    "/registry/SHOP-1/history/": HERE,
    "/registry/SHOP-1/propose/": HERE - {"administrator"},
    "/registry/HOME-1/": FIELD | {"administrator"},
    "/registry/import/": {"administrator"},
    "/visits/{visit}/": HERE,
    "/m/visit/": VISITS,
    "/m/visits/": VISITS,
    "/m/object/": VISITS,
    "/m/board/": LEADS,
    "/checklists/": EVERYBODY,
    "/api/v1/registry/objects/SHOP-1/": HERE,
    "/api/v1/registry/objects/HOME-1/": FIELD | {"administrator"},
    "/api/v1/visits/{visit}/": HERE,
    "/api/v1/tasks/{task}/": HERE - {"volunteer", "handler", "officer"},
    "/api/v1/tasks/{home_task}/": FIELD | {"administrator"},
    "/registry/looks/": {"supervisor"},
    "/api/v1/day/": EVERYBODY,
}


@pytest.fixture
def people(cast):
    """One person for each of `WHO`, by name."""
    volunteer = make_user("volunteer")
    make_post(volunteer, Role.VOLUNTEER, cast.city.community_centre, area=cast.city.grid)
    administrator = make_user("administrator", is_staff=True, is_superuser=True)
    return {
        who: {"volunteer": volunteer, "administrator": administrator}.get(who) or getattr(cast, who)
        for who in WHO
    }


@pytest.fixture
def world(cast):
    """A shop with a visit and a task, and the home of somebody in need."""
    shop = make_object(cast.city.grid, make_type(), code="SHOP-1")
    home = make_object(cast.city.grid, make_type("aided_home", "dwelling", is_private=True), code="HOME-1")
    make_checklist([shop.type], [{"photo_required": False}], department=cast.city.district_department)
    return {
        "visit": make_visit(cast.inspector, shop).pk,
        "task": make_task(cast.city.grid, object=shop).pk,
        "home_task": make_task(cast.city.grid, object=home).pk,
    }


def as_person(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_open_exactly_to_whom_it_should_be(people, world, door):
    address = door.format(**world)
    seen = {who: as_person(user).get(address).status_code for who, user in people.items()}
    assert {who for who, status in seen.items() if status == 200} == DOORS[door]
    shut = {who: status for who, status in seen.items() if status != 200}
    assert set(shut.values()) <= {403, 404}
    if DOORS[door] != {"administrator"}:  # a tool that everybody may know of, and no record
        assert all(shut.get(who, 404) == 404 for who in ("stranger", "citizen")), shut


def test_only_those_who_call_at_objects_send_visits(people, world):
    sent = {}
    for who, user in people.items():
        now = clock.now()
        body = {
            "client_uuid": str(uuid4()),
            "object": "SHOP-1",
            "started_at": (now - timedelta(minutes=5)).isoformat(),
            "finished_at": now.isoformat(),
            "answers": [{"item": ChecklistItem.objects.get().pk, "result": "normal"}],
        }
        sent[who] = as_person(user).post("/api/v1/visits/", body, "application/json").status_code
    assert {who for who, status in sent.items() if status == 201} == VISITS
    assert {sent[who] for who in ("stranger", "citizen")} <= {400, 403, 404}


def test_a_residents_record_is_looked_at_only_by_those_who_serve_the_place(people, world, cast):
    home = make_object(cast.city.grid, make_type("home", "dwelling"), code="HOME-2")
    resident = Resident.objects.create(
        dwelling=home, district=home.district, name="演示住户甲", service="elder", since=clock.today()
    )
    seen = {}
    for who, user in people.items():
        page = as_person(user).get(f"/registry/{home.code}/")
        seen[who] = page.status_code == 200 and resident.masked_name in page.content.decode()
        assert resident.name not in page.content.decode()
    assert {who for who, does in seen.items() if does} == FIELD
