"""The catalogue of classes as the API says it: conditions and limits under each class."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from cases.models import CaseClass, Condition, Limit
from grids.api.serializers import level_name

Dict = dict[str, Any]


def class_columns(classes: QuerySet[CaseClass]) -> QuerySet[CaseClass, Any]:
    """The columns that `class_rows` is made from."""
    columns: QuerySet[CaseClass, Any] = classes.values(
        "id", "full_code", "name", "provenance", "major__standard", "major__kind", "major__name"
    )
    return columns


def class_rows(rows: Sequence[Dict]) -> list[Dict]:
    """Classes with the conditions in use and their limits; two queries."""
    conditions = _conditions_of([row["id"] for row in rows])
    return [
        {
            "id": row["id"],
            "code": row["full_code"],
            "name": row["name"],
            "kind": row["major__kind"],
            "major": row["major__name"],
            "standard": row["major__standard"],
            "provenance": row["provenance"],
            "conditions": conditions[row["id"]],
        }
        for row in rows
    ]


def _conditions_of(class_ids: Sequence[int]) -> dict[int, list[Dict]]:
    limits: dict[int, list[Dict]] = defaultdict(list)
    for limit in Limit.objects.filter(condition__case_class__in=class_ids).values(
        "condition_id", "level", "grade", "amount", "unit"
    ):
        limits[limit["condition_id"]].append(
            {
                "level": level_name(limit["level"]) if limit["level"] else None,
                "grade": limit["grade"] or None,
                "amount": limit["amount"] and float(limit["amount"]),
                "unit": limit["unit"],
            }
        )
    conditions: dict[int, list[Dict]] = defaultdict(list)
    for pk, class_id, text, closing_text in Condition.objects.filter(
        case_class__in=class_ids, is_active=True
    ).values_list("id", "case_class_id", "text", "closing_text"):
        conditions[class_id].append(
            {"id": pk, "text": text, "closing_text": closing_text, "limits": limits[pk]}
        )
    return conditions
