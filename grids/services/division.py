"""Cutting a community into grids."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.db import transaction
from django.utils.translation import gettext as _

from grids.errors import AreaNotAllowed, GridsExist, OutlineNotAllowed
from grids.models import Area, AreaLevel, GridKind, User
from grids.services.areas import NewArea, add_areas, redraw_area, retire_area
from grids.services.relocation import relocate_objects
from grids.splitting import split

# A grid's place in its community has three digits.
MOST_GRIDS = 999


@transaction.atomic
def divide_area(
    community: Area,
    *,
    from_date: date,
    actor: User | None,
    size_m2: float | None = None,
    pieces: int | None = None,
    redraw: bool = False,
    kind: str = GridKind.RESIDENTIAL,
    name: str = "{community}第{number}网格",
    seed: int = 1,
) -> list[Area]:
    """Cut a community into grids of about `size_m2` square metres, or into a number of `pieces`.

    No gap and no overlap; grids are numbered west to east and north to south (GB/T 30428.1). With `redraw`
    grids that exist keep their code and name and get a new version, the surplus is retired.

    Raises `GridsExist` when there are grids and `redraw` isn't set; `AreaNotAllowed` when the area isn't a
    community or more than 999 grids would be needed; `OutlineNotAllowed` when it has no outline; `NotPermitted`.
    """
    if community.level != AreaLevel.COMMUNITY:
        raise AreaNotAllowed(message=_("Only a community is cut into grids."))
    # Held to the end, so that two divisions of one community come one after the other.
    Area.objects.select_for_update(of=("self",), no_key=True).get(pk=community.pk)
    existing = {grid.code: grid for grid in community.children.filter(level=AreaLevel.GRID)}
    if not redraw and any(grid.retired_on is None for grid in existing.values()):
        raise GridsExist()
    outlines = _cut(community, size_m2, pieces, seed)
    added: list[NewArea] = []
    at_once: dict[str, Any] = {"from_date": from_date, "actor": actor, "relocate": False}
    codes = [f"{community.code}{number:03d}" for number in range(1, len(outlines) + 1)]
    for number, (code, outline) in enumerate(zip(codes, outlines, strict=True), start=1):
        if code in existing:
            redraw_area(existing[code], outline, source=_SOURCE, is_generated=True, **at_once)
        else:
            called = name.format(community=community.name, number=number)
            added.append(_grid(community, code, called, kind, outline))
    new = add_areas(added, **at_once)
    for code in existing.keys() - set(codes):
        if existing[code].retired_on is None:
            retire_area(existing[code], on=from_date, actor=actor, relocate=False)
    # Once, when all are drawn: on the way from one grid to another an object would lie in neither.
    relocate_objects([*existing.values(), *new], actor=actor)
    return list(community.children.current().filter(level=AreaLevel.GRID))


_SOURCE = "cut by divide_area"


def _cut(community: Area, size_m2: float | None, pieces: int | None, seed: int) -> list[MultiPolygon]:
    current = community.versions.current().first()
    if current is None:
        raise OutlineNotAllowed(message=_("%(area)s has no outline to cut.") % {"area": community.name})
    if pieces is None:
        if not size_m2 or size_m2 <= 0:
            raise ValueError("divide_area needs a size in m² above 0, or a number of pieces")
        pieces = max(1, round(current.area_m2 / size_m2))
    if pieces > MOST_GRIDS:
        raise AreaNotAllowed(
            message=_(
                "%(area)s would need %(pieces)s grids, and codes have room for %(most)s. Choose larger grids."
            )
            % {"area": community.name, "pieces": pieces, "most": MOST_GRIDS}
        )
    return split(current.outline, pieces, seed=seed)


def _grid(community: Area, code: str, name: str, kind: str, outline: MultiPolygon) -> NewArea:
    return NewArea(
        code=code,
        name=name,
        level=AreaLevel.GRID,
        parent=community,
        kind=kind,
        grade=community.grade,
        outline=outline,
        source=_SOURCE,
        is_generated=True,
    )
