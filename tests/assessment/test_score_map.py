"""What is written on an area of the score map: as much as there is room for."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from assessment.models import Level
from assessment.score_map import AreaShown, Shape


def shown(name: str, room: float, points: str | None = "89.99") -> AreaShown:
    level = Level(letter="B") if points else None
    return AreaShown(
        SimpleNamespace(area=name), Decimal(points) if points else None, level, Shape("M0 0", 0, 0, room)
    )


@pytest.mark.parametrize(
    ("room", "label", "named", "named_when_narrow"),
    [
        (7, "", False, False),
        (10, "B", False, False),
        # Cut, not rounded.
        (20, "B 89", False, False),
        # Three characters are 36 wide, name and number 26 high: the circle around has a radius of 22.2.
        (23, "B 89", True, False),
        (30, "B 89.99", True, False),
        (42, "B 89.99", True, True),
    ],
)
def test_a_name_stands_above_the_number_where_it_fits(room, label, named, named_when_narrow):
    area = shown("里水镇", room)
    assert (area.label, area.has_name, area.has_name_when_narrow) == (label, named, named_when_narrow)


def test_a_longer_name_takes_more_room_and_latin_letters_take_less():
    assert not shown("江南名居社区", 36).has_name
    assert shown("Lishui", 36).has_name


def test_an_area_without_a_score_has_its_name_and_no_number():
    area = shown("里水镇", 30, points=None)
    assert (area.label, area.has_name) == ("", True)
    assert not AreaShown(SimpleNamespace(area="里水镇"), None, None, None).has_name
