"""Plain functions that make checklists, tasks and visits."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from gridgov import clock
from gridgov.photos_ahead import receive_photo
from grids.models import Area, GridObject, ObjectType, Organisation, OrganisationKind, User
from inspections.models import (
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    ItemKind,
    Result,
    Task,
    VersionState,
    Visit,
)
from inspections.services.visits import Given, record_visit
from tests.case_factories import Cast, jpeg
from tests.factories import make_organisation

Items = Iterable[dict[str, Any]]


def make_checklist(
    types: Iterable[ObjectType] = (),
    items: Items = ({}, {}),
    *,
    department: Organisation | None = None,
    state: str = VersionState.PUBLISHED,
    **fields: Any,
) -> Checklist:
    """A checklist with one version, published by default, of so many items; fields of an item as a dict."""
    number = Checklist.objects.count() + 1
    department = (
        department
        or Organisation.objects.filter(kind=OrganisationKind.DEPARTMENT).first()
        or make_organisation(kind=OrganisationKind.DEPARTMENT)
    )
    checklist = Checklist.objects.create(
        department=department, **{"code": f"list-{number}", "name": f"检查清单{number}", **fields}
    )
    checklist.types.set(types)
    add_version(checklist, items, state=state)
    return checklist


def add_version(
    checklist: Checklist, items: Items = ({},), *, state: str = VersionState.PUBLISHED
) -> ChecklistVersion:
    """The next version of a checklist; published, it retires the one before."""
    version = ChecklistVersion.objects.create(checklist=checklist, number=checklist.versions.count() + 1)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            version=version,
            order=order,
            **{"key": f"item-{order}", "question": f"问题{order}", "kind": ItemKind.THINGS, **fields},
        )
        for order, fields in enumerate(items, start=1)
    )
    if state == VersionState.PUBLISHED:
        checklist.versions.filter(state=VersionState.PUBLISHED).update(
            state=VersionState.RETIRED, retired_at=clock.now()
        )
        version.state, version.published_at = state, clock.now()
        version.save(update_fields=["state", "published_at"])
    return version


def make_task(area: Area, *, object: GridObject | None = None, **fields: Any) -> Task:
    """An order to do something in an area until tomorrow; open unless somebody is named."""
    now = clock.now()
    defaults = {
        "kind": "order",
        "title": "看一看",
        "starts_at": now,
        "due_at": now + timedelta(days=1),
        "made_at": now,
        "state": "assigned" if fields.get("assignee") else "open",
    }
    return Task.objects.create(
        area=area, district=Area.objects.get(code=area.district_code), object=object, **{**defaults, **fields}
    )


def photo_ahead(actor: User, colour: str = "gray", **told: Any) -> UUID:
    """A photo as a phone sends it ahead; returns its name."""
    file = jpeg(colour=colour)
    name = uuid4()
    receive_photo(file, actor=actor, client_uuid=name, sha256=sha256(file.read()).hexdigest(), **told)
    return name


def make_visit(actor: User, object: GridObject, *given: Given, **fields: Any) -> Visit:
    """A visit that just ended; without answers every item in force is normal."""
    now = clock.now()
    answers = given or [
        Given(item, Result.NORMAL)
        for item in ChecklistItem.objects.filter(
            version__state=VersionState.PUBLISHED, version__checklist__types=object.type
        ).values_list("pk", flat=True)
    ]
    defaults = {"client_uuid": uuid4(), "started_at": now - timedelta(minutes=10), "finished_at": now}
    return record_visit(actor=actor, object=object, answers=answers, **{**defaults, **fields})


def abnormal(cast: Cast, item: int, **fields: Any) -> Given:
    """Something wrong that the inspector found, with its photo."""
    return Given(item, Result.ABNORMAL, photos=[photo_ahead(cast.inspector)], **fields)
