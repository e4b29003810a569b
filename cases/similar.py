"""What may be of the same matter as a case: reports nearby, open ones and those closed of late."""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import OuterRef, Q, Subquery

from cases.case_page import latlon, outline_of
from cases.models import Case, CaseClass, CasePhoto
from cases.models.case import CaseQuerySet
from cases.workflow import Status
from gridgov import clock
from gridgov.geo import box_around
from grids.models import User

# Whatever the class: two people seldom give the same matter the same one.
SAME_SPOT_M = 30
MOST_OPEN = 6
MOST_CLOSED = 3
# Where nobody knows the class yet.
_ANY_CLASS = CaseClass()


@dataclass(frozen=True)
class Similar:
    """The cases that one may repeat, and where they lie."""

    case: Case
    others: list[Case]
    radius_m: int
    days: int

    def __bool__(self) -> bool:
        return bool(self.others)

    @property
    def map_data(self) -> str:
        """This case and the others, numbered as they are listed, as JSON; points are [lat, lon]."""
        return json.dumps(
            {
                "point": latlon(self.case.point),
                "outline": outline_of(self.case),
                "others": [latlon(other.point) for other in self.others],
            }
        )


def similar_cases(user: User, case: Case, case_class: CaseClass | None = None) -> Similar:
    """Cases that this one may repeat: of its class within the class's radius, any at the same spot.

    Open ones first, the nearest first, then those that were closed within the class's days; each with its
    `distance` and the `photo_id` of its first photo. `case_class`: as if it were of this class. Two queries; none
    without a point. A case without a class is compared with all.
    """
    of_class = case_class or case.case_class
    limits = of_class or _ANY_CLASS
    if case.point is None:
        return Similar(case, [], limits.similar_m, limits.similar_days)
    near = _near(user, case, of_class, limits.similar_m)
    since = clock.now() - timedelta(days=limits.similar_days)
    closed = near.filter(status=Status.CLOSED, closed_at__gte=since)
    others = [*near.open()[:MOST_OPEN], *closed[:MOST_CLOSED]]
    return Similar(case, others, limits.similar_m, limits.similar_days)


def _near(user: User, case: Case, of_class: CaseClass | None, radius_m: int) -> CaseQuerySet:
    assert case.point is not None
    first_photo = CasePhoto.objects.filter(case=OuterRef("pk")).order_by("pk").values("photo_id")[:1]
    return (
        cases_around(Case.objects.visible_to(user), case.point, case.district_id, of_class, radius_m)
        .exclude(pk=case.pk)
        .annotate(photo_id=Subquery(first_photo))
        .select_related("case_class", "holder", "unit")
    )


def cases_around(
    cases: CaseQuerySet, point: Point, district_id: int, of_class: CaseClass | None, radius_m: int
) -> CaseQuerySet:
    """Those of some cases that lie around a point of a district: of a class within the radius, any at the same spot.

    Each with its `distance`, the nearest first. Without a class, all within the radius.
    """
    near = Q(distance__lte=D(m=radius_m))
    if of_class is not None:
        near = Q(near, case_class=of_class) | Q(distance__lte=D(m=SAME_SPOT_M))
    return (
        # The box is what the indexes find: of open cases, and of closed ones.
        cases.filter(district=district_id, point__within=box_around(point, max(radius_m, SAME_SPOT_M)))
        .annotate(distance=Distance("point", point))
        .filter(near)
        .order_by("distance", "pk")
    )
