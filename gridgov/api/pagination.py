"""Keyset pages: the next one begins after the last row, so nothing is lost or doubled while rows come in."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

Columns = tuple[str, ...]
Position = list[Any]


class KeysetPagination(BasePagination):
    """Pages by the values of the last row: no offset, no count, the same cost on every page.

    `orderings` names the orders that a client may ask for, the default first. An order is columns that are
    unique together, all ascending or all descending ("-id"); the first of several may be null and such rows
    come last. DRF's CursorPagination can neither page past nulls nor past ties without an offset.
    """

    page_size: ClassVar = 50
    max_page_size: ClassVar = 100
    orderings: ClassVar[Mapping[str, Columns]] = {"newest": ("-id",)}

    request: Request
    order: str
    last: Position | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """One page of rows (instances or dicts that hold the order's columns).

        `queryset` may be several whose rows make up the list together, some of them twice: each is then read
        in order from its own index, which PostgreSQL can't do for one with OR.
        """
        querysets = queryset if isinstance(queryset, list) else [queryset]
        self.request = request
        size = self._size()
        position = self._cursor()
        columns = self.orderings[self.order]
        rows = _rows_after(querysets, columns, position, limit=size + 1)
        if len(rows) > size:
            self.last = _position_of(rows[size - 1], columns)
        return rows[:size]

    def get_paginated_response(self, data: object) -> Response:
        return Response({"next": self.next_link(), "results": data})

    def next_link(self) -> str | None:
        """The address of the next page, None on the last."""
        if self.last is None:
            return None
        cursor = json.dumps([self.order, *self.last], default=datetime.isoformat)
        encoded = urlsafe_b64encode(cursor.encode()).decode().rstrip("=")
        return str(replace_query_param(self.request.build_absolute_uri(), "cursor", encoded))

    def _size(self) -> int:
        try:
            size = int(self.request.query_params.get("page_size", self.page_size))
        except ValueError:
            return self.page_size
        return min(max(size, 1), self.max_page_size)

    def _cursor(self) -> Position | None:
        """The position in the request's cursor; sets `order`."""
        default = next(iter(self.orderings))
        self.order = self.request.query_params.get("ordering", default)
        if self.order not in self.orderings:
            raise ValidationError({"ordering": _("There is no such order.")}, "invalid_choice")
        encoded = self.request.query_params.get("cursor")
        if not encoded:
            return None
        position: Position
        try:
            order, *position = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        except (ValueError, TypeError):
            raise _no_such_page() from None
        if order != self.order or len(position) != len(self.orderings[self.order]):
            raise _no_such_page()
        return position

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        parameters = [
            _parameter("cursor", "Where the page begins: taken from `next`.", {"type": "string"}),
            _parameter(
                "page_size",
                "Rows on a page.",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                },
            ),
        ]
        if len(self.orderings) > 1:
            names = list(self.orderings)
            parameters.append(
                _parameter(
                    "ordering",
                    "The order of the rows.",
                    {"type": "string", "enum": names, "default": names[0]},
                )
            )
        return parameters

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The address of the next page; null on the last.",
                },
                "results": schema,
            },
        }


def _rows_after(
    querysets: Sequence[QuerySet[Any, Any]], columns: Columns, position: Position | None, *, limit: int
) -> list[Any]:
    if position is None:
        return first_rows(querysets, columns, limit)
    model = querysets[0].model
    values = [_value(model, *pair) for pair in zip(columns, position, strict=True)]
    first = columns[0].lstrip("-")
    nulls = [queryset.filter(**{f"{first}__isnull": True}) for queryset in querysets]
    if values[0] is None:
        after = _beyond(columns[1:], values[1:])
        return first_rows([queryset.filter(after) for queryset in nulls], columns, limit)
    # Two plain questions instead of one with OR, so that each is answered from its index.
    after = _beyond(columns, values)
    rows = first_rows([queryset.filter(after) for queryset in querysets], columns, limit)
    if len(rows) < limit and model._meta.get_field(first).null:
        rows += first_rows(nulls, columns, limit - len(rows))
    return rows


def first_rows(querysets: Sequence[QuerySet[Any, Any]], columns: Columns, limit: int) -> list[Any]:
    """The first rows of all querysets together, each once; one query.

    Each is read in order from its own index, which PostgreSQL can't do for one queryset with OR.
    """
    # What is known to be empty can't be part of a union.
    parts = [queryset.order_by(*columns)[:limit] for queryset in querysets if not queryset.query.is_empty()]
    if len(parts) < 2:
        return [row for part in parts for row in part]
    return list(parts[0].union(*parts[1:]).order_by(*columns)[:limit])


def _beyond(columns: Columns, values: Sequence[Any]) -> Q:
    """Rows that come after these values."""
    descending = columns[0].startswith("-")
    names = [column.lstrip("-") for column in columns]
    if len(names) == 1:
        return Q(**{f"{names[0]}__{'lt' if descending else 'gt'}": values[0]})
    lookup = TupleLessThan if descending else TupleGreaterThan
    return Q(lookup(tuple(F(name) for name in names), tuple(values)))


def _value(model: type[Model], column: str, value: Any) -> Any:
    field: Any = model._meta.get_field(column.lstrip("-"))
    try:
        value = field.to_python(value)
    except InvalidValue:
        raise _no_such_page() from None
    if value is None and not field.null:
        raise _no_such_page()
    return value


def _position_of(row: Any, columns: Columns) -> Position:
    names = [column.lstrip("-") for column in columns]
    return [row[name] if isinstance(row, Mapping) else getattr(row, name) for name in names]


def _no_such_page() -> NotFound:
    return NotFound(_("There is no such page: its address is damaged."))


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
