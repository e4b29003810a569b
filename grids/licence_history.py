"""How the licences of an object changed: from the history that the database keeps, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import F, QuerySet, Window
from django.db.models.functions import Lag
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from grids.change_words import FieldChange, licences_in_words
from grids.models import ChangeSource, GridObject, User

LICENCES_SHOWN = 10
_KINDS: dict[str, str | Promise] = {
    "insert": pgettext_lazy("licence", "new"),
    # Before its history was kept.
    "found": pgettext_lazy("licence", "there already"),
    "update": pgettext_lazy("licence", "changed"),
    "delete": pgettext_lazy("licence", "taken away"),
}
_FIELDS = ("kind", "number", "valid_from", "valid_to")


@dataclass(frozen=True)
class LicenceChange:
    """One change of one licence; `source` is "" where somebody changed it by hand, or nobody knows."""

    kind: str | Promise
    licence: str
    at: datetime
    by: User | None
    source: str | Promise
    fields: list[FieldChange]


def licence_changes(shown: GridObject, before: int | None = None) -> tuple[list[LicenceChange], int | None]:
    """Some changes of an object's licences before that of an id, and the id to go on from; three queries at most."""
    rows = list(_rows(shown, before)[: LICENCES_SHOWN + 1])
    older = rows[LICENCES_SHOWN - 1].pgh_id if len(rows) > LICENCES_SHOWN else None
    rows = rows[:LICENCES_SHOWN]
    people = User.objects.in_bulk({pk for row in rows if (pk := _told(row, "user"))})
    words = licences_in_words([_said(row) for row in rows])
    sources = dict(ChangeSource.choices)
    return [
        LicenceChange(
            _KINDS[row.pgh_label],
            f"{row.kind} {row.number}",
            row.pgh_created_at,
            people.get(_told(row, "user")),
            sources.get(_told(row, "source"), ""),
            fields,
        )
        for row, fields in zip(rows, words, strict=True)
    ], older


def _rows(shown: GridObject, before: int | None) -> QuerySet[Any]:
    """Each with the values of the row before it (`was_…`)."""
    rows: QuerySet[Any] = apps.get_model("grids", "LicenceEvent")._default_manager.filter(object=shown)
    if before is not None:
        rows = rows.filter(pgh_id__lt=before)
    was = {
        f"was_{name}": Window(Lag(name), partition_by=F("id"), order_by=F("pgh_id").asc())
        for name in (*_FIELDS, "department__code")
    }
    rows = rows.annotate(**was).select_related("department", "pgh_context").order_by("-pgh_id")
    return rows


def _said(row: Any) -> dict[str, list[Any]]:
    """Field → [before, after] of what changed; of a new one or one taken away its name says enough but for its end."""
    now = {"department": row.department.code, **{name: getattr(row, name) for name in _FIELDS}}
    then = {"department": row.was_department__code, **{name: getattr(row, f"was_{name}") for name in _FIELDS}}
    if row.pgh_label != "update":
        return {"valid_to": [None, _text(row.valid_to)]} if row.valid_to else {}
    if row.was_number is None:  # nothing is known of before
        return {}
    return {name: [_text(then[name]), _text(now[name])] for name in now if then[name] != now[name]}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _told(row: Any, name: str) -> Any:
    return row.pgh_context and row.pgh_context.metadata.get(name)
