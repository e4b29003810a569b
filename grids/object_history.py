"""What an object was before, as the change feed tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    said = list(changes.values_list("fields", flat=True))

    def was(name: str) -> list[Any]:
        return [old for fields in said for old in fields.get(name, [])[:1] if old]

    paths = set(Area.objects.filter(code__in=was("area")).order_by().values_list("path", flat=True))
    places = (locate(Point(x, y, srid=4326), level=None) for x, y in was("point"))
    return Before(paths | {place.area.path for place in places if place}, set(was("owner")), set(was("type")))
