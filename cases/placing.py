"""Where a case belongs: its areas, and the command centre that holds it first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.db.models import FloatField, Func, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from cases.extents import reach_of
from cases.models import Case
from gridgov.geo import box_around
from grids.command import lowest_centre
from grids.models import Area, AreaLevel, AreaVersion, Organisation
from grids.selectors import locate

# So near to a border a position may as well lie on the other side.
NEAR_A_BORDER_M = 15


@dataclass(frozen=True)
class GridNear:
    """A grid at a point, and how far off it begins; 0 where the point lies in it."""

    area: Area
    metres: float


def grids_near(point: Point) -> list[GridNear]:
    """The grid that a point (WGS-84) lies in and those within `NEAR_A_BORDER_M` of it, the nearest first; one query."""
    on_earth = GeometryField(geography=True, srid=4326)
    here = Cast(Value(point, output_field=GeometryField(srid=4326)), on_earth)
    found = (
        AreaVersion.objects.current()
        .filter(level=AreaLevel.GRID, outline__bboverlaps=box_around(point, NEAR_A_BORDER_M))
        .annotate(
            metres=Func(Cast("outline", on_earth), here, function="ST_Distance", output_field=FloatField())
        )
        .filter(metres__lte=NEAR_A_BORDER_M)
        .defer("outline")
        .select_related("area")
        .order_by("metres", "area__code")
    )
    return [GridNear(version.area, vars(version)["metres"]) for version in found]


# The fields of a case that name its areas, the district first.
AREAS = ("district", "street", "subdistrict", "community", "grid")


@dataclass(frozen=True)
class Place:
    """The chain of areas at a point, and the lowest command centre there."""

    district: Area
    holder: Organisation
    street: Area | None = None
    subdistrict: Area | None = None
    community: Area | None = None
    grid: Area | None = None
    grid_version: AreaVersion | None = None

    @property
    def chain(self) -> list[Area]:
        """The areas from the district down."""
        return [area for area in (getattr(self, name) for name in AREAS) if area]

    def fields(self) -> dict[str, Any]:
        """The fields of a case that say where it belongs."""
        return {**vars(self), "level": self.holder.level}


def place_of(point: Point | None, otherwise: Callable[[], Area]) -> Place:
    """The place of a point (EPSG:4326); outside every grid, the unplaced list of the district that `otherwise` reads."""
    located = locate(point) if point is not None else None
    if located is None:
        district = otherwise()
        return Place(district=district, holder=_centre_of([district]))
    areas = {AreaLevel(area.level).name.lower(): area for area in located.chain}
    return Place(holder=_centre_of(located.chain), grid_version=located.version, **areas)


def areas_of(case: Case) -> list[Area]:
    """The areas that a case lies in, district to grid."""
    return [area for area in (getattr(case, name) for name in AREAS) if area is not None]


def fields_across(extent: GEOSGeometry | None, chain: Sequence[Area], holder: Organisation) -> dict[str, Any]:
    """The fields of a case that runs beyond its place, given its areas and who would hold it, or does, otherwise.

    Without an extent it does not run beyond it any more. It only ever goes up: a centre that has a case already keeps it where its area holds all of it. Raises
    ValidationError as `reach_of` does.
    """
    if extent is None:
        return {"extent": None, "more_area_ids": []}
    reach = reach_of(extent, chain)
    lead = reach.holder if reach.holder and reach.holder.level < holder.level else holder
    return {"extent": extent, "more_area_ids": reach.more_area_ids, "holder": lead, "level": lead.level}


def _centre_of(areas: list[Area]) -> Organisation:
    centre = lowest_centre(areas)
    if centre is None:
        raise ValidationError(_("No command centre answers for this place yet."), code="no_command_centre")
    return centre
