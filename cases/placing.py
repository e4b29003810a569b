"""Where a case belongs: its areas, and the command centre that holds it first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.command import lowest_centre
from grids.models import Area, AreaLevel, AreaVersion, Organisation
from grids.selectors import locate


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


def _centre_of(areas: list[Area]) -> Organisation:
    centre = lowest_centre(areas)
    if centre is None:
        raise ValidationError(_("No command centre answers for this place yet."), code="no_command_centre")
    return centre
