"""Fields that an administrator defines: of a type of objects, of a department's form.

A definition is a list of {"key", "name", "type"} with, where wanted, "required", "choices" and "unit"; the values
are a dict by key, as JSON holds them: text, number, true or false, a day as "2026-11-22". Names, choices and units are
Chinese; "name_en", "choices_en" (as many as there are choices) and "unit_en" are shown to those who read English. What
is kept of a choice is its Chinese word.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gridgov.language import in_language, listed

Definition = Mapping[str, Any]
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ALLOWED = {"key", "name", "name_en", "type", "required", "choices", "choices_en", "unit", "unit_en"}
# Words that Chinese counts things with, and English does not.
_COUNTING = frozenset("个人只具间层户张台辆件处座栋条套部块棵")
MOST_TEXT = 500
_MOST_DIGITS = 15
_YES = {"true", "yes", "y", "1", "是", "有"}
_NO = {"false", "no", "n", "0", "否", "无"}


def check_definitions(definitions: object) -> None:
    """Raises ValidationError that names the first field which is not well defined."""
    if not isinstance(definitions, list):
        raise ValidationError(_("Define the fields as a list."), code="not_a_list")
    keys: set[str] = set()
    words: set[str] = set()
    for number, field in enumerate(definitions, start=1):
        problem = _problem_of(field, keys) or _problem_of_words(field, words)
        if problem:
            params = {"number": number, "problem": problem}
            raise ValidationError(_("Field %(number)s: %(problem)s"), code="bad_field", params=params)
        keys.add(field["key"])
        words |= headings_of(field)


def name_of(field: Definition) -> str:
    """What the reader calls it."""
    return in_language(field["name"], field.get("name_en", ""))


def named(name: object, problem: object) -> str:
    """What is wrong, with the name of the field that it is about."""
    return _("%(name)s: %(problem)s") % {"name": name, "problem": problem}


def unit_of(field: Definition) -> str:
    """In what it is measured, as the reader writes it; "" without."""
    unit: str = field.get("unit", "")
    english = field.get("unit_en", "")
    if unit in _COUNTING and field.get("name_en") and not english:
        return in_language(unit, " ").strip()
    return in_language(unit, english)


def choices_of(field: Definition) -> list[tuple[str, str]]:
    """Each choice as it is kept and as the reader calls it."""
    chinese = field.get("choices", [])
    english = field.get("choices_en") or [""] * len(chinese)
    return [(word, in_language(word, other)) for word, other in zip(chinese, english, strict=True)]


def headings_of(field: Definition) -> set[str]:
    """What a file's column may be called that holds it, in small letters: by its key, or its name in either language."""
    words = (field["key"], field["name"], field.get("name_en", ""))
    return {word.strip().lower() for word in words if word.strip()}


def by_heading(definitions: Sequence[Definition]) -> dict[str, str]:
    """The keys of fields by what a file may call them."""
    return {word: field["key"] for field in definitions for word in headings_of(field)}


def _problem_of(field: object, keys: set[str]) -> str:
    if not isinstance(field, dict):
        return _("it is not an object with key, name and type.")
    if unknown := sorted(set(field) - _ALLOWED):
        return _("it has something unknown: %(names)s.") % {"names": ", ".join(unknown)}
    return _problem_of_key(field.get("key"), keys) or _problem_of_type(field) or _problem_of_english(field)


def _problem_of_words(field: Definition, words: set[str]) -> str:
    """No file could tell them apart."""
    twice = sorted(headings_of(field) & words)
    return _("another one is called “%(name)s”, too.") % {"name": twice[0]} if twice else ""


def _problem_of_english(field: Definition) -> str:
    if not all(isinstance(field.get(part, ""), str) for part in ("name_en", "unit", "unit_en")):
        return _("names and units are words.")
    english = field.get("choices_en")
    if not english:
        return ""
    if not (isinstance(english, list) and all(isinstance(each, str) for each in english)):
        return _("its choices are a list of words.")
    if len(english) != len(field.get("choices", [])):
        return _("it has as many choices in English as in Chinese, in the same order, or none.")
    words = [
        word.strip().lower() for pair in zip(field["choices"], english, strict=True) for word in set(pair)
    ]
    named = [word for word in words if word]
    return "" if len(named) == len(set(named)) else _("two of its choices are the same.")


