"""What the registry's list and the page of one object show."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from gridgov import clock
from gridgov.api.pagination import first_rows
from gridgov.errors import NotFoundForYou
from gridgov.language import in_language
from grids.attributes import shown_values
from grids.dots import dots_in
from grids.filters import ended_licences
from grids.models import (
    AreaVersion,
    DepartmentRecord,
    FeedRun,
    FeedState,
    GridObject,
    Licence,
    User,
)
from grids.models.grid_object import GridObjectQuerySet, ways_to_see_objects
from grids.permissions import forms_seen_by

# Licences that end within these days stand out.
SOON_DAYS = 30
PAGE_SIZE = 50
# Of a longer list nobody needs to know how long it is.
MOST_COUNTED = 1_000
# Parts of a large building or market that its page names.
MOST_PARTS = 50


def object_for(user: User, code: str) -> GridObject:
    """An object that the person may see, with type, areas, owner and what it is part of. Raises `NotFoundForYou`."""
    found = (
        GridObject.objects.visible_to(user)
        .select_related("type", "area", "district", "owner", "part_of")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFoundForYou(code)
    return found


@dataclass(frozen=True)
class ObjectPage:
    """Some rows of the registry by code, and where the next and the one before begin ("" where there is none)."""

    rows: list[GridObject]
    after: str = ""
    before: str = ""


def objects_for(
    user: User, objects: QuerySet[GridObject], *, after: str = "", before: str = ""
) -> ObjectPage:
    """One page of those of the objects that the person may see; one query."""
    beyond = Q(code__lt=before) if before else Q(code__gt=after) if after else Q()
    wanted = for_rows(objects.filter(beyond))
    order = ("-code",) if before else ("code",)
    found = first_rows([wanted.filter(way) for way in ways_to_see_objects(user)], order, PAGE_SIZE + 1)
    more, rows = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if before:
        rows.reverse()
    if not rows:
        return ObjectPage([])
    return ObjectPage(
        rows,
        after=rows[-1].code if more or before else "",
        before=rows[0].code if (more if before else after) else "",
    )


def total_of(user: User, objects: GridObjectQuerySet) -> int:
    """How many of the objects the person may see, counted up to `MOST_COUNTED` + 1; one query."""
    return objects.visible_to(user).order_by()[: MOST_COUNTED + 1].count()


def ended_of(rows: Collection[GridObject]) -> dict[int, list[Licence]]:
    """The licences that have ended, by the ids of such objects; one query."""
    found: dict[int, list[Licence]] = {}
    for licence in ended_licences().filter(object__in=rows).order_by("valid_to", "id"):
        found.setdefault(licence.object_id, []).append(licence)
    return found


def for_rows(objects: QuerySet[GridObject]) -> QuerySet[GridObject]:
    """Objects with what a row shows of them, in one query."""
    return objects.select_related("type", "area").only(
        "code",
        "version",
        "point",
        "name",
        "state",
        "risk",
        "address",
        "type__code",
        "type__name",
        "type__name_en",
        "type__kind",
        "area__name",
        "area__code",
    )


@dataclass(frozen=True)
class ShownLicence:
    """A licence and how it stands today: valid, soon (ends within 30 days), ended, replaced by a newer one, or later."""

    licence: Licence
    standing: str
    days: int = 0


def licences_of(shown: GridObject) -> list[ShownLicence]:
    """What departments permit here, the ended ones first, those replaced last; one query."""
    today = clock.today()
    licences = list(shown.licences.select_related("department"))
    in_force = {
        (each.department_id, each.kind)
        for each in licences
        if each.valid_to is None or each.valid_to >= today
    }
    order = ("ended", "soon", "valid", "later", "replaced")
    found = [_standing(each, in_force) for each in licences]
    return sorted(found, key=lambda each: order.index(each.standing))


def _standing(licence: Licence, in_force: set[tuple[int, str]]) -> ShownLicence:
    today = clock.today()
    days = (licence.valid_to - today).days if licence.valid_to else 0
    if licence.valid_to and days < 0:
        replaced = (licence.department_id, licence.kind) in in_force
        return ShownLicence(licence, "replaced" if replaced else "ended", -days)
    if licence.valid_from and licence.valid_from > today:
        return ShownLicence(licence, "later", (licence.valid_from - today).days)
    soon = licence.valid_to is not None and days <= SOON_DAYS
    return ShownLicence(licence, "soon" if soon else "valid", days)


@dataclass(frozen=True)
class ShownRecord:
    """What one department's form says of an object, in words, and whether its deliveries still come."""

    record: DepartmentRecord
    values: list[tuple[str, str]]
    is_broken: bool
    is_overdue: bool
    last_good_at: datetime | None


def records_of(shown: GridObject, user: User) -> list[ShownRecord]:
    """The departments' records of an object that the person's posts may see; one query."""
    runs = FeedRun.objects.filter(form=OuterRef("form")).order_by("-id")
    records = (
        shown.department_records.filter(form__in=forms_seen_by(user, shown.area), form__is_active=True)
        .select_related("form__department", "run")
        .annotate(
            last_state=Subquery(runs.values("state")[:1]),
            last_good_at=Subquery(runs.filter(state=FeedState.GOOD).values("at")[:1]),
        )
        .order_by("form__department__code", "form__code", "-as_of", "id")
    )
    return [_shown_record(record) for record in records]


def _shown_record(record: Any) -> ShownRecord:
    form, last_good_at = record.form, record.last_good_at
    expected = timedelta(days=form.expected_every_days)
    return ShownRecord(
        record,
        shown_values(form.fields, record.data),
        is_broken=record.last_state == FeedState.BROKEN,
        is_overdue=bool(expected and last_good_at and clock.now() - last_good_at > expected),
        last_good_at=last_good_at,
    )


def whole_of(shown: GridObject, user: User) -> GridObject | None:
    """What an object is part of, where the person may see that."""
    if shown.part_of is None:
        return None
    seen = GridObject.objects.visible_to(user).filter(pk=shown.part_of.pk).exists()
    return shown.part_of if seen else None


def parts_of(shown: GridObject, user: User) -> list[GridObject]:
    """What is part of an object, as far as the person may see it, the first fifty by code; one query."""
    parts = for_rows(GridObject.objects.visible_to(user).filter(part_of=shown))
    return list(parts.order_by("code")[:MOST_PARTS])


def objects_on_map(objects: QuerySet[GridObject], box: Polygon | None) -> dict[str, Any]:
    """The objects of a box as `grids.dots.dots_in` lays them out; a light is only for what has time left."""
    return dots_in(objects, box, _dot, ("code", "name", "type__name", "type__name_en"))


def _dot(code: str, name: str, type_name: str, type_name_en: str) -> dict[str, str]:
    return {
        "light": "none",
        "number": code,
        "name": name,
        "left": in_language(type_name, type_name_en),
        "url": reverse("grids:object_detail", args=[code]),
    }


def place_data(shown: GridObject) -> str:
    """The small map as JSON: the point as [lat, lon] and the outline around it; "" without a point."""
    if shown.point is None:
        return ""
    outline = (
        AreaVersion.objects.current()
        .filter(area=shown.area_id)
        .annotate(json=AsGeoJSON("outline", precision=6))
        .values_list("json", flat=True)
        .first()
    )
    point = [round(shown.point.y, 6), round(shown.point.x, 6)]
    return json.dumps({"point": point, "outline": json.loads(outline) if outline else None})
