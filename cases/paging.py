"""Pages of long lists by key: the thousandth page costs what the first one costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from gridgov.api.pagination import first_rows

PAGE_SIZE = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Order:
    """An order of rows that ends in the id, so that no two are equal.

    `key` is what stands in an address for a row's place in the order, `after` and `before` are the filters of
    what comes on either side of such a place; they raise ValueError for what is no key.
    """

    fields: tuple[str, ...]
    key: Callable[[Any], str]
    after: Callable[[str], Q]
    before: Callable[[str], Q]

    def reversed(self) -> tuple[str, ...]:
        return tuple(
            field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in self.fields
        )


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and the addresses' keys of the pages on either side ("" where there is none)."""

    rows: list[Row]
    previous: str = ""
    next: str = ""


def page_of(pieces: Sequence[QuerySet[Row]], order: Order, place: str, size: int) -> Page[Row]:
    """One page: the first one, or the one at a `place` that an earlier page named; one query.

    The pieces make up the list together; a row may be in several. A place that nobody named leads to the first page.
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


def earliest_first(*moments: str) -> Order:
    """By moments that may be missing, such rows last, as PostgreSQL sorts them; of the same ones by id."""
    fields = (*moments, "pk")

    def key(row: Any) -> str:
        found = [getattr(row, moment) for moment in moments]
        return "~".join([*(when.isoformat() if when else "" for when in found), str(row.pk)])

    def read(key: str) -> tuple[datetime | int | None, ...]:
        *found, pk = key.split("~")
        if len(found) != len(moments):
            raise ValueError(key)
        return *(_moment(when) if when else None for when in found), int(pk)

    return Order(
        fields,
        key,
        after=lambda key: _beyond(fields, read(key), _after_value),
        before=lambda key: _beyond(fields, read(key), _before_value),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _beyond(fields: Sequence[str], values: Sequence[Any], side: Callable[[str, Any], Q]) -> Q:
    """On one side of the values, the first field that differs deciding."""
    (field, *fields), (value, *values) = fields, values
    if not fields:
        return side(field, value)
    return side(field, value) | Q(**{field: value}) & _beyond(fields, values, side)


def _after_value(field: str, value: Any) -> Q:
    if value is None:
        return Q(pk__in=[])
    # An id is never missing.
    return Q(**{f"{field}__gt": value}) | (Q() if field == "pk" else Q(**{field: None}))


def _before_value(field: str, value: Any) -> Q:
    return Q(**{f"{field}__isnull": False}) if value is None else Q(**{f"{field}__lt": value})


# The most overdue first; what has no limit comes last.
BY_TIME_LEFT = earliest_first("stage_due_at")
# What is under supervision goes before whatever has less time left.
MOST_URGENT_FIRST = earliest_first("supervised_at", "stage_due_at")
FIRST_TO_RESUME = earliest_first("suspended_until")
NEWEST_FIRST = Order(
    ("-pk",),
    lambda row: str(row.pk),
    lambda key: Q(pk__lt=int(key)),
    lambda key: Q(pk__gt=int(key)),
)
