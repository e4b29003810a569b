"""The demo's checklists, from the files in fixtures/checklists to the database."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import CaseClass, ClassKind
from cases.services.catalogue import DEFAULT_STANDARD
from gridgov.errors import DomainError
from grids.models import ObjectType, Organisation, OrganisationKind
from inspections.models import Checklist, ChecklistItem, VersionState
from inspections.services.checklists import (
    ITEM_FIELDS,
    draft_version,
    publish_version,
    save_checklist,
    set_items,
)

FOLDER = settings.BASE_DIR / "fixtures" / "checklists"

Row = dict[str, str]


class NoDepartments(DomainError):
    """The district has none of the departments that the checklists belong to."""

    code = "no_departments"


@dataclass
class Loaded:
    """What became of the files: checklists by outcome, the items asked, and what was not found."""

    outcomes: Counter[str] = field(default_factory=Counter)
    items: int = 0
    missing_departments: set[str] = field(default_factory=set)
    missing_types: set[str] = field(default_factory=set)


@transaction.atomic
def load_checklists(district_code: str) -> Loaded:
    """Add or update the checklists of the files for a district's departments.

    May run any number of times: a checklist whose items differ from the file's gets a new version; one that an
    administrator has drafted, published or retired since stays as it is. A type of objects that is not there is
    reported and left out. Raises `NoDepartments`.
    """
    departments = _departments(district_code)
    if not departments:
        raise NoDepartments(
            message=_("The district %(code)s has no departments yet.") % {"code": district_code}
        )
    types: dict[str, ObjectType] = {each.code: each for each in ObjectType.objects.all()}
    items = _items_by_checklist()
    loaded = Loaded()
    for row in _read("checklists.csv"):
        department = departments.get(row["department"])
        if department is None:
            loaded.missing_departments.add(row["department"])
            continue
        checklist = Checklist.objects.filter(code=row["code"]).first() or Checklist(code=row["code"])
        loaded.items += len(items[row["code"]])
        if _is_kept(checklist):
            loaded.outcomes["kept"] += 1
            continue
        wanted = row["types"].split()
        loaded.missing_types |= set(wanted) - types.keys()
        checklist.department, checklist.name, checklist.name_en = department, row["name"], row["name_en"]
        save_checklist(checklist, types=[types[code] for code in wanted if code in types], actor=None)
        loaded.outcomes[_ask(checklist, items[row["code"]])] += 1
    return loaded


def _is_kept(checklist: Checklist) -> bool:
    """Whether an administrator has retired it, drafts its next version or published the one that is asked."""
    by_hand = Q(state=VersionState.DRAFT) | Q(state=VersionState.PUBLISHED, published_by__isnull=False)
    return not checklist.is_active or bool(checklist.pk and checklist.versions.filter(by_hand).exists())


def _ask(checklist: Checklist, items: list[ChecklistItem]) -> str:
    """Publish the items unless they are what is asked already; returns the outcome."""
    published = checklist.versions.filter(state=VersionState.PUBLISHED).first()
    if published and [_said(item) for item in published.items.all()] == [_said(item) for item in items]:
        return "unchanged"
    draft = draft_version(checklist.pk, actor=None)
    set_items(draft.pk, items, actor=None)
    publish_version(draft.pk, actor=None)
    return "changed" if published else "new"


def _said(item: ChecklistItem) -> tuple[object, ...]:
    return tuple(getattr(item, name) for name in ITEM_FIELDS if name != "order")


def _departments(district_code: str) -> dict[str, Organisation]:
    """The district's own departments by the end of their code, such as "fire"."""
    found = Organisation.objects.filter(
        area__code=district_code, kind=OrganisationKind.DEPARTMENT, is_active=True
    )
    return {each.code.removeprefix(f"{district_code}-"): each for each in found}


def _items_by_checklist() -> dict[str, list[ChecklistItem]]:
    # An event of the standard that the catalogue offers; a city with another standard chooses its own.
    classes = dict(
        CaseClass.objects.filter(major__standard=DEFAULT_STANDARD, major__kind=ClassKind.EVENT).values_list(
            "full_code", "pk"
        )
    )
    items: dict[str, list[ChecklistItem]] = defaultdict(list)
    for row in _read("items.csv"):
        items[row["checklist"]].append(_item(row, classes.get(row["case_class"])))
    return items


def _item(row: Row, case_class_id: int | None) -> ChecklistItem:
    return ChecklistItem(
        key=row["key"],
        question=row["question"],
        question_en=row["question_en"],
        kind=row["kind"],
        severity=row["severity"],
        rule=row["rule"],
        rule_en=row["rule_en"],
        guidance=row["guidance"],
        guidance_en=row["guidance_en"],
        may_settle=row["may_settle"] == "yes",
        photo_required=row["photo_required"] == "yes",
        case_class_id=case_class_id,
        **{
            name: int(row[name]) if row[name] else None
            for name in ("days_low", "days_general", "days_larger", "days_major")
        },
    )


def _read(name: str) -> Iterator[Row]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
