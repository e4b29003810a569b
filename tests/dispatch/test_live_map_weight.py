"""No view of the map is heavier than 300 kB, however many cases and areas there are."""

import math

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection

from cases.models import Case
from dispatch import live_map
from gridgov import clock
from grids.map_outlines import MOST_AREAS
from grids.models import Area, AreaLevel, AreaVersion
from tests.case_factories import make_case

pytestmark = pytest.mark.django_db
MOST_BYTES = 300_000
# A district of 0.2°, cut into grids with ragged sides; and this many cases anywhere in it.
WEST, SOUTH, SIDE, GRIDS, CASES = 113.0, 23.0, 0.2, 890, 20_000
SCREEN = (1920, 1080)


@pytest.fixture
def crowd(cast):
    """A dense city: as many grids and cases as a view may ever have to leave out."""
    city = cast.city
    case = make_case(cast)
    grids = [
        Area(
            code=f"{city.community.code}{100 + index:03d}",
            name=f"桂城街道平洲社区第{index}网格",
            level=AreaLevel.GRID,
            parent=city.community,
        )
        for index in range(GRIDS)
    ]
    for grid in grids:
        grid.path = f"{city.community.path}{grid.code}/"
    existing = set(Area.objects.values_list("code", flat=True))
    grids = [grid for grid in grids if grid.code not in existing]
    Area.objects.bulk_create(grids)
    across = math.ceil(math.sqrt(len(grids)))
    side = SIDE / across
    versions = []
    for index, grid in enumerate(grids):
        x, y = WEST + index % across * side, SOUTH + index // across * side
        ring = [(x + side * t, y + side * 0.02 * (t * 40 % 2)) for t in (step / 40 for step in range(41))]
        ring += [(x + side, y + side), (x, y + side), ring[0]]
        versions.append(_version(grid, Polygon(ring, srid=4326)))
    AreaVersion.objects.bulk_create(versions)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO cases_case SELECT (jsonb_populate_record(matter, jsonb_build_object(
                'id', 1000000 + n, 'number', format('440605-20261122-%%s', lpad(n::text, 6, '0')),
                'point', ST_SetSRID(ST_MakePoint(%s + %s * random(), %s + %s * random()), 4326)
            ))).* FROM cases_case matter, generate_series(1, %s) n WHERE matter.id = %s
            """,
            [WEST, SIDE, SOUTH, SIDE, CASES, case.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE cases_case")
    return cast


def _version(grid, outline):
    return AreaVersion(
        area=grid, level=grid.level, valid_from=clock.today(), outline=MultiPolygon(outline, srid=4326)
    )


def views():
    """The middle of the city on a large screen, from far away to the nearest."""
    for zoom in range(8, 21):
        degrees = 360 / 256 / 2**zoom
        half_x, half_y = (min(pixels * degrees / 2, 60) for pixels in SCREEN)
        x, y = WEST + SIDE / 2, SOUTH + SIDE / 2
        yield zoom, f"{x - half_x},{y - half_y},{x + half_x},{y + half_y}"


def test_no_view_weighs_more_than_300_kb(client, crowd):
    client.force_login(crowd.supervisor)
    heaviest = 0
    for zoom, box in views():
        asked = {"bbox": box, "zoom": zoom, "finest": int(AreaLevel.GRID)}
        cases = client.get("/map/cases/", asked)
        outlines = client.get("/areas/map-outlines/", asked)
        assert (cases.status_code, outlines.status_code) == (200, 200)
        found = cases.json()
        assert len(found["cells"]) + len(found["dots"]) <= live_map.MOST_CELLS * live_map.MOST_DOTS * 1.2
        assert len(outlines.json()["areas"]) <= MOST_AREAS
        assert found["level"] == outlines.json()["level"], zoom
        heaviest = max(heaviest, len(cases.content) + len(outlines.content))
    assert 50_000 < heaviest <= MOST_BYTES  # the test would be none if the city were not dense


def test_all_the_cases_of_a_crowd_are_counted(client, crowd):
    client.force_login(crowd.supervisor)
    zoom, box = next(views())
    found = client.get("/map/cases/", {"bbox": box, "zoom": zoom}).json()
    assert found["total"] == Case.objects.open().count() == CASES + 1
