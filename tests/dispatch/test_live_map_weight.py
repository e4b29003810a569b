"""No view of the map is heavier than 300 kB, however many cases and areas there are."""

import math
from uuid import uuid4

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon
from django.db import connection
from django.db.models import Max

from cases import map_cells
from cases.models import Case
from dispatch.map_layers import MOST_OBJECTS
from gridgov import clock
from grids.map_outlines import MOST_AREAS
from grids.models import Area, AreaLevel, AreaVersion, ObjectKind, User
from inspections.models import Duty, TrackSegment
from inspections.positions import MOST_PEOPLE
from inspections.services.duty import go_on_duty
from tests.case_factories import make_case
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db
MOST_BYTES = 300_000
# A district of 0.2°, cut into grids with ragged sides; and this many cases anywhere in it.
WEST, SOUTH, SIDE, GRIDS, CASES = 113.0, 23.0, 0.2, 890, 20_000
SCREEN = (1920, 1080)
LAYERS = ["/map/cases/", "/areas/map-outlines/", "/map/objects/", "/map/people/", "/map/tracks/"]


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
                'id', %s + n, 'number', format('440605-20261122-%%s', lpad(n::text, 6, '0')),
                'point', ST_SetSRID(ST_MakePoint(%s + %s * random(), %s + %s * random()), 4326)
            ))).* FROM cases_case matter, generate_series(1, %s) n WHERE matter.id = %s
            """,
            [case.pk, WEST, SIDE, SOUTH, SIDE, CASES, case.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE cases_case")
    return cast


@pytest.fixture
def layers(crowd):
    """As many objects as are drawn at all, and more people on duty than that, each of whom walked a crooked way."""
    lamp = make_object(crowd.city.grid, make_type("lamp", ObjectKind.COMPONENT), name="路灯")
    duty = go_on_duty(actor=crowd.inspector)
    place = lamp.point
    segment = TrackSegment.objects.create(
        client_uuid=uuid4(),
        duty=duty,
        district=crowd.city.district,
        started_at=duty.started_at,
        ended_at=duty.started_at,
        path=LineString((place.x, place.y), (place.x + 0.001, place.y), srid=4326),
        seconds=[0, 1],
    )
    anywhere = (
        "ST_SetSRID(ST_MakePoint(%(west)s + %(side)s * random(), %(south)s + %(side)s * random()), 4326)"
    )
    way = """(SELECT ST_SetSRID(ST_MakeLine(ST_MakePoint(
        %(west)s + %(side)s * (0.5 + (random() - 0.5) * step / 500.0), %(south)s + %(side)s * (0.5 + (random() - 0.5) * step / 500.0)
    ) ORDER BY step), 4326) FROM generate_series(1, 500) step WHERE n > 0)"""
    copies = [
        (lamp, f"'code', 'LAMP-' || n, 'name', format('桂澜路路灯第%%s号', n), 'point', {anywhere}", MOST_OBJECTS - 1),
        (crowd.inspector, "'username', 'walker-' || n, 'display_name', format('网格员%%s', n)", MOST_PEOPLE + 50),
        (duty, f"'user_id', {last(User)} + n", MOST_PEOPLE + 50),
        (segment, f"'client_uuid', gen_random_uuid(), 'duty_id', {last(Duty)} + n, 'path', {way}", MOST_PEOPLE + 50),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for one, changed, times in copies:
            table = one._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(matter, jsonb_build_object('id', {last(type(one))} + n, {changed}))).* "
                f"FROM {table} matter, generate_series(1, %(times)s) n WHERE matter.id = %(id)s",
                {"west": WEST, "south": SOUTH, "side": SIDE, "times": times, "id": one.pk},
            )
        cursor.execute("SET LOCAL session_replication_role = origin")
    return crowd


def last(model):
    return model.objects.aggregate(last=Max("pk"))["last"]


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
        assert len(found["cells"]) + len(found["dots"]) <= map_cells.MOST_CELLS * map_cells.MOST_DOTS * 1.2
        assert len(outlines.json()["areas"]) <= MOST_AREAS
        assert found["level"] == outlines.json()["level"], zoom
        heaviest = max(heaviest, len(cases.content) + len(outlines.content))
    assert 50_000 < heaviest <= MOST_BYTES  # the test would be none if the city were not dense


def test_nor_does_any_with_all_its_layers(client, layers):
    client.force_login(layers.supervisor)
    weights = {}
    for zoom, box in views():
        asked = {"bbox": box, "zoom": zoom, "finest": int(AreaLevel.GRID), "type": "lamp"}
        answers = {url: client.get(url, asked) for url in LAYERS}
        assert {answer.status_code for answer in answers.values()} == {200}
        weights[zoom] = {url: len(answer.content) for url, answer in answers.items()}
    far = min(weights)
    assert all(weights[far][url] > 10_000 for url in LAYERS[2:])  # each layer is full
    assert max(sum(each.values()) for each in weights.values()) <= MOST_BYTES, weights


def test_all_the_cases_of_a_crowd_are_counted(client, crowd):
    client.force_login(crowd.supervisor)
    zoom, box = next(views())
    found = client.get("/map/cases/", {"bbox": box, "zoom": zoom}).json()
    assert found["total"] == Case.objects.open().count() == CASES + 1
