"""What an object was before, as the change feed tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point

from grids.models import Area, GridObject, RegistryChange
from grids.selectors import locate


@dataclass(frozen=True)
class Before:
    """What an object was at some time: paths of the areas it lay in, codes of its owners and of its types."""

    paths: set[str]
    owners: set[str]
    types: set[str]


def before(seen: GridObject, since: datetime | None = None) -> Before:
    """What an object was since a time (ever), as far as it is that no longer.

    An area is told by redrawn grids alone; a place that somebody corrected lies in what covers it today.
    """
    changes = RegistryChange.objects.filter(object=seen).order_by()
    if since:
        changes = changes.filter(at__gte=since)
    was: dict[str, list[str]] = {"owner": [], "type": [], "area": []}
    points = []
    for fields in changes.values_list("fields", flat=True):
        for name, found in was.items():
            found += filter(None, fields.get(name, [])[:1])
        points += filter(None, fields.get("point", [])[:1])
    paths = set(Area.objects.filter(code__in=was["area"]).order_by().values_list("path", flat=True))
    for point in points:
        located = locate(Point(*point, srid=4326), level=None)
        paths |= {located.area.path} if located else set()
    return Before(paths, set(was["owner"]), set(was["type"]))
