"""Names of areas on the wall's map."""

import pytest

from grids.models import AreaLevel
from tests.browser.conftest import started
from tests.factories import make_area

pytestmark = pytest.mark.browser

COVERED = """
    () => {
        const boxes = [...document.querySelectorAll(".wall-map__names text")].map((name) => name.getBBox());
        return boxes.filter((a, i) => boxes.some((b, j) => j > i && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)).length;
    }
"""


def test_no_name_covers_another(open_as, cast):
    for number in range(6):  # beside each other, each narrower than its name
        make_area(AreaLevel.STREET, parent=cast.city.district, name=f"很长名字的街道{number}")
    page = open_as(cast.leader, "/wall/", viewport={"width": 1920, "height": 1080})
    started(page)
    page.wait_for_selector(".wall-map__names text", state="attached")
    assert page.evaluate(COVERED) == 0
    assert page.locator(".wall-map__names text").count() >= 3