def _problem_of_key(key: object, keys: set[str]) -> str:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return _("its key is made of small letters, digits and _, and begins with a letter.")
    return _("there is another one with the key %(key)s.") % {"key": key} if key in keys else ""


def _problem_of_type(field: Definition) -> str:
    name, choices = field.get("name"), field.get("choices")
    if not isinstance(name, str) or not name.strip():
        return _("it has no name.")
    if field.get("type") not in _READERS:
        return _("its type is one of %(types)s.") % {"types": ", ".join(_READERS)}
    if (field["type"] == "choice") != bool(choices):
        return _("a choice has choices, and nothing else has.")
    if choices and not (
        isinstance(choices, list) and all(isinstance(each, str) and each for each in choices)
    ):
        return _("its choices are a list of words.")
    return ""


def clean_values(definitions: Sequence[Definition], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept, empty ones left out.

    Reads words as people write them in files ("是", "2026/11/22", " 12.5 "). Raises ValidationError by key:
    what is missing, can't be read, or that nobody asked for.
    """
    problems: dict[str, str] = {
        key: _("There is no such field.") for key in given.keys() - {field["key"] for field in definitions}
    }
    values = {}
    for field in definitions:
        key, raw = field["key"], given.get(field["key"])
        raw = raw.strip() if isinstance(raw, str) else raw
        if raw in (None, ""):
            if field.get("required"):
                problems[key] = _("%(name)s is missing.") % {"name": name_of(field)}
            continue
        try:
            values[key] = _READERS[field["type"]](raw, field)
        except (ValueError, TypeError, InvalidOperation) as error:
            problems[key] = named(name_of(field), error)
    if problems:
        raise ValidationError(problems)
    return values


def shown_values(definitions: Sequence[Definition], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and value of each field that has one, in words, in the order of the definition."""
    return [
        (name_of(field), in_words(field, values[field["key"]]))
        for field in definitions
        if field["key"] in values
    ]


def in_words(field: Definition, value: Any) -> str:
    """One value of a field as the reader says it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field["type"] == "choice":
        return dict(choices_of(field)).get(value, str(value))
    return f"{value} {unit_of(field)}".strip()


def _read_text(raw: Any, field: Definition) -> str:
    text = str(raw)
    if len(text) > MOST_TEXT:
        raise ValueError(_("at most %(most)s characters") % {"most": MOST_TEXT})
    return text


def _read_number(raw: Any, field: Definition) -> int | float:
    try:
        number = Decimal(str(raw).replace(",", ""))
    except InvalidOperation:
        raise ValueError(_("“%(raw)s” is not a number") % {"raw": raw}) from None
    # Beyond that JSON's numbers lose digits, and "1e999999999" would be written out.
    if not number.is_finite() or (number and number.adjusted() >= _MOST_DIGITS):
        raise ValueError(_("“%(raw)s” is not a number") % {"raw": raw})
    return int(number) if number == number.to_integral_value() else float(number)


def day_of(raw: Any) -> str:
    """A day as people write it, "2026/11/2", as "2026-11-02"; raises ValueError in words."""
    text = raw.isoformat()[:10] if isinstance(raw, date) else str(raw).replace("/", "-").replace(".", "-")
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    try:
        year, month, day = (int(part) for part in match.groups()) if match else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueError(_("“%(raw)s” is not a day such as 2026-11-22") % {"raw": raw}) from None


def _read_day(raw: Any, field: Definition) -> str:
    return day_of(raw)


def _read_choice(raw: Any, field: Definition) -> str:
    word = str(raw).lower()
    for kept, english in zip_longest(field["choices"], field.get("choices_en", []), fillvalue=""):
        if word in (kept.lower(), english.lower()):
            return str(kept)
    shown = listed(label for _kept, label in choices_of(field))
    raise ValueError(_("“%(raw)s” is none of %(choices)s") % {"raw": raw, "choices": shown})


def _read_yes_no(raw: Any, field: Definition) -> bool:
    word = str(raw).lower()
    if word not in _YES | _NO:
        raise ValueError(_("“%(raw)s” is neither yes nor no") % {"raw": raw})
    return word in _YES


_READERS: dict[str, Callable[[Any, Definition], Any]] = {
    "text": _read_text,
    "number": _read_number,
    "date": _read_day,
    "choice": _read_choice,
    "yes_no": _read_yes_no,
}
