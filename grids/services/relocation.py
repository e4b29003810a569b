"""Redrawn grids find their objects anew, by themselves."""

from collections.abc import Iterable

from django.db import connection

from gridgov import clock
from grids.models import Area, User

# Looked at are the objects that lay in the areas, and those that the outlines now cover unless a lower area holds
# them. As `grids.selectors.locate` does: the lowest area at the place, of several the lower code; outside of all
# the object stays with its district. Locked by id, as everybody locks them.
_RELOCATE = """
WITH seen AS (
    SELECT id FROM grids_gridobject WHERE area_id = ANY(%(areas)s) AND point IS NOT NULL
    UNION
    SELECT inside.id
    FROM grids_areaversion drawn
    JOIN grids_gridobject inside ON ST_Covers(drawn.outline, inside.point)
    JOIN grids_area held ON held.id = inside.area_id
    WHERE drawn.area_id = ANY(%(areas)s) AND drawn.valid_to IS NULL AND held.level <= drawn.level
), locked AS (
    SELECT object.id, object.point, object.area_id, object.district_id
    FROM grids_gridobject object JOIN seen USING (id)
    ORDER BY object.id
    FOR NO KEY UPDATE OF object
), found AS (
    SELECT locked.id, locked.area_id AS before, COALESCE(lowest.id, locked.district_id) AS after,
        COALESCE(district.id, locked.district_id) AS district_id
    FROM locked
    LEFT JOIN LATERAL (
        SELECT area.id, area.path
        FROM grids_areaversion version JOIN grids_area area ON area.id = version.area_id
        WHERE version.valid_to IS NULL AND ST_Covers(version.outline, locked.point)
        ORDER BY version.level DESC, area.code
        LIMIT 1
    ) lowest ON true
    LEFT JOIN grids_area district ON district.code = split_part(lowest.path, '/', 2)
), moved AS (
    UPDATE grids_gridobject object
    SET area_id = found.after, district_id = found.district_id, version = object.version + 1
    FROM found
    WHERE object.id = found.id AND found.after <> found.before
    RETURNING object.id, object.district_id, object.version, found.before, found.after
)
INSERT INTO grids_registrychange (object_id, district_id, kind, source, fields, version, by_id, at)
SELECT moved.id, moved.district_id, 'moved', 'redrawn',
    jsonb_build_object('area', jsonb_build_array(old.code, new.code)), moved.version, %(by)s, %(at)s
FROM moved JOIN grids_area old ON old.id = moved.before JOIN grids_area new ON new.id = moved.after
ORDER BY moved.id
"""


def relocate_objects(areas: Iterable[Area], *, actor: User | None) -> int:
    """Give the objects in and around areas just drawn, redrawn or retired the area that they lie in now.

    Each that moved gets a row in the change feed; returns how many did. One statement for all the areas. Part of
    the change of the areas, and permitted with it.
    """
    ids = [area.pk for area in areas]
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_RELOCATE, {"areas": ids, "by": actor.pk if actor else None, "at": clock.now()})
        return int(cursor.rowcount)
