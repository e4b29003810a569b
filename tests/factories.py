"""Plain functions that make the things tests need, with defaults that fit together.

Outlines are squares: a district is one degree wide, and every area is cut into 10 × 10 cells for its
children, numbered west to east and north to south. So streets are about 11 km wide, communities 1.1 km,
grids 110 m, and no two siblings overlap.
"""

from datetime import date
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from grids.models import (
    Area,
    AreaLevel,
    AreaVersion,
    GridKind,
    Organisation,
    OrganisationKind,
    Post,
    Role,
    User,
)

LONG_AGO = date(2020, 1, 1)
PASSWORD = "correct-horse-2026"
WEST, NORTH = 113.0, 24.0
CELLS = 10
_COMMAND_NAMES = {
    AreaLevel.DISTRICT: "指挥中心",
    AreaLevel.STREET: "指挥分中心",
    AreaLevel.SUBDISTRICT: "片区工作站",
    AreaLevel.COMMUNITY: "工作站",
    AreaLevel.GRID: "网格站",
}
_PARENT_LEVEL = {
    AreaLevel.STREET: AreaLevel.DISTRICT,
    AreaLevel.SUBDISTRICT: AreaLevel.STREET,
    AreaLevel.COMMUNITY: AreaLevel.STREET,
    AreaLevel.GRID: AreaLevel.COMMUNITY,
}
_LEVEL_NAMES = {
    AreaLevel.DISTRICT: "区",
    AreaLevel.STREET: "街道",
    AreaLevel.SUBDISTRICT: "片区",
    AreaLevel.COMMUNITY: "社区",
    AreaLevel.GRID: "网格",
}


def square(west: float, south: float, size: float) -> MultiPolygon:
    """A square outline; degrees, WGS-84."""
    return MultiPolygon(Polygon.from_bbox((west, south, west + size, south + size)), srid=4326)


def cell_of(outline: MultiPolygon, index: int) -> MultiPolygon:
    """The index-th (from 0) of the 10 × 10 cells of an outline's box, west to east, north to south."""
    west, south, east, north = outline.extent
    row, column = divmod(index % CELLS**2, CELLS)
    xs = [west + (east - west) * (column + step) / CELLS for step in (0, 1)]
    ys = [north - (north - south) * (row + step) / CELLS for step in (1, 0)]
    return MultiPolygon(Polygon.from_bbox((xs[0], ys[0], xs[1], ys[1])), srid=4326)


def make_area(
    level: int = AreaLevel.DISTRICT,
    *,
    parent: Area | None = None,
    code: str = "",
    name: str = "",
    outline: MultiPolygon | None = None,
    without_outline: bool = False,
    **fields: Any,
) -> Area:
    """An area with its current version; missing parents are made too, up to a new district."""
    level = AreaLevel(level)
    if parent is None and level != AreaLevel.DISTRICT:
        parent = make_area(_PARENT_LEVEL[level])
    siblings = Area.objects.filter(parent=parent, level=level).count()
    code = code or _next_code(level, parent, siblings)
    area = Area.objects.create(
        code=code,
        name=name or f"测试{_LEVEL_NAMES[level]}{siblings + 1}",
        level=level,
        parent=parent,
        path=f"{parent.path if parent else '/'}{code}/",
        kind=fields.pop("kind", GridKind.RESIDENTIAL if level == AreaLevel.GRID else ""),
        **fields,
    )
    if not without_outline:
        make_version(area, outline or _default_outline(parent, siblings))
    return area


def make_grid(parent: Area | None = None, **fields: Any) -> Area:
    """A grid in a community (made with street and district when none is given)."""
    return make_area(AreaLevel.GRID, parent=parent, **fields)


def make_version(area: Area, outline: MultiPolygon, **fields: Any) -> AreaVersion:
    """An outline of the area, current unless `valid_to` is given."""
    return AreaVersion.objects.create(
        **{
            "area": area,
            "number": 1,
            "valid_from": LONG_AGO,
            "outline": outline,
            "level": area.level,
            **fields,
        }
    )


def inside(area: Area) -> Point:
    """A point well inside the area's current outline."""
    point = area.versions.get(valid_to=None).outline.point_on_surface
    point.srid = 4326
    return point


def make_organisation(
    area: Area | None = None,
    kind: str = OrganisationKind.COMMAND,
    *,
    code: str = "",
    name: str = "",
    **fields: Any,
) -> Organisation:
    """An organisation at its area's level; a new district's command centre by default."""
    area = area or make_area()
    number = Organisation.objects.filter(area=area, kind=kind).count() + 1
    code = code or f"{area.code}-{kind}" + ("" if kind == OrganisationKind.COMMAND else f"-{number}")
    what = _COMMAND_NAMES[AreaLevel(area.level)] if kind == OrganisationKind.COMMAND else f"{kind} {number}"
    return Organisation.objects.create(
        area=area,
        kind=kind,
        level=fields.pop("level", area.level),
        code=code,
        name=name or f"{area.name}{what}",
        **fields,
    )


def make_user(username: str = "", *, password: str = PASSWORD, **fields: Any) -> User:
    """A person who can log in with `PASSWORD`; no posts yet."""
    username = username or f"user{User.objects.count() + 1}"
    return User.objects.create_user(username, password=password, **{"display_name": username, **fields})


def make_post(
    user: User | None = None,
    role: str = Role.OPERATOR,
    organisation: Organisation | None = None,
    *,
    area: Area | None = None,
    **fields: Any,
) -> Post:
    """A post held since long ago, over the organisation's own area unless another is named."""
    organisation = organisation or make_organisation(area)
    return Post.objects.create(
        user=user or make_user(),
        role=role,
        organisation=organisation,
        area=area or organisation.area,
        **{"valid_from": LONG_AGO, **fields},
    )


def _next_code(level: AreaLevel, parent: Area | None, siblings: int) -> str:
    if parent is None:
        return f"4406{siblings + 1:02d}"
    # A sub-district area has 11 digits; communities under it carry on from the street's 9.
    if level == AreaLevel.SUBDISTRICT:
        return f"{parent.code}{siblings + 1:02d}"
    if parent.level == AreaLevel.SUBDISTRICT:
        return f"{parent.code[:9]}{int(parent.code[9:]) % 10}{siblings + 1:02d}"
    return f"{parent.code}{siblings + 1:03d}"


def _default_outline(parent: Area | None, index: int) -> MultiPolygon:
    if parent is None:
        return square(WEST + index, NORTH - 1, 1.0)
    return cell_of(parent.versions.get(valid_to=None).outline, index)
