"""Names of areas on the maps."""

import pytest

from grids.models import AreaLevel
from tests.browser.conftest import started
from tests.factories import make_area

pytestmark = pytest.mark.browser

WALL, MAP = ".wall-map__names text", ".map-label span"
COVERED = """
    (names) => {
        const boxes = [...document.querySelectorAll(names)].map((name) => name.getBoundingClientRect());
        return boxes.filter((a, i) => boxes.some((b, j) => j > i && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)).length;
    }
"""


@pytest.mark.parametrize(("path", "names"), [("/wall/", WALL), ("/map/?finest=2", MAP)])
def test_no_name_covers_another(open_as, cast, path, names):
    for number in range(6):  # beside each other, each narrower than its name
        make_area(AreaLevel.STREET, parent=cast.city.district, name=f"很长很长很长名字的街道{number}")
    page = open_as(cast.leader, path, viewport={"width": 1920, "height": 1080})
    started(page)
    page.wait_for_selector(names, state="attached")
    assert page.evaluate(COVERED, names) == 0
    assert 3 <= page.locator(names).count() <= 7
