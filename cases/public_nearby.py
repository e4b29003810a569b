"""What strangers may know of around a place, before they report it again."""

from datetime import timedelta
from typing import cast

from django.contrib.gis.geos import Point

from cases.after_close import reopenable
from cases.models import Case, CaseClass, Publicity
from cases.models.case import CaseQuerySet
from cases.public_cases import public_cases
from cases.similar import MOST_CLOSED, MOST_OPEN, cases_around
from gridgov import clock
from grids.models import Area

# Where nobody knows the class yet.
_ANY_CLASS = CaseClass()


def public_cases_nearby(
    *,
    district: Area,
    point: Point | None = None,
    street: Area | None = None,
    case_class: CaseClass | None = None,
) -> list[Case]:
    """Open cases that strangers may know of and one may mean, then those closed of late that may be opened again.

    Around a point those of the class within its radius, or any at the same spot, each with its `distance`. Of classes
    that show their street alone, those of the same class in the whole street: nobody finds such a place by trying
    points. Without a point those of the class in the street. Four queries at most.
    """
    limits = case_class or _ANY_CLASS
    cases = cast(CaseQuerySet, public_cases()).filter(district=district)
    if point is not None and (case_class is None or case_class.publicity != Publicity.STREET):
        placed = cases.filter(case_class__publicity=Publicity.PLACE)
        found = cases_around(placed, point, district.pk, case_class, limits.similar_m)
    elif street is not None and case_class is not None:
        found = cases.filter(street=street, case_class=case_class).order_by("-reported_at", "-pk")
    else:
        return []
    return _open_then_closed(found, limits.similar_days)


def _open_then_closed(found: CaseQuerySet, days: int) -> list[Case]:
    since = clock.now() - timedelta(days=days)
    closed = reopenable(found).filter(closed_at__gte=since)[:MOST_CLOSED]
    return [*found.open()[:MOST_OPEN], *closed]
