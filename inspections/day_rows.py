"""What a phone's day says of objects, places, checklists, tasks and cases, as JSON holds it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from cases.models import Case
from grids.attributes import shown_values
from grids.models import Area, GridObject, Post, User
from grids.selectors import responsible_by_area
from inspections.checklists import Asked, last_asked
from inspections.models import ChecklistItem, Finding, Task, Visit
from inspections.reach import reach_of
from inspections.task_cards import TaskCard
from inspections.visits import cases_open_to

Rows = list[dict[str, Any]]


def object_rows(
    objects: list[GridObject],
    lists_of_type: Mapping[int, list[int]],
    items: list[ChecklistItem],
    *,
    seen_by: User,
) -> Rows:
    """Objects with their licences, what is asked of them, and what is known from outside; four queries."""
    ids = [each.pk for each in objects]
    versions = {item.version.checklist_id: item.version_id for item in items}
    item_ids = {(item.version.checklist_id, item.key): item.pk for item in items}
    asked = _asked_by_object(last_asked(ids, versions), item_ids)
    visits, findings = _last_visits(ids), _open_findings(ids, seen_by)
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
            "point": _lon_lat(each.point),
            "reach": reach_of(each),
            "area": each.area.name,
            "place": each.area.code,
            "owner": each.owner.name if each.owner else "",
            "credit_code": each.credit_code,
            "business_scope": each.business_scope,
            "as_of": each.as_of,
            "told_by": each.source,
            "facts": shown_values(each.type.attributes, each.attributes),
            "licences": [
                {
                    "kind": licence.kind,
                    "number": licence.number,
                    "department": licence.department.name,
                    "valid_from": licence.valid_from,
                    "valid_to": licence.valid_to,
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


def _open_findings(object_ids: list[int], seen_by: User) -> dict[int, Rows]:
    """What was found and no visit has seen in order since."""
    found: dict[int, Rows] = defaultdict(list)
    findings = list(
        Finding.objects.open()
        .filter(object__in=object_ids)
        .select_related("answer__item", "case")
        .order_by("-id")
    )
    named = cases_open_to(seen_by, findings)
    for finding in findings:
        found[finding.object_id].append(
            {
                "key": f"{finding.answer.checklist_id}/{finding.answer.item_key}",
                "question": str(finding.answer.item),
                "state": finding.get_state_display(),
                "case": finding.case.number if finding.case and finding.case_id in named else None,
                "found_at": finding.found_at,
            }
        )
    return found


def list_rows(items: list[ChecklistItem]) -> Rows:
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
                    "rule": item.shown_rule,
                    "guidance": item.shown_guidance,
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


def place_rows(codes: Collection[str]) -> Rows:
    """The areas of these codes with the area above each, and who answers for it; two queries."""
    areas = list(Area.objects.filter(code__in=codes).order_by("level", "code"))
    people = responsible_by_area(areas)
    return [
        {
            "code": area.code,
            "name": area.name,
            "above": next(iter(area.ancestor_codes[-2:-1]), None),
            "people": [_person_row(post) for post in people.get(area.pk, [])],
        }
        for area in areas
    ]


def _person_row(post: Post) -> dict[str, str]:
    return {
        "name": str(post.user),
        "post": post.title or post.get_role_display(),
        "phone": post.user.phone,
    }


def task_rows(tasks: Iterable[Task]) -> Rows:
    """Tasks of `for_cards` with the `place` that `task_place` finds."""
    return [
        {
            "id": card.task.pk,
            "kind": card.task.kind,
            "kind_label": card.task.get_kind_display(),
            "title": card.task.title,
            "object": card.task.object.code if card.task.object else None,
            "place": card.place,
            "point": _lon_lat(getattr(card.task, "place", None)),
            "due_at": card.due_at,
            "urgent": card.task.is_urgent,
        }
        for card in map(TaskCard, tasks)
    ]


def case_rows(cases: Iterable[tuple[Case, str]]) -> Rows:
    """Cases with what is to be done in them, or where they stand."""
    return [
        {
            "number": case.number,
            "title": str(case.case_class or case.description[:40] or _("Without a class")),
            "what": what,
            "place": case.address or (case.grid.name if case.grid else ""),
            "point": _lon_lat(case.point),
            "due_at": case.stage_due_at,
        }
        for case, what in cases
    ]


def _lon_lat(point: Point | None) -> list[float] | None:
    return [round(point.x, 6), round(point.y, 6)] if point else None
