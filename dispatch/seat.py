"""What is open at a seat: for who hands it over, and for who takes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.queues import count_each, has_role, waiting_for_intake
from cases.workflow import TIMED
from dispatch import emergencies, operations, queues, urgings
from gridgov import clock, counting
from grids.models import Organisation, Role, User

_DESK = (Role.OPERATOR, Role.DISPATCHER)
_ABOVE = (Role.SUPERVISOR, Role.LEADER)


@dataclass(frozen=True)
class Line:
    """A list of people of some roles: its words, its page, what the page is asked, and what stands in it."""

    label: str | Promise
    roles: tuple[Role, ...]
    page: str
    query: str
    rows: Callable[[User, Organisation], QuerySet[Any]]

    def url(self, centre: Organisation) -> str:
        return reverse(self.page) + self.query.format(centre=centre.code)


def _queue(queue: Callable[..., QuerySet[Any]], show: str) -> Callable[[User, Organisation], QuerySet[Any]]:
    return lambda user, _centre: queue(user, show)


def _overdue_at(user: User, centre: Organisation) -> QuerySet[Case]:
    late = Case.objects.filter(status__in=TIMED, stage_due_at__lte=clock.now(), holder=centre)
    return late.visible_to(user)


_IN_DISPATCH = partial(_queue, queues.in_dispatch)
_SUPERVISED = partial(_queue, queues.under_supervision)
# Each is the person's own list, whole: no figure here says something else than the page it leads to.
LINES = {
    "emergencies": Line(
        _("Emergencies"), (*_DESK, *_ABOVE), "dispatch:emergency_list", "", _queue(emergencies.emergencies_of, emergencies.RUNNING)
    ),
    "urged": Line(
        _("Urgings not answered"), _DESK, "dispatch:urging_list", "?show=to_answer", _queue(urgings.urgings_for, urgings.TO_ANSWER)
    ),
    "overdue": Line(
        _("Overdue at this centre"), _DESK, "cases:case_list", "?light=red&order=due&holder={centre}", _overdue_at
    ),
    "intake": Line(
        _("To register"), (Role.OPERATOR,), "cases:intake_list", "", lambda user, _centre: waiting_for_intake(user)
    ),
    "waiting": Line(
        _("To dispatch"), (Role.DISPATCHER,), "dispatch:dispatch_list", "", _IN_DISPATCH(queues.WAITING)
    ),
    "returned": Line(
        _("Given back"), (Role.DISPATCHER,), "dispatch:dispatch_list", "?show=returned", _IN_DISPATCH(queues.RETURNED)
    ),
    "requests": Line(
        _("Returns asked for"), (Role.DISPATCHER,), "dispatch:dispatch_list", "?show=requests", _IN_DISPATCH(queues.REQUESTS)
    ),
    "out": Line(
        _("With units"), (Role.DISPATCHER,), "dispatch:dispatch_list", "?show=out", _IN_DISPATCH(queues.OUT)
    ),
    "supervised": Line(
        _("Under supervision"), _ABOVE, "dispatch:supervisor_list", "", _SUPERVISED(queues.SUPERVISED)
    ),
    "asked": Line(
        _("Requests to decide"), _ABOVE, "dispatch:supervisor_list", "?show=requests", _SUPERVISED(queues.REQUESTS)
    ),
    "late": Line(
        _("Overdue"), _ABOVE, "dispatch:supervisor_list", "?show=overdue", _SUPERVISED(queues.OVERDUE)
    ),
    "to_approve": Line(
        _("Operations to approve"), (*_DESK, *_ABOVE), "dispatch:operation_list", "?show=asked", _queue(operations.operations_of, operations.ASKED)
    ),
    "operations": Line(
        _("Operations under way"), (*_DESK, *_ABOVE), "dispatch:operation_list", "?show=running", _queue(operations.operations_of, operations.RUNNING)
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Open:
    """One line of what is open; without an address where the reader has no such list."""

    label: str
    number: int
    url: str


def open_at(user: User, centre: Organisation) -> dict[str, int]:
    """How much stands in each list of somebody who sits at a centre; one query."""
    mine = {name: line for name, line in LINES.items() if has_role(user, *line.roles)}
    return count_each({name: line.rows(user, centre) for name, line in mine.items()})


def in_words(counts: Mapping[str, int], centre: Organisation, reader: User) -> list[Open]:
    """Counts as they were kept, in the order of `LINES`; each leads to the reader's list as it is now."""
    return [
        Open(str(line.label), counts[name], line.url(centre) if has_role(reader, *line.roles) else "")
        for name, line in LINES.items()
        if name in counts
    ]


def sum_of(counts: Mapping[str, int]) -> str:
    """All of it in one number, with a "+" where counting stopped at one of them."""
    most = counting.MOST_COUNTED
    shown = [number for name, number in counts.items() if name in LINES]
    total = sum(min(number, most) for number in shown)
    return f"{total}+" if any(number > most for number in shown) else str(total)
