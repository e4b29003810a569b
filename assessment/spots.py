"""Hot spots and repeated places: where cases of a class lie close together, and what is being done about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.contrib.gis.geos import GEOSGeometry, MultiPoint, Point
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from assessment.figures.question import Question
from cases.clusters import Closeness, cluster_sql
from cases.models import Case, CaseClass, CasePhoto
from cases.workflow import OPEN
from gridgov import clock
from gridgov.geo import metres_between
from grids.models import Area
from inspections.models import Campaign

# What each kind means until somebody chooses otherwise. A repeated place is one object, or what lies within 30 m.
KINDS = {"hot": Closeness(metres=100, at_least=5), "repeated": Closeness(metres=30, at_least=3)}
MOST_SPOTS = 50
_MOST_PHOTOS = 3
# A campaign that has a place this near is about the same spot.
_SAME_PLACE_M = 100

_SPOTS = """
    WITH found AS ({found}), spots AS (
        SELECT case_class_id, cluster, count(*) AS n, count(*) FILTER (WHERE c.status = ANY(%s)) AS open,
            count(DISTINCT c.object_id) AS objects, bool_and(c.object_id IS NOT NULL) AS all_objects,
            max(c.reported_at) AS newest, ST_Collect(place ORDER BY id) AS places,
            (array_agg(c.number ORDER BY c.id))[1] AS first_number, (array_agg(c.id ORDER BY c.id DESC))[1:6] AS newest_ids,
            mode() WITHIN GROUP (ORDER BY NULLIF(c.address, '')) AS address,
            array_remove(array_agg(DISTINCT c.grid_id), NULL) AS grids,
            array_remove(array_agg(DISTINCT c.community_id), NULL) AS communities,
            array_remove(array_agg(DISTINCT c.street_id), NULL) AS streets, min(c.district_id) AS district
        FROM found JOIN cases_case c USING (id, case_class_id) WHERE cluster IS NOT NULL GROUP BY 1, 2
    )
    SELECT case_class_id, n, open, objects, all_objects, newest, first_number, newest_ids, address,
        CASE WHEN cardinality(grids) = 1 THEN grids[1] WHEN cardinality(communities) = 1 THEN communities[1]
            WHEN cardinality(streets) = 1 THEN streets[1] ELSE district END,
        ST_AsEWKB(places), ST_AsGeoJSON(ST_ConvexHull(places), 6), count(*) OVER ()
    FROM spots ORDER BY n DESC, newest DESC, first_number LIMIT %s
"""


@dataclass
class Spot:
    """Some cases of one class in one place; its smallest area that holds them all."""

    case_class: CaseClass
    count: int
    open: int
    is_one_object: bool
    newest: datetime
    number: str
    newest_ids: list[int]
    address: str
    area: Area
    places: MultiPoint
    outline: Mapping[str, Any]
    photos: list[tuple[str, str]] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)

    @property
    def middle(self) -> Point:
        return self.places.centroid

    @property
    def across_m(self) -> int:
        """From its one end to the other."""
        west, south, east, north = self.places.extent
        return round(metres_between(Point(west, south), Point(east, north)))


def spots_of(question: Question, near: Closeness, number: str = "") -> tuple[list[Spot], int]:
    """The largest spots among the cases that are asked for, and how many there are in all; five queries.

    With a `number` only the one that this case lies in.
    """
    cases = Case.objects.filter(pk__in=question.facts.order_by().values("case"))
    try:
        sql, params = cluster_sql(cases, near)
    except EmptyResultSet:
        return [], 0
    if number:
        sql = (
            f"WITH every AS ({sql}) SELECT every.* FROM every JOIN (SELECT case_class_id, cluster FROM every "  # noqa: S608
            "WHERE id = (SELECT id FROM cases_case WHERE number = %s)) its USING (case_class_id, cluster)"
        )
        params = [*params, number]
    with connection.cursor() as cursor:
        cursor.execute(_SPOTS.format(found=sql), [*params, [*OPEN], MOST_SPOTS])
        rows = cursor.fetchall()
    classes = CaseClass.objects.select_related("major").in_bulk({row[0] for row in rows})
    areas = Area.objects.in_bulk({row[9] for row in rows})
    spots = [_spot(row, classes, areas) for row in rows]
    _hang_photos(spots)
    _hang_campaigns(spots)
    return spots, rows[0][-1] if rows else 0


def _spot(row: Sequence[Any], classes: Mapping[int, CaseClass], areas: Mapping[int, Area]) -> Spot:
    pk, n, n_open, objects, all_objects, newest, number, ids, address, area, places, outline, _all = row
    return Spot(
        case_class=classes[pk],
        count=n,
        open=n_open,
        is_one_object=all_objects and objects == 1,
        newest=newest,
        number=number,
        newest_ids=ids,
        address=address or "",
        area=areas[area],
        places=cast(MultiPoint, GEOSGeometry(memoryview(places))),
        outline=json.loads(outline),
    )


def _hang_photos(spots: list[Spot]) -> None:
    """The newest photos of each spot, as (address of the thumb, the case's number)."""
    ids = {pk for spot in spots for pk in spot.newest_ids}
    found: dict[int, tuple[str, str]] = {}
    photos: QuerySet[CasePhoto, Any] = CasePhoto.objects.filter(case__in=ids)
    for case, photo, number in photos.order_by("-id").values_list("case_id", "photo_id", "case__number"):
        found[case] = (reverse("cases:case_photo", args=[number, photo, "thumb"]), number)
    for spot in spots:
        spot.photos = [found[pk] for pk in spot.newest_ids if pk in found][:_MOST_PHOTOS]


def _hang_campaigns(spots: list[Spot]) -> None:
    """The campaigns that are about the same class at the same place and are not over."""
    campaigns = Campaign.objects.filter(
        case_class__in={spot.case_class.pk for spot in spots},
        places__isnull=False,
        ends_on__gte=clock.today(),
    )
    for campaign in campaigns.order_by("pk"):
        for spot in spots:
            same = spot.case_class.pk == campaign.case_class_id
            if same and campaign.places and _is_near(campaign.places, spot.middle):
                spot.campaigns.append(campaign)


def _is_near(places: MultiPoint, middle: Point) -> bool:
    return any(metres_between(place, middle) <= _SAME_PLACE_M for place in (*places, places.centroid))
