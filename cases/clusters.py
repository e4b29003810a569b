"""Where cases of a class lie close together: density clusters (DBSCAN) in metres."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from cases.models import Case
from cases.workflow import Status

# Farther apart, or fewer, nobody calls a cluster.
MOST_METRES, LEAST_CASES = 500, 3
# What statistics ask for at once is not longer.
LONGEST_SPAN = timedelta(days=731)
# What was refused or void says nothing about a place; what was merged is a complaint more.
_SAYS_NOTHING = (Status.REFUSED, Status.VOID)

# Where an object is known, its place counts: reports of the same object lie on each other. The order makes the same
# cases fall into the same clusters each time.
_CLUSTERS = """
    SELECT id, case_class_id, place, ST_ClusterDBSCAN(ST_Transform(place, %s), eps := %s, minpoints := %s)
        OVER (PARTITION BY case_class_id ORDER BY id) AS cluster
    FROM (
        SELECT c.id, c.case_class_id, COALESCE(o.point, c.point) AS place
        FROM cases_case c LEFT JOIN grids_gridobject o ON o.id = c.object_id
        WHERE c.id IN ({cases})
    ) placed
    WHERE place IS NOT NULL
"""


@dataclass(frozen=True)
class Closeness:
    """How near, in metres, and how many at least: what makes some cases of a class a cluster."""

    metres: int
    at_least: int


def cluster_sql(cases: QuerySet[Case], near: Closeness) -> tuple[str, list[Any]]:
    """A query of (id, case_class_id, place, cluster), cluster None outside of all; raises EmptyResultSet."""
    counted = cases.exclude(status__in=_SAYS_NOTHING).filter(case_class__isnull=False)
    sql, params = counted.order_by().values("pk").query.sql_with_params()
    return _CLUSTERS.format(cases=sql), [metric_srid(), near.metres, near.at_least, *params]


def in_cluster_of(cases: QuerySet[Case], case: Case, near: Closeness) -> QuerySet[Case]:
    """Those of the cases that lie in the same cluster as this one; none where it lies in none.

    Only cases of its class, reported within two years of it, are looked at: what a city has of everything would take
    seconds. Raises ValueError for a closeness out of range.
    """
    if not (0 < near.metres <= MOST_METRES and near.at_least >= LEAST_CASES):
        raise ValueError(near)
    alike = cases.filter(
        case_class=case.case_class_id,
        reported_at__range=(case.reported_at - LONGEST_SPAN, case.reported_at + LONGEST_SPAN),
    )
    try:
        sql, params = cluster_sql(alike, near)
    except EmptyResultSet:
        return cases.none()
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS ({sql}) SELECT id FROM found "  # noqa: S608
            "WHERE cluster = (SELECT cluster FROM found WHERE id = %s)",
            [*params, case.pk],
        )
        return cases.filter(pk__in=[pk for (pk,) in cursor.fetchall()])


def metric_srid() -> int:
    """The UTM zone of the district: there a unit is a metre, to a thousandth; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(c), ST_Y(c) FROM (SELECT ST_Centroid(outline) AS c FROM grids_areaversion "
            "WHERE level = 1 AND valid_to IS NULL ORDER BY area_id LIMIT 1) first"
        )
        row = cursor.fetchone()
    if row is None:
        return 32649
    lon, lat = row
    return (32600 if lat >= 0 else 32700) + int((lon + 180) // 6) + 1
