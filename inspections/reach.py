"""Whether a visit was made where its object is."""

from grids.models import GridObject, ObjectKind
from inspections.models import Visit, VisitReason

# Metres: a point on the map and a door are not the same.
NEAR = 100
# How far what is large reaches from its one point: the streets of a grid, a building site, an estate.
_LARGE = {ObjectKind.SITE: 400, ObjectKind.BUILDING: 100}


def reach_of(object: GridObject) -> int:
    """Metres from its point within which one is at an object; its type must be loaded."""
    return NEAR + _LARGE.get(ObjectKind(object.type.kind), 0)


def is_away(visit: Visit) -> bool:
    """Whether a visit was surely made elsewhere: farther than the object reaches and the fix may be off.

    A patrol goes everywhere. The phone judges likewise (`isAway` in visit-rules.js) and asks for the reason; what
    comes without one is kept and shown so.
    """
    if visit.away_m is None or visit.reason == VisitReason.PATROL:
        return False
    return visit.away_m - (visit.accuracy_m or 0) > reach_of(visit.object)
