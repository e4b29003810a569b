"""What is asked of an object, by whom, and when each item is due again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils.timezone import localdate

from gridgov import clock
from grids.models import GridObject, Organisation
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

    @property
    def due_on(self) -> date | None:
        """When the first of its items falls due; None where none does by itself."""
        return min((item.due_on for item in self.items if item.due_on), default=None)

    @property
    def last_asked(self) -> datetime | None:
        """When something of it was last asked here; None where nothing ever was."""
        return max((item.last_asked for item in self.items if item.last_asked), default=None)


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

    What was never asked is due at once, but nothing while the object is left alone after a visit. Four queries, one
    more where the object's area is not loaded.
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
    alone_until = left_alone_until(object) or date.min
    rows = [_item_due(item, object, last, on, alone_until) for item in items]
    checklists = [
        ChecklistDue(version.checklist, version, list(group))
        for version, group in groupby(rows, lambda row: row.item.version)
    ]
    return [
        DepartmentDue(department, list(group))
        for department, group in groupby(checklists, lambda row: row.checklist.department)
    ]


def left_alone_until(object: GridObject, at: datetime | None = None) -> date | None:
    """The day before which nobody is to call at an object again: some days after its last visit before a time (now).

    None where nobody has been, and while something that was found there is open. Two queries at most.
    """
    at = at or clock.now()
    last = object.visits.filter(finished_at__lte=at).aggregate(last=Max("finished_at"))["last"]
    if last is None or object.findings.open().filter(found_at__lte=at).exists():
        return None
    return localdate(last) + timedelta(days=settings.VISIT_EVERY_DAYS)


def _item_due(
    item: ChecklistItem, object: GridObject, last: dict[Asked, datetime], on: date, alone_until: date
) -> ItemDue:
    last_asked = last.get((object.pk, item.version.checklist_id, item.key))
    days = item.days(object.risk)
    if days is None:
        return ItemDue(item, last_asked, days, due_on=None, is_due=False)
    due_on = max(localdate(last_asked) + timedelta(days=days) if last_asked else on, alone_until)
    return ItemDue(item, last_asked, days, due_on, is_due=due_on <= on)


def last_asked(object_ids: Iterable[int], checklist_ids: Iterable[int]) -> dict[Asked, datetime]:
    """When each question of the checklists was last asked at the objects, under whatever version."""
    rows = (
        Answer.objects.filter(object__in=object_ids, checklist_id__in=checklist_ids)
        .order_by()
        .values_list("object_id", "checklist_id", "item_key")
        .annotate(last=Max("answered_at"))
    )
    return {(object_id, checklist_id, key): last for object_id, checklist_id, key, last in rows}
