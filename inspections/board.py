"""The grid leader's board: today's tasks by person and by grid, who is on duty, whose grid lacks somebody."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from gridgov import clock
from grids.leave import as_leaves
from grids.models import Area, AreaLevel, Post, User
from inspections.coverage import Covered, covered_on
from inspections.duties import on_duty
from inspections.models import PENDING, Duty, Task, TaskAction, TaskEvent, TaskState, Visit
from inspections.people import Crew, Walker, crews_of, walkers_of
from inspections.task_cards import TaskCard, as_cards, for_cards
from inspections.times import end_of_day, start_of_day

MOST_TASKS = 300
MOST_GRIDS = 80
MOST_VISITS = 10
# What ends so many days from now or later is folded away: it does not press today.
LATER_DAYS = 3
# Above, one chooses a community first.
LOWEST_OVERVIEW = AreaLevel.SUBDISTRICT


@dataclass
class Lane:
    """The cards under one heading: a person's, a grid's, or the open ones."""

    title: str
    cards: list[TaskCard] = field(default_factory=list)
    walker: Walker | None = None
    duty: Duty | None = None
    # What nobody has; a card that comes here is put back.
    is_open: bool = False

    @property
    def parts(self) -> list[tuple[str, list[TaskCard]]]:
        """The cards of today, then by name those that are folded away: "later" and "done"."""
        by_part: dict[str, list[TaskCard]] = {"": [], "later": [], "done": []}
        for card in self.cards:
            by_part[_part_of(card)].append(card)
        return list(by_part.items())

    @property
    def pending(self) -> int:
        return sum(card.task.state in PENDING for card in self.cards)

    @property
    def overdue(self) -> int:
        return sum(card.is_overdue for card in self.cards)

    @property
    def done(self) -> int:
        return sum(card.task.state == TaskState.DONE for card in self.cards)


def _part_of(card: TaskCard) -> str:
    if card.task.state == TaskState.DONE:
        return "done"
    presses = card.task.is_urgent or card.task.state == TaskState.BEGUN
    return "later" if not presses and card.due_at >= end_of_day() + timedelta(days=LATER_DAYS - 1) else ""


# What each figure of the board counts.
COUNTED: dict[str, Callable[[TaskCard], bool]] = {
    "open": lambda card: card.task.state == TaskState.OPEN,
    "in_hand": lambda card: card.task.state in (TaskState.ASSIGNED, TaskState.BEGUN),
    "overdue": lambda card: card.is_overdue,
    "done": lambda card: card.task.state == TaskState.DONE,
}


@dataclass(frozen=True)
class GridRow:
    """A grid today: its crew and how much of it was walked."""

    grid: Area
    crew: Crew
    covered: Covered


def todays_tasks(area: Area) -> QuerySet[Task]:
    """What is to be done today in an area, and what was done of it."""
    on_today = Q(state__in=PENDING) | Q(state=TaskState.DONE, due_at__gte=start_of_day())
    return Task.objects.filter(on_today, area__path__startswith=area.path, starts_at__lt=end_of_day())


def cards_of(area: Area) -> tuple[list[TaskCard], bool]:
    """Today's cards, the first to end on top, what is done last; and whether there are more than shown."""
    tasks = list(for_cards(todays_tasks(area)).order_by("due_at", "id")[: MOST_TASKS + 1])
    cards = as_cards(tasks[:MOST_TASKS])
    return sorted(cards, key=lambda card: card.task.state == TaskState.DONE), len(tasks) > MOST_TASKS


def lanes_by_person(cards: Iterable[TaskCard], walkers: list[Walker], nobody: str) -> list[Lane]:
    """What is open first, then a lane for each person, also for those who have nothing; one query."""
    duties = on_duty([one.user.pk for one in walkers])
    lanes = {one.user.pk: Lane(str(one.user), walker=one, duty=duties.get(one.user.pk)) for one in walkers}
    free = Lane(nobody, is_open=True)
    for card in cards:
        who = card.task.assignee
        lane = lanes.setdefault(who.pk, Lane(str(who))) if who else free
        lane.cards.append(card)
    return [free, *lanes.values()]


def lanes_by_grid(cards: Iterable[TaskCard], grids: Iterable[Area]) -> list[Lane]:
    """A lane for each grid, also for those where nothing is to be done; and for what lies in none."""
    lanes = {grid.pk: Lane(str(grid)) for grid in grids}
    for card in cards:
        lanes.setdefault(card.task.area_id, Lane(str(card.task.area))).cards.append(card)
    return list(lanes.values())


def grids_of(area: Area) -> list[Area]:
    return list(
        Area.objects.current().within(area).filter(level=AreaLevel.GRID).order_by("code")[:MOST_GRIDS]
    )


