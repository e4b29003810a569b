"""All that a phone needs for a day without signal: the objects of one's grids, what is asked of them, one's tasks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from gridgov import clock
from grids.attributes import shown_values
from grids.models import Area, GridObject, Licence, Role, User
from inspections.checklists import Asked, items_in_force, last_asked
from inspections.models import Checklist, ChecklistItem, Finding, FindingState, Task, Visit
from inspections.permissions import VISITING

# What a phone holds without trouble: some 300 kB compressed.
MOST_OBJECTS = 1500
MOST_TASKS = 200
# Who walks grids; others look at one object at a time.
_WALK = {Role.INSPECTOR, Role.GRID_LEADER}

Rows = list[dict[str, Any]]


def day_of(user: User, code: str = "") -> dict[str, Any]:
    """A person's day, in the language of the moment, ready for JSON; a fixed number of queries.

    Objects in use of the grids they walk, at most `MOST_OBJECTS`; with a `code` only the object of this code, as long
    as they may see it. What was asked when goes along, so that the phone itself tells what is due on the day it is
    looked at.
    """
    areas = [post.area for post in user.current_posts if post.role in VISITING]
    objects = _object_of(user, code) if code else _objects(user)
    lists_of_type = _lists_of_type({each.type_id for each in objects})
    items = _items({pk for lists in lists_of_type.values() for pk in lists}, areas)
    return {
        "as_of": clock.now(),
        "visit_every_days": settings.VISIT_EVERY_DAYS,
        "home": [{"code": area.code, "name": area.name} for area in areas],
        "objects": _object_rows(objects, lists_of_type, items),
        "lists": _list_rows(items),
        "tasks": _task_rows(user),
    }


def _objects(user: User) -> list[GridObject]:
    areas = [post.area for post in user.current_posts if post.role in _WALK]
    where = reduce(or_, (Q(area__path__startswith=area.path) for area in areas), Q(pk__in=[]))
    return list(_with_rows(GridObject.objects.in_use().filter(where)).order_by("id")[:MOST_OBJECTS])


def _object_of(user: User, code: str) -> list[GridObject]:
    return list(_with_rows(GridObject.objects.visible_to(user).filter(code=code)))


def _with_rows(objects: QuerySet[GridObject]) -> QuerySet[GridObject]:
    licences = Prefetch("licences", Licence.objects.order_by("kind", "id"))
    return objects.select_related("type", "area").prefetch_related(licences)


def _lists_of_type(type_ids: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for type_id, checklist_id in (
        Checklist.types.through.objects.filter(objecttype__in=type_ids)
        .order_by("checklist_id")
        .values_list("objecttype_id", "checklist_id")
    ):
        found[type_id].append(checklist_id)
    return found


def _items(checklist_ids: set[int], areas: Iterable[Area]) -> list[ChecklistItem]:
    """The items in force of these lists, asked by departments of the places above the areas."""
    codes = {code for area in areas for code in area.ancestor_codes}
    return list(
        items_in_force()
        .filter(version__checklist__in=checklist_ids, version__checklist__department__area__code__in=codes)
        .select_related("version__checklist__department")
    )


def _object_rows(
    objects: list[GridObject], lists_of_type: Mapping[int, list[int]], items: list[ChecklistItem]
) -> Rows:
    ids = [each.pk for each in objects]
    versions = {item.version.checklist_id: item.version_id for item in items}
    item_ids = {(item.version.checklist_id, item.key): item.pk for item in items}
    asked = _asked_by_object(last_asked(ids, versions), item_ids)
    visits, findings = _last_visits(ids), _open_findings(ids)
    today = clock.today()
    return [
        {
            "code": each.code,
            "name": each.name,
            "type": str(each.type),
            "kind": each.type.kind,
            "state": each.get_state_display(),
            "risk": each.risk,
            "risk_label": each.get_risk_display(),
            "address": each.address,
            "point": [round(each.point.x, 6), round(each.point.y, 6)] if each.point else None,
            "area": each.area.name,
            "credit_code": each.credit_code,
            "facts": shown_values(each.type.attributes, each.attributes),
            "licences": [
                {
                    "kind": licence.kind,
                    "number": licence.number,
                    "valid_to": licence.valid_to,
                    "ended": bool(licence.valid_to and licence.valid_to < today),
                }
                for licence in each.licences.all()
            ],
            "lists": [versions[pk] for pk in lists_of_type.get(each.type_id, ()) if pk in versions],
            "asked": asked.get(each.pk, {}),
            "last_visit": visits.get(each.pk),
            "findings": findings.get(each.pk, []),
        }
        for each in objects
    ]


def _asked_by_object(
    last: Mapping[Asked, datetime], item_ids: Mapping[tuple[int, str], int]
) -> dict[int, dict[str, str]]:
    """Object id → item id → the day it was asked last."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for (object_id, checklist_id, key), at in last.items():
        if item_id := item_ids.get((checklist_id, key)):
            found[object_id][str(item_id)] = localdate(at).isoformat()
    return found


def _last_visits(object_ids: list[int]) -> dict[int, dict[str, Any]]:
    newest = (
        Visit.objects.filter(object__in=object_ids)
        .order_by("object_id", "-finished_at", "-id")
        .distinct("object_id")
        .select_related("inspector")
    )
    return {visit.object_id: {"at": visit.finished_at, "by": str(visit.inspector)} for visit in newest}


def _open_findings(object_ids: list[int]) -> dict[int, Rows]:
    """What was found and no visit has seen in order since."""
    found: dict[int, Rows] = defaultdict(list)
    for finding in (
        Finding.objects.filter(object__in=object_ids, confirmed_by=None)
        .exclude(state=FindingState.DROPPED)
        .select_related("answer__item", "case")
        .order_by("-id")
    ):
        found[finding.object_id].append(
            {
                "key": f"{finding.answer.checklist_id}/{finding.answer.item_key}",
                "question": str(finding.answer.item),
                "state": finding.get_state_display(),
                "case": finding.case.number if finding.case else None,
                "found_at": finding.found_at,
            }
        )
    return found


def _list_rows(items: list[ChecklistItem]) -> Rows:
    """The versions in force, with their items."""
    return [
        {
            "version": version.pk,
            "checklist": version.checklist_id,
            "name": str(version.checklist),
            "number": version.number,
            "department": str(version.checklist.department),
            "items": [
                {
                    "id": item.pk,
                    "key": f"{version.checklist_id}/{item.key}",
                    "question": str(item),
                    "severity": item.severity,
                    "severity_label": item.get_severity_display(),
                    "rule": item.rule,
                    "guidance": item.guidance,
                    "may_settle": item.may_settle,
                    "photo_required": item.photo_required,
                    "days": {
                        "low": item.days_low,
                        "general": item.days_general,
                        "larger": item.days_larger,
                        "major": item.days_major,
                    },
                }
                for item in group
            ],
        }
        for version, group in groupby(items, lambda item: item.version)
    ]


def _task_rows(user: User) -> Rows:
    return [
        {
            "id": task.pk,
            "kind": task.kind,
            "title": task.title,
            "object": task.object.code if task.object else None,
            "due_at": task.due_at,
            "urgent": task.is_urgent,
        }
        for task in Task.objects.pending()
        .filter(assignee=user)
        .select_related("object")
        .order_by("due_at", "id")[:MOST_TASKS]
    ]
