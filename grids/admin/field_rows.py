"""Fields that an administrator defines, as a table of rows; and their values, one input each."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.attributes import Definition, check_definitions, choices_of, name_of, unit_of

FIELD_TYPES = [
    ("text", _("text")),
    ("number", pgettext_lazy("kind of field", "number")),
    ("date", _("date")),
    ("choice", _("one of several words")),
    ("yes_no", _("yes or no")),
]
_IF_SAID = ("name_en", "unit", "unit_en")
# Empty rows for new fields; saving gives more.
_EMPTY_ROWS = 3
_BETWEEN_WORDS = re.compile(r"[,，、;；\n]")


class _OwnTemplate(forms.Widget):
    """A widget whose template lies among ours, where Django does not look for those of widgets."""

    template_name = ""

    class Media:
        css: ClassVar = {"all": ("grids/css/field_rows.css",)}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class FieldRowsWidget(_OwnTemplate):
    """A table with a row for each field and some empty ones; a row whose key and name are empty is left out."""

    template_name = "admin/grids/field_rows.html"
    # The row that is not well defined, from 1; the others are not to be marked with it.
    wrong_row = 0

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        rows = [*(value or []), *({} for _row in range(_EMPTY_ROWS))]
        context["rows"] = [
            {
                **row,
                "words": "、".join(row.get("choices", [])),
                "words_en": ", ".join(row.get("choices_en", [])),
                "prefix": f"{name}-{number}",
                "is_wrong": number + 1 == self.wrong_row,
            }
            for number, row in enumerate(rows)
        ]
        context["types"] = FIELD_TYPES
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, Any]]:
        rows, number = [], 0
        while f"{name}-{number}-key" in data:
            row = _row(data, f"{name}-{number}")
            if row["key"] or row["name"]:
                rows.append(row)
            number += 1
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-0-key" not in data


def _row(data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    said = {part: data.get(f"{prefix}-{part}", "").strip() for part in ("key", "name", "type", *_IF_SAID)}
    row: dict[str, Any] = {"key": said["key"], "name": said["name"], "type": said["type"] or "text"}
    for part in ("choices", "choices_en"):
        words = [word.strip() for word in _BETWEEN_WORDS.split(data.get(f"{prefix}-{part}", ""))]
        if choices := [word for word in words if word]:
            row[part] = choices
    row |= {part: said[part] for part in _IF_SAID if said[part]}
    if data.get(f"{prefix}-required"):
        row["required"] = True
    return row


class FieldRowsField(forms.Field):
    """A list of definitions, see `grids.attributes`."""

    widget = FieldRowsWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        try:
            check_definitions(value)
        except ValidationError as error:
            self.widget.wrong_row = (error.params or {}).get("number", 0)
            raise
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        rows: list[dict[str, Any]] = value
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != (data or []))


class ValuesWidget(_OwnTemplate):
    """An input for each field of a type, with what the object has."""

    template_name = "admin/grids/values.html"

    def __init__(self, definitions: Sequence[Definition] = ()) -> None:
        super().__init__()
        self.definitions = definitions
        # Keys of the values that do not fit.
        self.wrong: Collection[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        values = value or {}
        context["rows"] = [
            {
                **field,
                "name": name_of(field),
                "unit": unit_of(field),
                "choices": choices_of(field),
                "input": f"{name}-{field['key']}",
                "is_wrong": field["key"] in self.wrong,
                "value": _as_typed(values.get(field["key"], "")),
            }
            for field in self.definitions
        ]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, Any]:
        return {field["key"]: data.get(f"{name}-{field['key']}", "") for field in self.definitions}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


def _as_typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
