"""What is asked of an object, by whom, and when each item is due again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import F, Max, QuerySet
from django.utils.timezone import localdate

from gridgov import clock
from grids.models import Area, GridObject, Organisation
from inspections.models import Answer, Checklist, ChecklistItem, ChecklistVersion, VersionState

# Object, checklist and key: a question keeps its key through all versions.
Asked = tuple[int, int, str]


@dataclass(frozen=True)
class ItemDue:
    """An item at an object; without days it never becomes due by itself, and has no date."""

    item: ChecklistItem
    last_asked: datetime | None
    days: int | None
    due_on: date | None
    is_due: bool


@dataclass(frozen=True)
class ChecklistDue:
    """A checklist in its published version, with its items in their order."""

    checklist: Checklist
    version: ChecklistVersion
    items: list[ItemDue]

    @property
    def is_due(self) -> bool:
        return any(item.is_due for item in self.items)


@dataclass(frozen=True)
class DepartmentDue:
    """All that one department asks of an object."""

    department: Organisation
    checklists: list[ChecklistDue]

    @property
    def is_due(self) -> bool:
        return any(checklist.is_due for checklist in self.checklists)


def items_in_force() -> QuerySet[ChecklistItem]:
    """The items of all published checklists in use, by department and checklist, in their order."""
    items: QuerySet[ChecklistItem] = ChecklistItem.objects.filter(
        version__state=VersionState.PUBLISHED, version__checklist__is_active=True
    )
    return items.order_by(
        "version__checklist__department__level",
        "version__checklist__department__code",
        "version__checklist__code",
        "order",
        "id",
    )


def due_items(object: GridObject, on: date | None = None) -> list[DepartmentDue]:
    """What the departments of its place ask of an object, and what of it is due on a day (today).

    What was never asked is due at once. Two queries, one more where the object's area is not loaded.
    """
    on = on or clock.today()
    items = list(
        items_in_force()
        .filter(
            version__checklist__types=object.type_id,
            # Departments of other districts ask nothing here.
            version__checklist__department__area__code__in=object.area.ancestor_codes,
        )
        .select_related("version__checklist__department", "case_class")
    )
    last = last_asked([object.pk], {item.version.checklist_id for item in items})
    rows = [_item_due(item, object, last, on) for item in items]
    checklists = [
        ChecklistDue(version.checklist, version, list(group))
        for version, group in groupby(rows, lambda row: row.item.version)
    ]
    return [
        DepartmentDue(department, list(group))
        for department, group in groupby(checklists, lambda row: row.checklist.department)
    ]


def next_due(objects: Iterable[GridObject], on: date | None = None) -> dict[int, date]:
    """Object id → the earliest day on which an item is due there; what was never asked is due on the day (today).

    Objects of which nothing is asked by a rhythm are left out. Three queries for any number of objects.
    """
    objects, on = list(objects), on or clock.today()
    asked = _asked_by_rhythm({each.type_id for each in objects})
    areas = Area.objects.filter(pk__in={each.area_id for each in objects}).only("path")
    places = {area.pk: frozenset(area.ancestor_codes) for area in areas}
    last = last_asked(
        [each.pk for each in objects],
        {item.version.checklist_id for items in asked.values() for item, _place in items},
    )
    found: dict[int, date] = {}
    for each in objects:
        days = [
            due_on
            for item, place in asked[each.type_id]
            if place in places[each.area_id] and (due_on := _item_due(item, each, last, on).due_on)
        ]
        if days:
            found[each.pk] = min(days)
    return found


def _item_due(item: ChecklistItem, object: GridObject, last: dict[Asked, datetime], on: date) -> ItemDue:
    last_asked = last.get((object.pk, item.version.checklist_id, item.key))
    days = item.days(object.risk)
    if days is None:
        return ItemDue(item, last_asked, days, due_on=None, is_due=False)
    due_on = localdate(last_asked) + timedelta(days=days) if last_asked else on
    return ItemDue(item, last_asked, days, due_on, is_due=due_on <= on)


def _asked_by_rhythm(type_ids: Iterable[int]) -> dict[int, list[tuple[ChecklistItem, str]]]:
    """Type id → the items with a rhythm that are asked of it, each with the code of its department's area."""
    found: dict[int, list[tuple[ChecklistItem, str]]] = defaultdict(list)
    items = (
        items_in_force()
        .filter(version__checklist__types__in=type_ids)
        .exclude(days_low=None, days_general=None, days_larger=None, days_major=None)
        .select_related("version")
        .annotate(
            type_id=F("version__checklist__types"), place=F("version__checklist__department__area__code")
        )
        .order_by()
    )
    for item in items:
        found[item.type_id].append((item, item.place))
    return found


def last_asked(object_ids: Iterable[int], checklist_ids: Iterable[int]) -> dict[Asked, datetime]:
    """When each question of the checklists was last asked at the objects, under whatever version."""
    rows = (
        Answer.objects.filter(object__in=object_ids, checklist_id__in=checklist_ids)
        .order_by()
        .values_list("object_id", "checklist_id", "item_key")
        .annotate(last=Max("answered_at"))
    )
    return {(object_id, checklist_id, key): last for object_id, checklist_id, key, last in rows}
