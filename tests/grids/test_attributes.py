"""Fields that an administrator defines, and the values people and files give them."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from grids.attributes import check_definitions, clean_values, shown_values
from grids.services.object_types import TYPES

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
        [{"key": "a", "name": "甲", "type": "text"}, {"key": "b", "name": "甲", "type": "text"}],
        [
            {"key": "a", "name": "甲", "type": "text"},
            {"key": "b", "name": "乙", "name_en": "A", "type": "text"},
        ],
        [{"key": "a", "name": "甲", "name_en": 1, "type": "text"}],
        [{"key": "a", "name": "甲", "type": "text", "choices_en": ["x"]}],
        [{"key": "a", "name": "甲", "type": "choice", "choices": ["一", "二"], "choices_en": ["one"]}],
        [{"key": "a", "name": "甲", "type": "choice", "choices": ["一", "二"], "choices_en": ["one", "One"]}],
        [{"key": "a", "name": "甲", "type": "choice", "choices": ["一", "二"], "choices_en": "12"}],
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


FUEL = {
    "key": "fuel",
    "name": "燃料",
    "name_en": "fuel",
    "type": "choice",
    "choices": ["管道气", "瓶装气"],
    "choices_en": ["piped gas", "bottled gas"],
}
STAFF = {"key": "staff", "name": "从业人数", "name_en": "staff", "type": "number", "unit": "人"}
CAPITAL = {"key": "capital", "name": "注册资本", "type": "number", "unit": "万元", "unit_en": "× 10,000 yuan"}


def test_each_reader_sees_their_language_and_chinese_where_there_is_no_english():
    values = {"fuel": "瓶装气", "staff": 3, "capital": 50, "floors": 2}
    fields = [FUEL, STAFF, CAPITAL, FIELDS[0]]
    with translation.override("en"):
        shown = [("fuel", "bottled gas"), ("staff", "3"), ("注册资本", "50 × 10,000 yuan"), ("层数", "2")]
        assert shown_values(fields, values) == shown
    with translation.override("zh-hans"):
        shown = [("燃料", "瓶装气"), ("从业人数", "3 人"), ("注册资本", "50 万元"), ("层数", "2")]
        assert shown_values(fields, values) == shown


@pytest.mark.parametrize("word", ["瓶装气", "bottled gas", "Bottled Gas"])
def test_a_choice_is_read_in_either_language_and_kept_in_chinese(word):
    assert clean_values([FUEL], {"fuel": word}) == {"fuel": "瓶装气"}


def test_a_word_that_is_no_choice_is_told_in_the_readers_language():
    with translation.override("en"), pytest.raises(ValidationError) as raised:
        clean_values([FUEL], {"fuel": "coal"})
    assert raised.value.messages == ["fuel: “coal” is none of piped gas, bottled gas"]


def test_every_field_of_the_standard_types_has_its_english():
    for type in json.loads(TYPES.read_text(encoding="utf-8")):
        check_definitions(type["attributes"])
        for field in type["attributes"]:
            assert field["name_en"], (type["code"], field["key"])
            assert len(field.get("choices_en", [])) == len(field.get("choices", []))
