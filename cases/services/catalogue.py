"""Loading the catalogue of classes, conditions and limits from the files in fixtures/catalogue."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import pghistory
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from cases.models import CaseClass, ClassKeyword, ClassKind, Condition, Limit, MajorClass, Publicity
from gridgov.worktime import Unit

FOLDER = settings.BASE_DIR / "fixtures" / "catalogue"
FILES = {ClassKind.COMPONENT: "components.csv", ClassKind.EVENT: "events.csv"}
DEFAULT_STANDARD = "GB/T 47678.5-2026"
# The kinds that a case is filed under. The newer standard names every fault of a component as an event
# of its own (路灯 → 路灯异常); offering both would split the cases of one matter over two classes.
OFFERED = {
    DEFAULT_STANDARD: {ClassKind.EVENT},
    "GB/T 30428.2-2013": {ClassKind.COMPONENT, ClassKind.EVENT},
}
# What the newer standard adds to a component's name.
_FAULT = "异常"
# Marks our own changes in the history: a row with a change that lacks it was edited by somebody.
LOADER = "catalogue"

Key = tuple[Any, ...]
Row = dict[str, str]
M = TypeVar("M", bound=models.Model)


@dataclass
class Loaded:
    """How many rows a load found of each kind; `kept` ones differ from the files because staff edited them."""

    standard: str
    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def load_catalogue(standard: str = "", *, overwrite: bool = False) -> Loaded:
    """Load all standards and offer the classes of one; without a name the one in use, at first the default.

    May run any number of times: nothing is deleted, and rows that somebody edited stay as they are, unless
    `overwrite` sets them back to the files. Single classes that staff took out of use stay out until the
    standard is changed. Raises ValidationError for an unknown standard.
    """
    in_use = standard_in_use()
    standard = standard or in_use or DEFAULT_STANDARD
    if standard not in OFFERED:
        raise ValidationError(
            _("There is no catalogue of %(standard)s; there are: %(known)s."),
            params={"standard": standard, "known": ", ".join(OFFERED)},
            code="unknown_standard",
        )
    loaded = Loaded(standard)
    with pghistory.context(loader=LOADER):
        classes = _load_classes(loaded, overwrite)
        _load_conditions(classes, loaded, overwrite)
        _load_keywords([case_class for case_class, _conditions in classes], loaded, overwrite)
        if standard != in_use:
            _offer(standard)
    return loaded


def standard_in_use() -> str:
    """The standard that most classes in use belong to; empty before the first load."""
    row = (
        CaseClass.objects.filter(is_active=True, major__standard__in=OFFERED)
        .order_by()
        .values_list("major__standard")
        .annotate(number=models.Count("pk"))
        .order_by("-number")
        .first()
    )
    return row[0] if row else ""


def _load_classes(loaded: Loaded, overwrite: bool) -> list[tuple[CaseClass, str]]:
    """The classes, each with the name of its set of conditions."""
    rows = [(kind, row) for kind, name in FILES.items() for row in _read(name)]
    majors = _put(
        [
            MajorClass(standard=row["standard"], kind=kind, code=row["major"], name=row["major_name"])
            for kind, row in rows
        ],
        key=("standard", "kind", "code"),
        fields=("name",),
        loaded=loaded,
    )
    classes = _put(
        [
            CaseClass(
                major=majors[row["standard"], kind, row["major"]],
                code=row["code"],
                name=row["name"],
                full_code=row["full_code"],
                provenance=row["provenance"],
                publicity=row.get("publicity") or Publicity.PRIVATE,
                is_active=row["standard"] == loaded.standard and kind in OFFERED[loaded.standard],
            )
            for kind, row in rows
        ],
        key=("major_id", "code"),
        fields=("name", "full_code", "provenance", "publicity"),
        loaded=loaded,
        edited=frozenset() if overwrite else _edited(CaseClass),
    )
    return list(zip(classes.values(), (row["conditions"] for _kind, row in rows), strict=True))


def _load_conditions(classes: list[tuple[CaseClass, str]], loaded: Loaded, overwrite: bool) -> None:
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in _read("conditions.csv"):
        sets[row["conditions"]].append(row)
    rows = [(case_class, row) for case_class, name in classes for row in sets[name]]
    conditions = _put(
        [
            Condition(
                case_class=case_class,
                position=int(row["position"]),
                text=row["text"],
                closing_text=row["closing_text"],
            )
            for case_class, row in rows
        ],
        key=("case_class_id", "position"),
        fields=("text", "closing_text"),
        loaded=loaded,
        edited=frozenset() if overwrite else _edited(Condition),
    )
    _put(
        [
            Limit(condition=condition, amount=Decimal(row["amount"]), unit=Unit(row["unit"]))
            for condition, (_case_class, row) in zip(conditions.values(), rows, strict=True)
        ],
        key=("condition_id", "level", "grade"),
        fields=("amount", "unit"),
        loaded=loaded,
        edited=frozenset() if overwrite else _edited(Limit),
    )


def _load_keywords(classes: list[CaseClass], loaded: Loaded, overwrite: bool) -> None:
    """The words that classes are known by; both standards have them by the name they share (路灯, 路灯异常)."""
    named: dict[str, list[CaseClass]] = defaultdict(list)
    for case_class in classes:
        named[case_class.name.removesuffix(_FAULT)].append(case_class)
    conditions = {
        (case_class, str(position)): pk
        for case_class, position, pk in Condition.objects.order_by().values_list(
            "case_class_id", "position", "pk"
        )
    }
    _put(
        [
            ClassKeyword(
                case_class=case_class,
                word=row["word"],
                weight=int(row["weight"]),
                condition_id=conditions.get((case_class.pk, row["condition"])),
            )
            for row in _read("keywords.csv")
            for case_class in named[row["class"].removesuffix(_FAULT)]
        ],
        key=("case_class_id", "word"),
        fields=("weight", "condition_id"),
        loaded=loaded,
        edited=frozenset() if overwrite else _edited(ClassKeyword),
    )


def _put(
    rows: Iterable[M],
    *,
    key: tuple[str, ...],
    fields: tuple[str, ...],
    loaded: Loaded,
    edited: frozenset[int] = frozenset(),
) -> dict[Key, M]:
    """Make the rows that are missing, correct the others; the saved rows by key, in the given order."""
    wanted = {_values(row, key): row for row in rows}
    model = type(next(iter(wanted.values())))
    name = str(model._meta.verbose_name_plural)
    present = {_values(row, key): row for row in model._default_manager.order_by()}
    new, changed = [], []
    for row_key, row in wanted.items():
        old = present.get(row_key)
        if old is None:
            new.append(row)
        elif _values(old, fields) == _values(row, fields):
            loaded.unchanged[name] += 1
        elif old.pk in edited:
            loaded.kept[name] += 1
        else:
            for attribute in fields:
                setattr(old, attribute, getattr(row, attribute))
            changed.append(old)
    model._default_manager.bulk_create(new)
    model._default_manager.bulk_update(changed, fields, batch_size=500)
    loaded.new[name] += len(new)
    loaded.changed[name] += len(changed)
    return {row_key: present.get(row_key, row) for row_key, row in wanted.items()}


def _values(row: models.Model, names: tuple[str, ...]) -> Key:
    return tuple(getattr(row, name) for name in names)


def _edited(model: type[models.Model]) -> frozenset[int]:
    """Ids of the rows that somebody made or changed by hand."""
    history = apps.get_model("cases", f"{model.__name__}Event")._default_manager
    by_hand = models.Q(pgh_context=None) | ~models.Q(pgh_context__metadata__contains={"loader": LOADER})
    return frozenset(history.filter(by_hand).values_list("pgh_obj_id", flat=True))


def _offer(standard: str) -> None:
    """Put the classes of one standard into use and take those of the others out; cases keep theirs."""
    ours = CaseClass.objects.filter(major__standard__in=OFFERED)
    offered = models.Q(major__standard=standard, major__kind__in=OFFERED[standard])
    ours.filter(is_active=True).exclude(offered).update(is_active=False)
    ours.filter(offered, is_active=False).update(is_active=True)


def _read(name: str) -> Iterator[Row]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
