"""Cases across borders: a line or several places, the areas they touch, and the one centre that leads."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import combinations, pairwise

from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPoint, Point
from django.utils.translation import gettext as _

from gridgov.errors import invalid
from gridgov.geo import metres_between
from grids.command import lowest_centre
from grids.models import Area, AreaVersion, Organisation

MOST_POINTS = 50
LONGEST_M = 20_000
LINE, PLACES = "LineString", "MultiPoint"


class Drawn(Enum):
    """Said of an extent that nobody touched; None takes it away."""

    AS_IT_IS = "as it is"


AS_IT_IS = Drawn.AS_IT_IS
Redrawn = GEOSGeometry | Drawn | None


@dataclass(frozen=True)
class Reach:
    """How far an extent goes: the areas it touches beside those of its place, and the lowest centre over all of it."""

    more_area_ids: list[int]
    holder: Organisation | None


def make_extent(points: Iterable[Point], kind: str = PLACES) -> GEOSGeometry:
    """A line through the points (WGS-84), or the points as so many places; raises ValidationError for too few or many."""
    found = list(points)
    if not 2 <= len(found) <= MOST_POINTS:
        raise invalid("extent", _("Give 2 to %(most)d points.") % {"most": MOST_POINTS}, "number_of_points")
    return LineString(found, srid=4326) if kind == LINE else MultiPoint(found, srid=4326)


def points_of(extent: GEOSGeometry) -> list[Point]:
    """The points of a line or of several places."""
    coordinates = json.loads(extent.geojson)["coordinates"]
    return [Point(longitude, latitude, srid=4326) for longitude, latitude in coordinates]


def reach_of(extent: GEOSGeometry, chain: Iterable[Area]) -> Reach:
    """The areas that an extent touches, at all levels, and who leads; three queries.

    `chain` are the areas of the case's place, the district first. Who leads is the lowest centre of these whose area
    holds all of it (牵头). Raises ValidationError for one that is too long or leaves the district.
    """
    own = list(chain)
    if _length(extent) > LONGEST_M:
        raise invalid(
            "extent", _("It may reach over %(km)d km at most.") % {"km": LONGEST_M // 1000}, "too_long"
        )
    versions = AreaVersion.objects.current().order_by()
    holding = set(versions.filter(area__in=own, outline__covers=extent).values_list("area_id", flat=True))
    if own[0].pk not in holding:
        raise invalid(
            "extent",
            _("A part of it lies outside %(district)s: draw only what lies inside.") % {"district": own[0]},
            "outside",
        )
    touched = versions.filter(outline__intersects=extent, area__path__startswith=own[0].path)
    more = set(touched.values_list("area_id", flat=True)) - {area.pk for area in own}
    return Reach(sorted(more), lowest_centre([area for area in own if area.pk in holding]))


def _length(extent: GEOSGeometry) -> float:
    """Metres along a line, or between the two of several places that lie farthest apart."""
    points = points_of(extent)
    if extent.geom_type == LINE:
        return sum(metres_between(a, b) for a, b in pairwise(points))
    return max(metres_between(a, b) for a, b in combinations(points, 2))
