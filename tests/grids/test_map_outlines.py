"""The outlines that fit one view of a map."""

import pytest

from grids import map_outlines
from grids.models import AreaLevel
from grids.outlines import outlines_etag
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
URL = "/areas/map-outlines/"


@pytest.fixture
def ask(client, cast):
    def ask(area, zoom=16, **more):
        client.force_login(cast.operator)
        west, south, east, north = area.versions.get().outline.extent
        return client.get(URL, {"bbox": f"{west},{south},{east},{north}", "zoom": zoom, **more})

    return ask


def decoded(line, decimals):
    """[(lon, lat), …] of Google's encoded polyline."""
    points, index, place = [], 0, [0, 0]
    while index < len(line):
        for axis in (0, 1):
            bits = shift = 0
            while True:
                byte = ord(line[index]) - 63
                index += 1
                bits |= (byte & 31) << shift
                shift += 5
                if byte < 32:
                    break
            place[axis] += ~(bits >> 1) if bits & 1 else bits >> 1
        points.append((place[1] / 10**decimals, place[0] / 10**decimals))
    return points


def test_an_outline_comes_as_its_points(ask, cast):
    found = ask(cast.city.community).json()
    assert found["level"] == AreaLevel.GRID
    by_code = {code: rings for code, _name, _at, rings in found["areas"]}
    assert set(by_code) == {cast.city.grid.code, cast.city.other_grid.code}
    (ring,) = by_code[cast.city.grid.code]
    outline = cast.city.grid.versions.get().outline
    assert {(round(x, 5), round(y, 5)) for x, y in outline.coords[0][0]} == set(
        decoded(ring, found["decimals"])
    )


def test_too_many_areas_step_up_to_the_level_above(ask, cast, monkeypatch):
    monkeypatch.setattr(map_outlines, "MOST_AREAS", 1)
    assert ask(cast.city.community).json()["level"] == AreaLevel.COMMUNITY


def test_no_finer_level_comes_than_was_asked_for(ask, cast):
    found = ask(cast.city.district, finest=AreaLevel.STREET).json()
    assert [code for code, *_ in found["areas"]] == [cast.city.street.code]


def test_outlines_of_a_known_version_are_kept_for_good(ask, cast):
    kept = ask(cast.city.community, v=outlines_etag())
    assert "immutable" in kept["Cache-Control"]
    assert "private" in kept["Cache-Control"]
    assert "no-cache" in ask(cast.city.community, v="0-0")["Cache-Control"]


def test_a_broken_view_is_refused(ask, cast):
    assert ask(cast.city.community, zoom="near").status_code == 400


def test_outlines_take_few_queries(ask, client, cast):
    ask(cast.city.community)
    west, south, east, north = cast.city.community.versions.get().outline.extent
    assert count_queries(client, f"{URL}?bbox={west},{south},{east},{north}&zoom=15") <= 9
