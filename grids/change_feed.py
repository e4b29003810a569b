"""The registry's changes in an order in which a reader misses none, however slowly somebody writes."""

import re
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, F, Func, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan

from grids.models import RegistryChange

LIMIT = 500
# Rows looked through for one answer: those of others' areas are passed over.
_LOOKED_THROUGH = 5_000
_CURSOR = re.compile(r"(\d{1,19})-(\d{1,19})")


class NoSuchPlace(ValueError):
    """The cursor is none that the feed gave."""


@dataclass(frozen=True)
class Piece:
    """Some changes in order, the cursor after them, and whether more are there already."""

    changes: list[RegistryChange]
    next_since: str
    more: bool


def changes_since(user: AbstractBaseUser | AnonymousUser, since: str, limit: int = LIMIT) -> Piece:
    """The changes after a cursor ("" from the beginning) of what the person may see; two queries.

    Ordered by the writing transaction and the row's id, and only what was written before any transaction that is
    still open: ids alone are given before they are committed. Raises `NoSuchPlace`.
    """
    settled = _settled(since).values_list("transaction_id", "pk")
    places = list(settled.order_by("transaction_id", "pk")[: _LOOKED_THROUGH + 1])
    more, places = len(places) > _LOOKED_THROUGH, places[:_LOOKED_THROUGH]
    if not places:
        return Piece([], since or "0-0", more=False)
    seen = RegistryChange.objects.visible_to(user).filter(pk__in=[pk for _transaction, pk in places])
    changes = list(seen.select_related("object", "by").order_by("transaction_id", "pk")[: limit + 1])
    if len(changes) > limit:
        changes = changes[:limit]
        last = changes[-1]
        return Piece(changes, f"{last.transaction_id}-{last.pk}", more=True)
    return Piece(changes, "{}-{}".format(*places[-1]), more)


def _settled(since: str) -> QuerySet[RegistryChange]:
    oldest_open = Func(
        template="pg_snapshot_xmin(pg_current_snapshot())::text::bigint", output_field=BigIntegerField()
    )
    changes = RegistryChange.objects.filter(transaction_id__lt=oldest_open)
    if not since:
        return changes
    match = _CURSOR.fullmatch(since)
    if match is None or max(map(int, match.groups())) >= 2**63:
        raise NoSuchPlace(since)
    after = (int(match[1]), int(match[2]))
    return changes.filter(TupleGreaterThan((F("transaction_id"), F("pk")), after))
