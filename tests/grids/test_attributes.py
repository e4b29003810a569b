"""Fields that an administrator defines, and the values people and files give them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from grids.attributes import check_definitions, clean_values, shown_values

FIELDS = [
    {"key": "floors", "name": "层数", "type": "number", "required": True},
    {"key": "gas", "name": "用气", "type": "yes_no"},
    {"key": "fuel", "name": "燃料", "type": "choice", "choices": ["管道气", "瓶装气"]},
    {"key": "checked_on", "name": "检查日期", "type": "date"},
    {"key": "area", "name": "面积", "type": "number", "unit": "m²"},
    {"key": "remark", "name": "备注", "type": "text"},
]


def test_a_good_definition_is_accepted():
    check_definitions(FIELDS)
    check_definitions([])


@pytest.mark.parametrize(
    "definitions",
    [
        {},
        ["floors"],
        [{"key": "Floors", "name": "层数", "type": "number"}],
        [{"key": "floors", "name": " ", "type": "number"}],
        [{"key": "floors", "name": "层数", "type": "integer"}],
        [{"key": "fuel", "name": "燃料", "type": "choice"}],
        [{"key": "fuel", "name": "燃料", "type": "text", "choices": ["a"]}],
        [{"key": "fuel", "name": "燃料", "type": "choice", "choices": "ab"}],
        [{"key": "floors", "name": "层数", "type": "number", "colour": "red"}],
        [{"key": "a", "name": "甲", "type": "text"}, {"key": "a", "name": "乙", "type": "text"}],
    ],
)
def test_a_bad_definition_is_refused(definitions):
    with pytest.raises(ValidationError):
        check_definitions(definitions)


def test_words_from_a_file_become_values_and_empty_ones_are_left_out():
    given = {
        "floors": " 1,203 ",
        "gas": "是",
        "fuel": "瓶装气",
        "checked_on": "2026/3/5",
        "area": "80.5",
        "remark": " ",
    }
    assert clean_values(FIELDS, given) == {
        "floors": 1203,
        "gas": True,
        "fuel": "瓶装气",
        "checked_on": "2026-03-05",
        "area": 80.5,
    }


def test_values_of_a_program_are_taken_as_they_are():
    assert clean_values(FIELDS, {"floors": 3, "gas": False, "checked_on": date(2026, 3, 5)}) == {
        "floors": 3,
        "gas": False,
        "checked_on": "2026-03-05",
    }


def test_everything_wrong_is_named_at_once():
    given = {
        "gas": "或许",
        "fuel": "柴",
        "checked_on": "2026-02-30",
        "area": "NaN",
        "remark": "长" * 501,
        "colour": "red",
    }
    with pytest.raises(ValidationError) as refused:
        clean_values(FIELDS, given)
    assert set(refused.value.message_dict) == {
        "floors",
        "gas",
        "fuel",
        "checked_on",
        "area",
        "remark",
        "colour",
    }


def test_values_are_shown_in_words_in_the_order_of_the_definition():
    values = {"area": 80.5, "floors": 3}
    assert shown_values(FIELDS, values) == [("层数", "3"), ("面积", "80.5 m²")]


@pytest.mark.parametrize("huge", ["1e999999999", "-1e15", "nan", "inf"])
def test_a_number_that_json_can_not_hold_is_refused_at_once(huge):
    with pytest.raises(ValidationError):
        clean_values([FIELDS[0]], {"floors": huge})
