"""Looking at checklists: who asks what, in which version, and what a draft would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import and_

from django.db.models import Prefetch, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from gridgov.errors import NotFoundForYou
from grids.models import GridObject, ObjectType, Organisation, RiskGrade, User
from inspections.checklists import items_in_force
from inspections.models import Checklist, ChecklistItem, ChecklistVersion, VersionState

# Chooses the checklists of patrols, which are for no type of objects.
PATROLS = "-"
# What makes an item another one; where it stands does not.
_COMPARED = (
    "question", "question_en", "kind", "severity", "rule", "rule_en", "guidance", "guidance_en",
    "may_settle", "photo_required", "case_class", "days_low", "days_general", "days_larger", "days_major",
)  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """A checklist in its published version with the items that were looked for."""

    checklist: Checklist
    version: ChecklistVersion
    items: list[ChecklistItem]


@dataclass(frozen=True)
class DepartmentAsking:
    department: Organisation
    checklists: list[Asking]

    @property
    def number_of_items(self) -> int:
        return sum(len(each.items) for each in self.checklists)


@dataclass(frozen=True)
class FieldChange:
    """A field's name and what it says, as forms show them."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class ItemChange:
    """An item of a draft that is asked already, with the fields in which it differs."""

    item: ChecklistItem
    fields: list[FieldChange]


@dataclass(frozen=True)
class Changes:
    """What publishing a draft would do to what is asked."""

    added: list[ChecklistItem]
    removed: list[ChecklistItem]
    changed: list[ItemChange]
    same: int
    # Asked anew in one language only: the other may say something else now.
    apart: list[ChecklistItem]
    # Without a single number of days: asked only where somebody asks for them.
    never_due: list[ChecklistItem]

    @property
    def asks_nothing(self) -> bool:
        return not (self.added or self.changed or self.same)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def what_is_asked(
    user: User, *, department: str = "", type: str = "", words: str = ""
) -> list[DepartmentAsking]:
    """The items in force by department and checklist, narrowed by codes and words; three queries with the types.

    `type` is the code of a type of objects, or `PATROLS`; every word must stand in the item's text or rule or
    in its checklist's name.
    """
    items = items_in_force().filter(version__checklist__in=Checklist.objects.visible_to(user).order_by())
    if department:
        items = items.filter(version__checklist__department__code=department)
    if type == PATROLS:
        items = items.filter(version__checklist__types=None)
    elif type:
        items = items.filter(version__checklist__types__code=type)
    found = list(
        _with_words(items, words)
        .select_related("version__checklist__department", "case_class")
        .prefetch_related("version__checklist__types")
    )
    asking = [
        Asking(version.checklist, version, list(group))
        for version, group in groupby(found, lambda item: item.version)
    ]
    return [
        DepartmentAsking(department, list(group))
        for department, group in groupby(asking, lambda each: each.checklist.department)
    ]


def departments_asking(user: User) -> list[tuple[str, str]]:
    """Code and name of the departments that ask anything; one query."""
    asking = Checklist.objects.visible_to(user).filter(is_active=True, versions__state=VersionState.PUBLISHED)
    departments = Organisation.objects.filter(checklists__in=asking.order_by()).distinct()
    return [(each.code, str(each)) for each in departments]


def types_asked(user: User) -> list[tuple[str, str]]:
    """Code and name of the types of objects of which anything is asked; one query."""
    types = ObjectType.objects.filter(checklists__in=Checklist.objects.visible_to(user).order_by())
    return [(each.code, capfirst(str(each))) for each in types.distinct()]


def checklist_for(user: User, code: str) -> Checklist:
    """A checklist with its department, types and versions but the draft; raises `NotFoundForYou`."""
    ever_published = ChecklistVersion.objects.exclude(state=VersionState.DRAFT).select_related("published_by")
    found: Checklist | None = (
        Checklist.objects.visible_to(user)
        .filter(code=code)
        .select_related("department")
        .prefetch_related("types", Prefetch("versions", ever_published.order_by("-number")))
        .first()
    )
    if found is None or not found.versions.all():
        raise NotFoundForYou(code)
    return found


def version_for(user: User, version_id: int) -> ChecklistVersion:
    """A version that was ever published, with its items and their classes; raises `NotFoundForYou`."""
    found: ChecklistVersion | None = (
        ChecklistVersion.objects.filter(pk=version_id, checklist__in=Checklist.objects.visible_to(user))
        .exclude(state=VersionState.DRAFT)
        .select_related("checklist__department")
        .prefetch_related("checklist__types", Prefetch("items", items_with_classes()))
        .first()
    )
    if found is None:
        raise NotFoundForYou(version_id)
    return found


def items_with_classes() -> QuerySet[ChecklistItem]:
    """All items in their order, for prefetching those of versions."""
    items: QuerySet[ChecklistItem] = ChecklistItem.objects.select_related("case_class__major")
    return items.order_by("order", "id")


def changes_of(draft: ChecklistVersion) -> Changes:
    """The draft against what is asked now; items are the same when their keys are. Two queries."""
    asked = ChecklistItem.objects.filter(
        version__checklist=draft.checklist_id, version__state=VersionState.PUBLISHED
    ).select_related("case_class")
    old = {item.key: item for item in asked}
    new = {item.key: item for item in draft.items.select_related("case_class")}
    pairs = [ItemChange(item, _differing(old[key], item)) for key, item in new.items() if key in old]
    return Changes(
        added=[item for key, item in new.items() if key not in old],
        removed=[item for key, item in old.items() if key not in new],
        changed=[pair for pair in pairs if pair.fields],
        same=sum(not pair.fields for pair in pairs),
        apart=[item for key, item in new.items() if key in old and _came_apart(old[key], item)],
        never_due=[item for item in new.values() if not any(item.days(risk) for risk in RiskGrade)],
    )


def objects_asked(checklist: Checklist) -> int:
    """How many objects are asked what is published of it; two queries."""
    objects = GridObject.objects.in_use().within(checklist.department.area)
    return objects.filter(type__in=checklist.types.all()).count()


def _came_apart(old: ChecklistItem, new: ChecklistItem) -> bool:
    """Whether the question was changed in one language, and not in the other in which it is asked, too."""
    changed = old.question != new.question, old.question_en != new.question_en
    return any(changed) and not all(changed) and bool(old.question_en and new.question_en)


def _differing(old: ChecklistItem, new: ChecklistItem) -> list[FieldChange]:
    return [
        FieldChange(_name_of(field), _shown(old, field), _shown(new, field))
        for field in _COMPARED
        if getattr(old, field) != getattr(new, field)
    ]


def _name_of(field: str) -> str:
    return str(ChecklistItem._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _shown(item: ChecklistItem, field: str) -> str:
    value = getattr(item, f"get_{field}_display", lambda: getattr(item, field))()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


def _with_words(items: QuerySet[ChecklistItem], words: str) -> QuerySet[ChecklistItem]:
    return reduce(and_, (items.filter(_holds(word)) for word in words.split()), items)


def _holds(word: str) -> Q:
    fields: Iterable[str] = (
        "question", "question_en", "rule", "rule_en", "version__checklist__name", "version__checklist__name_en",
    )  # fmt: skip
    return reduce(lambda where, field: where | Q(**{f"{field}__icontains": word}), fields, Q())
