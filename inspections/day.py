"""All that a phone needs for a day without signal: the objects of one's grids, what is asked of them, one's work."""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.text import capfirst

from cases.models import Case
from gridgov import clock
from grids.models import Area, GridObject, Licence, Role, User
from inspections.checklists import items_in_force
from inspections.day_rows import case_rows, list_rows, object_rows, place_rows, task_rows
from inspections.models import Checklist, ChecklistItem, Task, Visit
from inspections.nearness import task_place
from inspections.permissions import VISITING
from inspections.selectors import ERRANDS, TASKS, TO_DO_A_PART, errand_of, parts_asked_of, waiting_for
from inspections.task_cards import for_cards

# What a phone holds without trouble: some 300 kB compressed.
MOST_OBJECTS = 1500
MOST_TASKS = 200
MOST_CASES = 100
# Who walks grids; others look at one object at a time.
_WALK = {Role.INSPECTOR, Role.GRID_LEADER}


def day_of(user: User, code: str = "") -> dict[str, Any]:
    """A person's day, in the language of the moment, ready for JSON; a fixed number of queries.

    Objects in use of the grids they walk: of more than `MOST_OBJECTS`, those of their tasks and those nobody has
    visited for longest, with `objects_in_all` saying how many there are. With a `code` only the object of this code,
    as long as they may see it. What was asked when goes along, so that the phone itself tells what is due on the day
    it is looked at.
    """
    areas = [post.area for post in user.current_posts if post.role in VISITING]
    objects, in_all = _object_of(user, code) if code else _objects(user)
    lists_of_type = _lists_of_type({each.type_id for each in objects})
    items = _items({pk for lists in lists_of_type.values() for pk in lists}, areas)
    return {
        "as_of": clock.now(),
        "visit_every_days": settings.VISIT_EVERY_DAYS,
        "home": [{"code": area.code, "name": area.name} for area in areas],
        "objects": object_rows(objects, lists_of_type, items, seen_by=user),
        "objects_in_all": in_all,
        "places": place_rows({code for each in objects for code in each.area.ancestor_codes}),
        "lists": list_rows(items),
        "tasks": task_rows(_tasks(user)),
        "cases": case_rows(_cases(user)),
    }


def _objects(user: User) -> tuple[list[GridObject], int]:
    areas = [post.area for post in user.current_posts if post.role in _WALK]
    where = reduce(or_, (Q(area__path__startswith=area.path) for area in areas), Q(pk__in=[]))
    walked = GridObject.objects.in_use().filter(where)
    found = list(_with_rows(walked).order_by("id")[: MOST_OBJECTS + 1])
    if len(found) <= MOST_OBJECTS:
        return found, len(found)
    return _most_wanted(walked, user), walked.count()


def _most_wanted(objects: QuerySet[GridObject], user: User) -> list[GridObject]:
    """Those of one's tasks, then those that were visited longest ago, in the order of all."""
    mine = Task.objects.pending().filter(assignee=user, object=OuterRef("pk"))
    visits = Visit.objects.filter(object=OuterRef("pk")).order_by("-finished_at").values("finished_at")
    ranked = objects.annotate(is_mine=Exists(mine), seen_at=Subquery(visits[:1]))
    wanted = ranked.order_by("-is_mine", F("seen_at").asc(nulls_first=True), "id")
    return sorted(_with_rows(wanted)[:MOST_OBJECTS], key=lambda each: each.pk)


def _object_of(user: User, code: str) -> tuple[list[GridObject], int]:
    found = list(_with_rows(GridObject.objects.visible_to(user).filter(code=code)))
    return found, len(found)


def _with_rows(objects: QuerySet[GridObject]) -> QuerySet[GridObject]:
    licences = Prefetch("licences", Licence.objects.select_related("department").order_by("kind", "id"))
    return objects.select_related("type", "area", "owner").prefetch_related(licences)


def _lists_of_type(type_ids: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for type_id, checklist_id in (
        Checklist.types.through.objects.filter(objecttype__in=type_ids)
        .order_by("checklist_id")
        .values_list("objecttype_id", "checklist_id")
    ):
        found[type_id].append(checklist_id)
    return found


def _items(checklist_ids: set[int], areas: Iterable[Area]) -> list[ChecklistItem]:
    """The items in force of these lists, asked by departments of the places above the areas."""
    codes = {code for area in areas for code in area.ancestor_codes}
    return list(
        items_in_force()
        .filter(version__checklist__in=checklist_ids, version__checklist__department__area__code__in=codes)
        .select_related("version__checklist__department")
    )


def _tasks(user: User) -> list[Task]:
    mine = for_cards(Task.objects.pending().filter(assignee=user))
    return list(mine.annotate(place=task_place()).order_by("due_at", "id")[:MOST_TASKS])


def _cases(user: User) -> list[tuple[Case, str]]:
    """The open cases that wait for the person, then those they reported, each with what to do or where it stands."""
    waiting = waiting_for(user, (*ERRANDS.values(), *TO_DO_A_PART)).select_related("case_class", "grid")[
        :MOST_CASES
    ]
    reported = Case.objects.filter(reporter=user).open().select_related("case_class", "grid").order_by("-id")
    parts = parts_asked_of(user, waiting)
    found = {case: str(TASKS[errand_of(case, parts.get(case.pk))]) for case in waiting}
    others = {
        case: capfirst(case.get_status_display()) for case in reported[:MOST_CASES] if case not in found
    }
    return list((found | others).items())[:MOST_CASES]
