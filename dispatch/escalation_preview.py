"""What escalation rules would have done: the sweep's own decisions on the past, case by case, in memory.

Nothing is written and no row is locked: people's steps are followed as the timeline tells them, and what the clock did
is done anew with the rules on trial, by the functions that the sweep and the steps themselves use.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases import stage_clock
from cases.deadlines import deadline_of
from cases.escalation import trying
from cases.models import Case, CaseEvent, EscalationRule, Stage
from cases.services.steps import move
from cases.workflow import CLOCK_ACTIONS, OPEN, TIMED, Action, Capacity, Status, find_step
from dispatch.sweep import rung_of
from grids.command import next_centre_up
from grids.models import Organisation

# Of more cases than this an even sample is looked at.
MOST = 20_000
_CHUNK = 500
_COUNTED = (Action.ESCALATE, Action.SUPERVISE)
_BY_THE_CLOCK = (*CLOCK_ACTIONS, Action.RESUME)
_COLUMNS = (
    "case_id", "seq", "action", "capacity", "at", "from_status", "to_status", "holder_id", "level", "due_after", "data",
)  # fmt: skip
Row = dict[str, Any]


@dataclass
class Counted:
    """How many cases went up or under supervision, each once: in all, by the level that held them, by class."""

    cases: int = 0
    by_level: Counter[int] = field(default_factory=Counter)
    by_class: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case, levels: set[int]) -> None:
        if levels:
            self.cases += 1
            self.by_level.update(levels)
            self.by_class[str(case.case_class or "")] += 1


@dataclass
class Preview:
    """`looked_at` of `there_are` cases; what happened, what today's rules come to and what those on trial would.

    `not_followed`: cases whose timeline tells of a step that can't be followed any more.
    """

    start: datetime
    end: datetime
    there_are: int
    looked_at: int = 0
    not_followed: int = 0
    happened: Counted = field(default_factory=Counted)
    today: Counted = field(default_factory=Counted)
    then: Counted = field(default_factory=Counted)


class NotFollowed(Exception):
    """The timeline tells of a step that leads nowhere from where the case would be."""


def preview(
    rules: Sequence[EscalationRule],
    *,
    start: datetime,
    end: datetime,
    cases: QuerySet[Case] | None = None,
    advance: Callable[[int, int], object] = lambda done, total: None,
    most: int = MOST,
) -> Preview:
    """What would have become of the cases between two moments with these rules, and with today's.

    Each case stands at the start where it really stood, and people did what they did when they did it. `advance` is
    told how many cases of how many are done.
    """
    ids = _ids_of(cases if cases is not None else Case.objects.all(), start, end)
    found = Preview(start, end, there_are=len(ids))
    step = -(-len(ids) // most) if ids else 1
    ids = ids[::step]
    above = cache(next_centre_up)
    for chunk in (ids[i : i + _CHUNK] for i in range(0, len(ids), _CHUNK)):
        histories = _histories(chunk, end)
        centres = _centres(histories)
        for case in Case.objects.filter(pk__in=chunk).select_related("case_class", "grid", "district"):
            _look_at(_Past(case, centres, above), histories[case.pk], rules, found)
        advance(min(found.looked_at + found.not_followed, len(ids)), len(ids))
    return found


def _look_at(past: "_Past", rows: list[Row], rules: Sequence[EscalationRule], found: Preview) -> None:
    try:
        rest = past.until(found.start, rows)
        today = copy(past).count(rest, found.start, found.end)
        with trying(rules):
            then = copy(past).count(rest, found.start, found.end)
    except NotFollowed:
        found.not_followed += 1
        return
    found.looked_at += 1
    found.happened.add(past.case, set(_levels_left(rows, found.start)))
    found.today.add(past.case, today)
    found.then.add(past.case, then)


class _Past:
    """A case as it was, carried through its timeline again; never saved."""

    def __init__(self, case: Case, centres: dict[int, Organisation], above: Any) -> None:
        self.case = copy(case)
        self.case._state = copy(case._state)
        self.case._state.fields_cache = dict(case._state.fields_cache)
        self.centres, self.above = centres, above
        # Until when the unit asked the clock to stand.
        self.asked_until: datetime | None = None
        self.real_holder = 0

    def __copy__(self) -> "_Past":
        other = _Past(self.case, self.centres, self.above)
        other.asked_until, other.real_holder = self.asked_until, self.real_holder
        return other

    def until(self, start: datetime, rows: list[Row]) -> list[Row]:
        """Follow everything that happened before a moment, the clock's own steps too; returns the rows left."""
        for number, row in enumerate(rows):
            if row["at"] >= start:
                return rows[number:]
            self._follow(row)
        return []

    def count(self, rows: list[Row], start: datetime, end: datetime) -> set[int]:
        """People's steps as they were, the clock's by the rules; the levels at which the case's time ran out."""
        levels: set[int] = set()
        for row in rows:
            levels |= self._let_time_pass(start, row["at"])
            if not (row["capacity"] == Capacity.CLOCK and row["action"] in _BY_THE_CLOCK):
                self._follow(row)
            else:
                self.real_holder = row["holder_id"]
        return levels | self._let_time_pass(start, end)

    def _let_time_pass(self, start: datetime, end: datetime) -> set[int]:
        """What the sweep does before a moment; the levels that the case went up from."""
        levels: set[int] = set()
        case = self.case
        while (moment := self._next_moment(start)) is not None and moment < end:
            if case.status == Status.SUSPENDED:
                self._move(Action.RESUME, moment)
                continue
            action, changes = rung_of(case, moment, self.above)
            if action in _COUNTED:
                levels.add(case.level)
            self._move(action, moment, **changes)
            if action is not Action.ESCALATE:
                case.climb_at = None  # from here on it only rings
        return levels

    def _next_moment(self, start: datetime) -> datetime | None:
        case = self.case
        moment = case.suspended_until if case.status == Status.SUSPENDED else case.climb_at
        return (
            max(moment, start) if moment is not None and case.status in (*TIMED, Status.SUSPENDED) else None
        )

    def _follow(self, row: Row) -> None:
        action, at = Action(row["action"]), row["at"]
        if action is Action.REPORT:
            self._begin(row)
        else:
            self._keep_what_was_asked(row)
            changes = self._changes(action, row)
            if changes is not None:
                self._move(
                    action, at, target=Status(row["to_status"]), until=self._until(action, row), **changes
                )
        self.real_holder = row["holder_id"]

    def _begin(self, row: Row) -> None:
        case, at = self.case, row["at"]
        case.status, case.unit_id, case.joint_unit_ids = Status.REPORTED, None, []
        case.holder = self.centres[row["holder_id"]]
        case.level = case.holder.level
        case.closed_at = case.supervised_at = case.emergency_at = case.deferred_at = None
        stage_clock.begin(case, at, deadline_of(case, Stage.INTAKE, at))

    def _keep_what_was_asked(self, row: Row) -> None:
        if row["action"] in (Action.ASK_SUSPENSION, Action.ASK_DEFERRAL):
            self.asked_until = datetime.fromisoformat(row["data"]["until"])

    def _until(self, action: Action, row: Row) -> datetime | None:
        if action is Action.EXTEND:
            due: datetime = row["due_after"]
            return due
        return self.asked_until if action in (Action.SUSPEND, Action.DEFER) else None

    def _changes(self, action: Action, row: Row) -> dict[str, Any] | None:
        """What somebody's step changed besides the status; None where it would come to nothing by now."""
        case = self.case
        if (
            action is Action.EXTEND
            and case.stage_due_at is not None
            and row["due_after"] <= case.stage_due_at
        ):
            return None
        known: dict[Action, dict[str, Any]] = {
            Action.SUPERVISE: {"supervised_at": row["at"]},
            Action.ALARM: {"emergency_at": row["at"]},
            Action.CALM: {"emergency_at": None},
        }
        if action in known or row["holder_id"] == self.real_holder:
            return known.get(action, {})
        holder = self.centres[row["holder_id"]]
        # Handed up by somebody, where it would be up there already.
        return None if action is Action.ESCALATE and holder.level >= case.level else {"holder": holder}

    def _move(
        self,
        action: Action,
        at: datetime,
        target: Status | None = None,
        until: datetime | None = None,
        **changes: Any,
    ) -> None:
        step = find_step(action, self.case.status, target)
        if step is None:
            raise NotFollowed
        move(self.case, step, at, until=until, **changes)


def _ids_of(cases: QuerySet[Case], start: datetime, end: datetime) -> list[int]:
    """Cases that were open at some time between two moments: still open, or something happened to them meanwhile."""
    meanwhile = CaseEvent.objects.filter(case=OuterRef("pk"), at__gte=start, at__lt=end)
    found = cases.filter(Q(status__in=OPEN) | Exists(meanwhile), reported_at__lt=end)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _histories(ids: Sequence[int], end: datetime) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {pk: [] for pk in ids}
    rows = CaseEvent.objects.filter(case__in=ids, at__lt=end).order_by("case_id", "seq").values(*_COLUMNS)
    for row in rows:
        found[row["case_id"]].append(row)
    return found


def _centres(histories: dict[int, list[Row]]) -> dict[int, Organisation]:
    ids = {row["holder_id"] for rows in histories.values() for row in rows}
    return Organisation.objects.select_related("area").in_bulk(ids)


def _levels_left(rows: list[Row], start: datetime) -> Iterator[int]:
    """The levels at which a case's time really ran out."""
    level = 0
    for row in rows:
        if row["capacity"] == Capacity.CLOCK and row["action"] in _COUNTED and row["at"] >= start:
            yield level
        level = row["level"]