def grid_rows(area: Area, grids: list[Area], day: date) -> list[GridRow]:
    """Each grid's crew and today's coverage; two queries."""
    crews, covered = crews_of(grids), covered_on(day, area)
    return [GridRow(grid, crews[grid.pk], covered.get(grid.pk, Covered())) for grid in grids]


def visits_beside_tasks(area: Area) -> list[Visit]:
    """Visits whose task was somebody else's by then, or over: done all the same; newest first."""
    visits = Visit.objects.filter(
        task_moved_on=True,
        task__isnull=False,
        area__path__startswith=area.path,
        received_at__gte=start_of_day(),
    ).exclude(task__assignee=F("inspector"))
    return list(
        visits.select_related("object__type", "inspector", "task__assignee").order_by("-pk")[:MOST_VISITS]
    )


def done_beside(area: Area) -> list[TaskEvent]:
    """What was done today by hand in tasks that were somebody else's by then, or over; newest first."""
    events = TaskEvent.objects.filter(
        action=TaskAction.BESIDE, at__gte=start_of_day(), task__area__path__startswith=area.path
    )
    return list(events.select_related("task__assignee", "actor").order_by("-pk")[:MOST_VISITS])


@dataclass
class ChildRow:
    """How the day stands in a part of a larger area."""

    area: Area
    open: int = 0
    in_hand: int = 0
    overdue: int = 0
    done: int = 0
    on_duty: int = 0
    grids: int = 0
    incomplete: int = 0


def child_rows(area: Area) -> list[ChildRow]:
    """The day in each part of an area that is too large for a board; a bounded number of queries."""
    children = list(Area.objects.current().filter(parent=area).order_by("code"))
    rows = {child.path: ChildRow(child) for child in children}

    def row_of(path: str) -> ChildRow | None:
        return rows.get(path[: len(area.path) + path[len(area.path) :].find("/") + 1])

    _count_tasks(area, row_of)
    for path, number in _on_duty_by_path(area).items():
        if row := row_of(path):
            row.on_duty += number
    grids = list(Area.objects.current().within(area).filter(level=AreaLevel.GRID).only("path", "parent_id"))
    crews = crews_of(grids)
    for grid in grids:
        if row := row_of(grid.path):
            row.grids += 1
            row.incomplete += bool(crews[grid.pk].missing)
    return list(rows.values())


def _count_tasks(area: Area, row_of: Callable[[str], ChildRow | None]) -> None:
    late = Count("pk", filter=Q(state__in=PENDING, due_at__lte=clock.now()))
    counted = (
        todays_tasks(area).order_by().values_list("area__path", "state").annotate(n=Count("pk"), late=late)
    )
    for path, state, number, overdue in counted:
        if row := row_of(path):
            row.overdue += overdue
            if state == TaskState.OPEN:
                row.open += number
            elif state == TaskState.DONE:
                row.done += number
            else:
                row.in_hand += number


def _on_duty_by_path(area: Area) -> Counter[str]:
    duties = Duty.objects.filter(ended_at=None, post__area__path__startswith=area.path)
    return Counter(duties.values_list("post__area__path", flat=True))


def board_of(area: Area, by: str, nobody: str, show: str = "") -> dict[str, Any]:
    """Everything on the board of a community or grid; a bounded number of queries.

    With `show`, a name in `COUNTED`, the lanes hold only what that counts, and those without any are left out.
    """
    cards, more = cards_of(area)
    grids, walkers = grids_of(area), walkers_of(area)
    people = lanes_by_person(cards, walkers, nobody)
    held: dict[int, list[User]] = defaultdict(list)
    for card in cards:
        if card.task.state in PENDING:
            held[card.task.pk] = [one.user for one in walkers if one.may_be_given(card.task)]
    lanes = lanes_by_grid(cards, grids) if by == "grid" else people
    rows = grid_rows(area, grids, clock.today())
    return {
        "lanes": _only(lanes, COUNTED[show]) if show else lanes,
        "people": people[1:],
        "away": as_leaves(Post.objects.current().stand_ins().filter(area__path__startswith=area.path)),
        "on_duty": [lane for lane in people if lane.duty],
        "who_may": held,
        "counts": {name: sum(map(is_counted, cards)) for name, is_counted in COUNTED.items()},
        "more": more,
        "grids": rows,
        "incomplete": sum(bool(row.crew.missing) for row in rows),
        "beside": visits_beside_tasks(area),
        "done_beside": done_beside(area),
    }


def _only(lanes: list[Lane], is_wanted: Callable[[TaskCard], bool]) -> list[Lane]:
    wanted = [replace(lane, cards=[card for card in lane.cards if is_wanted(card)]) for lane in lanes]
    return [lane for lane in wanted if lane.cards]
