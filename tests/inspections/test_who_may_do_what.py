"""Every role at every write of going out and of the registry, by page and by API: what the policy says, and no more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.utils.timezone import localtime

from gridgov import clock
from grids.models import (
    ChangeKind,
    DepartmentForm,
    FeedRun,
    GridObject,
    ProposalState,
    ProposedChange,
    RegistryImport,
    Resident,
    ResidentLook,
)
from grids.services.proposals import accept_proposal, propose_change, refuse_proposal, withdraw_proposal
from grids.services.registry_import import begin_import, work_on_import
from inspections.models import ChecklistItem, DiaryEntry, Duty, Task, TrackSegment, Visit
from inspections.services.diary import write_entry
from inspections.services.duty import go_on_duty
from tests.factories import inside
from tests.inspection_factories import make_checklist, make_task
from tests.inspections.test_who_may_go_where import FIELD, HERE, LEADS, VISITS, as_person, people  # noqa: F401
from tests.registry_factories import make_object, make_type

# The centre of the place decides on what is proposed for it, administrators everywhere.
DECIDES = {"operator", "dispatcher", "administrator"}
# Whoever works in the place may propose; an administrator without a post there changes it at once instead.
PROPOSES = HERE - {"administrator"}

# The policy. Tasks lie in the first grid, and the inspector has them in hand; all else is the inspector's too.
MAY: dict[str, set[str]] = {
    "grab an open task": FIELD,
    "begin a task": {"inspector"},
    "put a task back": {"inspector"} | LEADS,
    "finish a patrol": {"inspector"},
    "give a task to somebody": LEADS,
    "cancel a task": LEADS,
    "order a task": LEADS,
    "send a visit": VISITS,
    "go on duty": FIELD - {"inspector"},  # who is on duty stays so
    "go off duty": {"inspector"},
    "send a stretch of the way": {"inspector"},  # who is on duty
    "write in the diary": FIELD,
    "rate a page of the diary": LEADS,
    "propose a change": PROPOSES,
    "propose something new": PROPOSES,
    "accept a proposal": DECIDES,
    "refuse a proposal": DECIDES,
    "withdraw a proposal": {"inspector"},
    "deliver a department's records": {"officer", "administrator"},
    "bring objects from a file": {"administrator"},
    "bring licences from a file": {"administrator"},
    "take an import over": {"administrator"},
    "throw an import away": {"administrator"},
    "look at a resident's record": FIELD,
}


# What one may ask for though there is nothing to do: one is on duty already, or not at all.
NOTHING_TO_DO = ("go on duty", "go off duty", "send a stretch of the way")


@dataclass(frozen=True)
class Deed:
    """How one asks for a write by page and by API; "" where there is no such way. Addresses are filled from the world."""

    page: str = ""
    form: Callable[[Any], dict[str, Any]] = lambda world: {}
    api: str = ""
    body: Callable[[Any], dict[str, Any]] = lambda world: {}


def step(verb: str, task: str = "task", /, form=lambda world: {}, body=None) -> Deed:
    return Deed(f"/m/tasks/{{{task}}}/{verb}/", form, f"/api/v1/tasks/{{{task}}}/{verb}/", body or form)


def decision(verb: str, fields: dict[str, Any] | None = None) -> Deed:
    path = f"registry/proposals/{{proposal}}/{verb}/"
    return Deed(f"/{path}", lambda world: fields or {}, f"/api/v1/{path}", lambda world: fields or {})


def table(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("rows.csv", "\n".join(lines).encode())


def visit_of(world: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "client_uuid": str(uuid4()),
        "object": "SHOP-1",
        "started_at": (now - timedelta(minutes=5)).isoformat(),
        "finished_at": now.isoformat(),
        "answers": [{"item": ChecklistItem.objects.get().pk, "result": "normal"}],
    }


def stretch_of(world: Any) -> dict[str, Any]:
    at = clock.now().timestamp()
    points = [[world.point.x, world.point.y + step * 2e-4, at - 60 + step, 5] for step in range(3)]
    return {"client_uuid": str(uuid4()), "points": points}


def tomorrow() -> str:
    return (localtime(clock.now()) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


DEEDS: dict[str, Deed] = {
    "grab an open task": step("grab", "open_task"),
    "begin a task": step("begin"),
    "put a task back": step("put-back"),
    "finish a patrol": step("finish", "patrol"),
    "give a task to somebody": step(
        "assign",
        "task",
        lambda world: {"assignee": world.leader.pk},
        lambda world: {"assignee": world.leader.username},
    ),
    "cancel a task": step("cancel", "task", lambda world: {"reason": "不需要了"}),
    "order a task": Deed(
        "/m/board/order/", lambda world: {"title": "看一看", "place": world.grid.pk, "due_at": tomorrow()}
    ),
    "send a visit": Deed(api="/api/v1/visits/", body=visit_of),
    "go on duty": Deed("/m/duty/on/", api="/api/v1/duty/", body=lambda world: {"on": True}),
    "go off duty": Deed("/m/duty/off/", api="/api/v1/duty/", body=lambda world: {"on": False}),
    "send a stretch of the way": Deed(api="/api/v1/duty/track/", body=stretch_of),
    "write in the diary": Deed(
        "/m/diary/",
        lambda world: {"client_uuid": str(uuid4()), "text": "水压小"},
        "/api/v1/diary/",
        lambda world: {"text": "水压小"},
    ),
    "rate a page of the diary": Deed(
        "/m/diary/{entry}/rate/",
        lambda world: {"rating": 4},
        "/api/v1/diary/{entry}/rate/",
        lambda world: {"rating": 4},
    ),
    "propose a change": Deed(
        "/registry/SHOP-1/propose/?kind=closed",
        lambda world: {"state": "closed", "note": "关门了"},
        "/api/v1/registry/proposals/",
        lambda world: {"kind": "closed", "object": "SHOP-1", "note": "关门了"},
    ),
    "propose something new": Deed(
        "/registry/propose/?type=shop",
        lambda world: {"name": "新店", "longitude": world.point.x, "latitude": world.point.y},
        "/api/v1/registry/proposals/",
        lambda world: {
            "kind": "new",
            "type": "shop",
            "values": {"name": "新店"},
            "longitude": world.point.x,
            "latitude": world.point.y,
        },
    ),
    "accept a proposal": decision("accept"),
    "refuse a proposal": decision("refuse", {"reason": "没有关门"}),
    "withdraw a proposal": decision("withdraw"),
    "deliver a department's records": Deed(
        "/registry/feeds/fire/",
        lambda world: {"file": table("code,number", "SHOP-1,F-1"), "as_of": clock.today().isoformat()},
        "/api/v1/registry/forms/fire/records/",
        lambda world: {
            "as_of": clock.today().isoformat(),
            "source": "test",
            "records": [{"code": "SHOP-1", "values": {"number": "F-1"}}],
        },
    ),
    "bring objects from a file": Deed("/registry/import/", lambda world: {"file": table("code,name")}),
    "bring licences from a file": Deed(
        "/registry/import/licences/", lambda world: {"file": table("code,number")}
    ),
    "take an import over": Deed("/registry/import/{imported}/take-over/"),
    "throw an import away": Deed("/registry/import/{imported}/discard/"),
    "look at a resident's record": Deed(
        "/registry/HOME-1/residents/{resident}/look/", lambda world: {"purpose": "上门看望老人"}
    ),
}


@pytest.fixture
def world(cast, people):  # noqa: F811
    """What there is to be done: tasks, a shop and a home, a proposal, a form, an import, a page of the diary."""
    grid, department = cast.city.grid, cast.city.street_department
    shop = make_object(grid, make_type(), code="SHOP-1")
    home = make_object(grid, make_type("home", "dwelling"), code="HOME-1")
    make_checklist([shop.type], [{"photo_required": False}], department=cast.city.district_department)
    resident = Resident.objects.create(
        dwelling=home, district=home.district, name="演示住户甲", service="elder", since=clock.today()
    )
    DepartmentForm.objects.create(
        department=department,
        code="fire",
        name="消防许可",
        fields=[{"key": "number", "name": "许可证号", "type": "text"}],
    )
    imported = begin_import(table("code,name,type", "NEW-1,新店,shop"), actor=None)
    work_on_import(imported.pk)
    with clock.at(clock.now() - timedelta(hours=1)):
        go_on_duty(actor=cast.inspector)
    entry = write_entry(actor=cast.inspector, client_uuid=uuid4(), text="楼道灯坏了")
    proposal = propose_change(actor=cast.inspector, kind=ChangeKind.CLOSED, object_id=shop.pk, note="关门")
    return SimpleNamespace(
        grid=grid,
        point=inside(grid),
        leader=cast.grid_leader,
        open_task=make_task(grid).pk,
        task=make_task(grid, state="assigned", assignee=cast.inspector).pk,
        patrol=make_task(grid, kind="patrol", state="begun", assignee=cast.inspector).pk,
        entry=entry.pk,
        proposal=proposal.pk,
        imported=imported.pk,
        resident=resident.pk,
    )


WRITTEN: dict[type[Model], tuple[str, ...]] = {
    Task: ("pk", "state", "assignee", "version"),
    Visit: ("pk",),
    Duty: ("pk", "ended_at"),
    TrackSegment: ("pk",),
    DiaryEntry: ("pk", "rating"),
    GridObject: ("pk", "version"),
    ProposedChange: ("pk", "state"),
    FeedRun: ("pk",),
    RegistryImport: ("pk", "state"),
    ResidentLook: ("pk",),
}


def written() -> list[list[Any]]:
    return [list(model.objects.order_by("pk").values_list(*fields)) for model, fields in WRITTEN.items()]


def try_as(user: Any, send: Callable[[Client], Any]) -> tuple[int, bool]:
    """The status that somebody gets, and whether anything is written then; afterwards all is as before."""
    before = written()
    mark = transaction.savepoint()
    answer = send(as_person(user))
    has_written = written() != before
    transaction.savepoint_rollback(mark)
    return answer.status_code, has_written


def test_the_policy_names_every_deed():
    assert MAY.keys() == DEEDS.keys()


WAYS = [(deed, way) for deed, how in DEEDS.items() for way in ("page", "api") if getattr(how, way)]


@pytest.mark.parametrize(("deed", "way"), WAYS)
def test_a_write_is_done_for_exactly_those_whom_the_policy_names(people, world, deed, way):  # noqa: F811
    how = DEEDS[deed]
    address, options = getattr(how, way).format(**vars(world)), {}
    if way == "api":
        options["content_type"] = "application/json"
    fields = how.form if way == "page" else how.body
    tried = {
        who: try_as(user, lambda client: client.post(address, fields(world), **options))
        for who, user in people.items()
    }
    assert {who for who, (_, has_written) in tried.items() if has_written} == MAY[deed], tried
    for who, (status, has_written) in tried.items():
        if has_written:
            assert status in (200, 201, 302), (who, status)
        elif deed not in NOTHING_TO_DO:
            assert status in (400, 403, 404), (who, status)


@pytest.mark.parametrize("state", ProposalState)
@pytest.mark.parametrize("verb", ["accept", "refuse", "withdraw"])
def test_a_proposal_is_decided_once_by_those_whom_the_policy_names(people, world, cast, state, verb):  # noqa: F811
    end = {
        ProposalState.ACCEPTED: lambda: accept_proposal(world.proposal, actor=cast.operator),
        ProposalState.REFUSED: lambda: refuse_proposal(
            world.proposal, actor=cast.operator, reason="没有关门"
        ),
        ProposalState.WITHDRAWN: lambda: withdraw_proposal(world.proposal, actor=cast.inspector),
    }.get(state)
    if end:
        end()
    how = DEEDS[f"{verb} a proposal"]
    address = how.api.format(**vars(world))
    tried = {
        who: try_as(user, lambda client: client.post(address, how.body(world), "application/json"))
        for who, user in people.items()
    }
    may = MAY[f"{verb} a proposal"]
    assert {who for who, (_, has_written) in tried.items() if has_written} == (set() if end else may)
    if end:
        assert {tried[who][0] for who in may} == {409}
