"""Plain functions that make checklists and tasks."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from gridgov import clock
from grids.models import Area, GridObject, ObjectType, Organisation, OrganisationKind
from inspections.models import Checklist, ChecklistItem, ChecklistVersion, ItemKind, Task, VersionState
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
