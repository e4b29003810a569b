"""What the API says of cases: read models made from plain columns, in a fixed number of queries.

Rows are dicts of columns; names of areas, organisations and classes are looked up once per page. Joining
them would cost more than all the rest together, because the planner weighs every join anew.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from cases.actions import OFFERS, offered_actions
from cases.api.names import AREAS, Names, organisations_by_id
from cases.case_page import object_of
from cases.models import Case, CaseEvent, CasePhoto
from cases.parts import PART_STATES, Part, parts_of
from cases.workflow import Action
from gridgov.api.position import lon_lat, position
from gridgov.errors import NotFoundForYou
from gridgov.templatetags.ui import light_colour
from grids.api.serializers import level_name
from grids.models import Area, User

Row = Mapping[str, Any]

_AS_THEY_ARE = (
    "number", "version", "status", "description", "address", "channel", "external_id", "reported_at", "closed_at",
    "settled_on_the_spot", "stage_started_at", "stage_warn_at", "stage_due_at", "suspended_until",
    "supervised_at",
)  # fmt: skip
_COLUMNS = (
    "id",
    "level",
    "request",
    "case_class_id",
    "holder_id",
    "unit_id",
    "lon",
    "lat",
    *AREAS,
    *_AS_THEY_ARE,
)
_EVENT_AS_IT_IS = (
    "seq", "action", "capacity", "at", "done_at", "from_status", "to_status", "note", "due_before", "due_after", "elapsed_minutes",
    "data",
)  # fmt: skip
_PHOTO_AS_IT_IS = ("sha256", "width", "height", "taken_at", "told_by_phone", "is_marked_copy", "copy_of")
_EVENT_COLUMNS = (
    "id", "holder_id", "level", "unit_id", "actor__display_name", "actor__username", "post__role",
    "post__organisation_id", *_EVENT_AS_IT_IS,
)  # fmt: skip


# Cases


def case_columns(cases: QuerySet[Case]) -> QuerySet[Case, dict[str, Any]]:
    """The columns that `case_rows` is made from."""
    columns: QuerySet[Case, dict[str, Any]] = cases.annotate(**lon_lat("point")).values(*_COLUMNS)
    return columns


def case_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Cases as the list shows them; three queries."""
    names = Names.of(rows)
    return [_case_row(row, names) for row in rows]


def find_case(cases: QuerySet[Case], **where: Any) -> Case:
    """The one case with what `case_detail` shows of others; raises `NotFoundForYou`."""
    case = cases.filter(**where).select_related("condition", "reporter").first()
    if case is None:
        raise NotFoundForYou(where)
    return case


def case_detail(case: Case, user: User) -> dict[str, Any]:
    """A case in full, with what this person may do now."""
    return {
        **case_rows([vars(case) | {"lon": case.point and case.point.x, "lat": case.point and case.point.y}])[
            0
        ],
        "object": _object(case, user),
        "condition": case.condition
        and {
            "id": case.condition.pk,
            "text": case.condition.text,
            "closing_text": case.condition.closing_text,
        },
        "device_point": case.device_point and position(*case.device_point.coords),
        "accuracy_m": case.accuracy_m,
        "extent": case.extent and json.loads(case.extent.geojson),
        "more_areas": list(
            Area.objects.filter(pk__in=case.more_area_ids)
            .order_by("level", "code")
            .values_list("code", flat=True)
        )
        if case.more_area_ids
        else [],
        "reporter": case.reporter and str(case.reporter),
        "promised_due_at": case.promised_due_at,
        "minutes_left": case.minutes_left,
        "merged_into": case.merged_into and case.merged_into.number,
        "merged": list(case.merged_cases.order_by("id").values_list("number", flat=True)),
        "parts": [_part(part) for part in parts_of(case)] if case.joint_unit_ids else [],
        "photos": _photos(case.number, CasePhoto.objects.filter(case=case)),
        "available_actions": [
            {"action": action, "label": action.label, "url": _step_url(case.number, action)}
            for action in offered_actions(user, case)
        ],
    }


def _case_row(row: Row, names: Names) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _AS_THEY_ARE},
        "level": level_name(row["level"]),
        "light": light_colour(row["stage_due_at"], row["stage_warn_at"]),
        "request": row["request"] or None,
        "case_class": names.classes.get(row["case_class_id"]),
        "point": position(row["lon"], row["lat"]),
        "areas": [names.areas[row[field]] for field in AREAS if row[field] is not None],
        "holder": names.organisations[row["holder_id"]],
        "unit": names.organisations.get(row["unit_id"]),
    }


def _object(case: Case, user: User) -> dict[str, Any] | None:
    """What it is about; two queries, if there is something."""
    about = object_of(user, case)
    if about is None:
        return None
    url = reverse("api-object", args=[about.object.code]) if about.is_seen else None
    return {"code": about.object.code, "name": about.name, "url": url}


def _part(part: Part) -> dict[str, Any]:
    return {
        "unit": {"code": part.unit.code, "name": part.unit.name},
        "duty": part.duty,
        "state": PART_STATES[part.state],
        "called_in_at": part.called_in_at,
        "accepted_at": part.accepted_at,
        "done_at": part.done_at,
        "released_at": part.released_at,
        "note": part.note,
        "left_because": part.left_because,
    }


def _step_url(number: str, action: Action) -> str:
    # "cases:verify_case" → verify
    step = OFFERS[action].url_name.partition(":")[2].removesuffix("_case").replace("_", "-")
    return f"{reverse('api-case', args=[number])}{step}/"


# Timeline


def event_columns(events: QuerySet[CaseEvent]) -> QuerySet[CaseEvent, dict[str, Any]]:
    """The columns that `event_rows` is made from."""
    columns: QuerySet[CaseEvent, dict[str, Any]] = events.values(*_EVENT_COLUMNS)
    return columns


def event_rows(number: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of one case's timeline; two queries."""
    organisations = organisations_by_id(
        row[field] for row in rows for field in ("holder_id", "unit_id", "post__organisation_id")
    )
    photos: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for photo in _photos(number, CasePhoto.objects.filter(event__in=[row["id"] for row in rows])):
        photos[photo["seq"]].append(photo)
    return [
        {
            **{name: row[name] for name in _EVENT_AS_IT_IS},
            "label": Action(row["action"]).label,
            "level": level_name(row["level"]),
            "actor": row["actor__display_name"] or row["actor__username"],
            "role": row["post__role"],
            "organisation": organisations.get(row["post__organisation_id"]),
            "holder": organisations[row["holder_id"]],
            "unit": organisations.get(row["unit_id"]),
            "photos": photos[row["seq"]],
        }
        for row in rows
    ]


def _photos(number: str, photos: QuerySet[CasePhoto]) -> list[dict[str, Any]]:
    """The photos with their addresses, oldest first; one query."""
    columns = photos.order_by("id").values_list(
        "photo_id", "kind", "event__seq", *(f"photo__{name}" for name in _PHOTO_AS_IT_IS)
    )
    return [
        {
            "id": pk,
            "kind": kind,
            "seq": seq,
            **dict(zip(_PHOTO_AS_IT_IS, as_it_is, strict=True)),
            **{size: reverse("api-case-photo", args=[number, pk, size]) for size in ("display", "thumb")},
        }
        for pk, kind, seq, *as_it_is in columns
    ]
