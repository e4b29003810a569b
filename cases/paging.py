"""Pages of long lists by key: the thousandth page costs what the first one costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cases.models import Case
from gridgov.api.pagination import first_rows

PAGE_SIZE = 50


@dataclass(frozen=True)
class Order:
    """An order of cases that ends in the id, so that no two are equal.

    `key` is what stands in an address for a case's place in the order, `after` and `before` are the filters of
    what comes on either side of such a place; they raise ValueError for what is no key.
    """

    fields: tuple[str, ...]
    key: Callable[[Case], str]
    after: Callable[[str], Q]
    before: Callable[[str], Q]

    def reversed(self) -> tuple[str, ...]:
        return tuple(
            field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in self.fields
        )


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the addresses' keys of the pages on either side ("" where there is none)."""

    rows: list[Case]
    previous: str = ""
    next: str = ""


def page_of(pieces: Sequence[QuerySet[Case]], order: Order, place: str, size: int) -> Page:
    """One page: the first one, or the one at a `place` that an earlier page named; one query.

    The pieces make up the list together; a case may be in several. A place that nobody named leads to the first page.
    """
    direction, _, key = place.partition(":")
    try:
        beyond = {"after": order.after, "before": order.before}[direction](key)
    except (KeyError, ValueError):
        direction, beyond = "", Q()
    backwards = direction == "before"
    fields = order.reversed() if backwards else order.fields
    found = first_rows([piece.filter(beyond) for piece in pieces], fields, size + 1)
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    return Page(
        rows,
        previous=f"before:{order.key(rows[0])}" if (more if backwards else direction) else "",
        next=f"after:{order.key(rows[-1])}" if more or backwards else "",
    )


def _due_key(case: Case) -> str:
    return f"{case.stage_due_at.isoformat() if case.stage_due_at else ''}~{case.pk}"


def _read_due_key(key: str) -> tuple[datetime | None, int]:
    due, _, pk = key.partition("~")
    return datetime.fromisoformat(due) if due else None, int(pk)


def _after_due(key: str) -> Q:
    due, pk = _read_due_key(key)
    if due is None:
        return Q(stage_due_at=None, pk__gt=pk)
    return Q(stage_due_at__gt=due) | Q(stage_due_at=due, pk__gt=pk) | Q(stage_due_at=None)


def _before_due(key: str) -> Q:
    due, pk = _read_due_key(key)
    if due is None:
        return Q(stage_due_at__isnull=False) | Q(stage_due_at=None, pk__lt=pk)
    return Q(stage_due_at__lt=due) | Q(stage_due_at=due, pk__lt=pk)


# The most overdue first; what has no limit comes last, as PostgreSQL sorts it.
BY_TIME_LEFT = Order(("stage_due_at", "pk"), _due_key, _after_due, _before_due)
NEWEST_FIRST = Order(
    ("-pk",),
    lambda case: str(case.pk),
    lambda key: Q(pk__lt=int(key)),
    lambda key: Q(pk__gt=int(key)),
)
