"""Changes to areas and their outlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory
from django.contrib.gis.geos import MultiPolygon
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotPermitted
from grids.errors import AreaInUse, AreaNotAllowed, OutlineNotAllowed
from grids.models import Area, AreaLevel, AreaVersion, ManagementGrade, User
from grids.models.area import CODE_DIGITS
from grids.permissions import can_change_areas
from grids.services.relocation import relocate_objects

# The levels an area's parent may have.
PARENT_LEVELS = {
    AreaLevel.DISTRICT: (),
    AreaLevel.STREET: (AreaLevel.DISTRICT,),
    AreaLevel.SUBDISTRICT: (AreaLevel.STREET,),
    AreaLevel.COMMUNITY: (AreaLevel.STREET, AreaLevel.SUBDISTRICT),
    AreaLevel.GRID: (AreaLevel.COMMUNITY,),
}


@dataclass(frozen=True)
class NewArea:
    """An area to be added; without an outline it is known by name only, and nothing can be located in it."""

    code: str
    name: str
    level: AreaLevel
    parent: Area | None = None
    kind: str = ""
    grade: str = ManagementGrade.B
    outline: MultiPolygon | None = None
    source: str = ""
    is_generated: bool = False


def path_of(code: str, parent: Area | None) -> str:
    """The codes from the district down to this area: "/440605/440605011/440605011001/"."""
    return f"{parent.path if parent else '/'}{code}/"


def misfit(code: str, level: AreaLevel, parent: Area | None) -> str:
    """Why an area of this code and level can't hang under this parent, in a sentence; empty when it can.

    GB/T 30428.1: a code continues its parent's. A sub-district area, which that standard doesn't know, has
    its street's code and two digits; communities under it continue the street's code.
    """
    digits = CODE_DIGITS[level]
    if not (code.isascii() and code.isdigit() and len(code) == digits):
        return _("the code “%(code)s” isn't one of %(digits)s digits") % {"code": code, "digits": digits}
    if parent is None:
        return "" if level == AreaLevel.DISTRICT else _("it has no parent")
    if parent.level not in PARENT_LEVELS[level]:
        return _("“%(parent)s” is of a level that can't be its parent") % {"parent": parent.code}
    if parent.retired_on:
        return _("its parent “%(parent)s” is retired") % {"parent": parent.code}
    start = parent.code
    if parent.level == AreaLevel.SUBDISTRICT and level == AreaLevel.COMMUNITY:
        start = parent.code[: CODE_DIGITS[AreaLevel.STREET]]
    if not code.startswith(start):
        return _("the code “%(code)s” doesn't begin with its parent's “%(parent)s”") % {
            "code": code,
            "parent": start,
        }
    return ""


def add_area(
    code: str,
    name: str,
    level: AreaLevel,
    *,
    parent: Area | None = None,
    from_date: date,
    actor: User | None,
    **fields: Any,
) -> Area:
    """Add one area; further `fields` are those of `NewArea`. See `add_areas`."""
    return add_areas([NewArea(code, name, level, parent, **fields)], from_date=from_date, actor=actor)[0]


@transaction.atomic
def add_areas(
    new_areas: Sequence[NewArea], *, from_date: date, actor: User | None, relocate: bool = True
) -> list[Area]:
    """Add areas whose parents exist, each with its first outline (WGS-84) from a day on; all or none.

    The objects that they cover come into them, unless whoever calls goes on drawing and does so at the end.
    Raises `AreaNotAllowed` for a code that is broken, taken or not under its parent, `OutlineNotAllowed` for
    an outline that isn't valid or begins in the future, `NotPermitted`.
    """
    _require_change(actor)
    _check_day(from_date)
    for new in new_areas:
        if problem := misfit(new.code, new.level, new.parent):
            raise AreaNotAllowed(message=problem)
        if new.outline is not None:
            _check_outline(new.outline)
    with _recorded_as(actor):
        areas = _insert_areas(new_areas)
        AreaVersion.objects.bulk_create(
            [
                _version(area, 1, new.outline, from_date, source=new.source, is_generated=new.is_generated)
                for area, new in zip(areas, new_areas, strict=True)
                if new.outline is not None
            ]
        )
    if relocate:
        relocate_objects(areas, actor=actor)
    return areas


@transaction.atomic
def redraw_area(
    area: Area,
    outline: MultiPolygon,
    *,
    from_date: date,
    actor: User | None,
    source: str = "",
    is_generated: bool = False,
    relocate: bool = True,
) -> AreaVersion:
    """End the area's current outline on a day and begin the next (WGS-84); old ones stay for old cases.

    Objects are located anew, unless whoever calls goes on drawing and does so at the end.

    An area that had no outline gets its first; a retired one comes back. Of two at once the second waits and
    then redraws what the first has drawn.

    Raises `OutlineNotAllowed` when the outline isn't valid or the day lies before the current one began or in
    the future; `AreaNotAllowed` when the parent is retired; `NotPermitted`.
    """
    _require_change(actor)
    _check_day(from_date)
    _check_outline(outline)
    locked = _lock_area(area)
    if problem := misfit(locked.code, AreaLevel(locked.level), locked.parent):
        raise AreaNotAllowed(message=problem)
    with _recorded_as(actor):
        if locked.retired_on:
            locked.retired_on = area.retired_on = None
            locked.save(update_fields=["retired_on"])
        last = locked.versions.defer("outline").order_by("-number").first()
        if last is not None:
            _end_version(last, from_date)
        number = last.number + 1 if last else 1
        version = _version(locked, number, outline, from_date, source=source, is_generated=is_generated)
        version.save(force_insert=True)
    if relocate:
        relocate_objects([locked], actor=actor)
    return version


@transaction.atomic
def change_area(
    area: Area, *, actor: User | None, name: str, kind: str | None = None, grade: str | None = None
) -> Area:
    """Give an area another name, kind of grid or management grade; code, level and parent never change.

    Raises `NotPermitted`.
    """
    _require_change(actor)
    locked = _lock_area(area)
    locked.name = name
    locked.kind = locked.kind if kind is None else kind
    locked.grade = locked.grade if grade is None else grade
    with _recorded_as(actor):
        locked.save(update_fields=["name", "kind", "grade"])
    return locked


@transaction.atomic
def retire_area(area: Area, *, on: date, actor: User | None, relocate: bool = True) -> Area:
    """End an area and its current outline on a day (the first on which it no longer is).

    Its objects come into what lies around it, unless whoever calls goes on drawing and does so at the end.

    Raises `AreaInUse` while areas under it are in use, `OutlineNotAllowed` when the day lies before its
    outline began or in the future, `NotPermitted`.
    """
    _require_change(actor)
    _check_day(on)
    locked = _lock_area(area)
    if locked.children.filter(retired_on=None).exists():
        raise AreaInUse()
    with _recorded_as(actor):
        current = locked.versions.current().defer("outline").first()
        if current is not None:
            _end_version(current, on)
        if locked.retired_on is None:
            locked.retired_on = on
            locked.save(update_fields=["retired_on"])
    if relocate:
        relocate_objects([locked], actor=actor)
    return locked


def _require_change(actor: User | None) -> None:
    if not can_change_areas(actor):
        raise NotPermitted()


def _recorded_as(actor: User | None) -> Any:
    """The history rows that the database writes meanwhile name this person."""
    return pghistory.context(user=actor.pk if actor else None)


def _lock_area(area: Area) -> Area:
    return Area.objects.select_for_update(of=("self",), no_key=True).select_related("parent").get(pk=area.pk)


def _check_day(day: date) -> None:
    # What is current is in force now: an outline that begins tomorrow would be used today.
    if day > clock.today():
        raise OutlineNotAllowed(message=_("A change of an area can't lie in the future."))


def _check_outline(outline: MultiPolygon) -> None:
    if outline.empty or not outline.valid:
        raise OutlineNotAllowed(
            message=_("The outline isn't valid: %(reason)s") % {"reason": outline.valid_reason}
        )
    west, south, east, north = outline.extent
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise OutlineNotAllowed(message=_("The outline isn't in degrees of longitude and latitude."))


def _insert_areas(new_areas: Sequence[NewArea]) -> list[Area]:
    codes = [new.code for new in new_areas]
    try:
        with transaction.atomic():
            return Area.objects.bulk_create(
                [
                    Area(
                        code=new.code,
                        name=new.name,
                        level=new.level,
                        parent=new.parent,
                        path=path_of(new.code, new.parent),
                        kind=new.kind,
                        grade=new.grade,
                    )
                    for new in new_areas
                ]
            )
    except IntegrityError as error:
        taken = sorted(Area.objects.filter(code__in=codes).values_list("code", flat=True)[:5])
        raise AreaNotAllowed(
            message=_("Codes are taken already: %(codes)s") % {"codes": ", ".join(taken) or codes[0]}
        ) from error


def _version(
    area: Area, number: int, outline: MultiPolygon, from_date: date, *, source: str, is_generated: bool
) -> AreaVersion:
    return AreaVersion(
        area=area,
        level=area.level,
        number=number,
        valid_from=from_date,
        outline=outline,
        source=source,
        is_generated=is_generated,
    )


def _end_version(version: AreaVersion, on: date) -> None:
    if on < (version.valid_to or version.valid_from):
        raise OutlineNotAllowed(
            message=_("The outline before this one began on %(day)s; the change can't come earlier.")
            % {"day": version.valid_from.isoformat()}
        )
    if version.valid_to is None:
        version.valid_to = on
        version.save(update_fields=["valid_to"])
