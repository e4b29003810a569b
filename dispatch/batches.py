"""Work on every row that is due, in batches that hold up nobody and that nobody holds up."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

logger = logging.getLogger(__name__)
BATCH = 200
Row = TypeVar("Row", bound=Model)


def move_each(
    rows: QuerySet[Row],
    move: Callable[[Row], object],
    failed: set[int] | None = None,
    *,
    lock: tuple[str, ...] = ("self",),
) -> int:
    """Move each row until none is left, and tell how many were; `move` must take the row out of `rows`.

    Any number of these may run at once: each takes rows that no other has locked, and looks again under the lock.
    Each row moves in a savepoint of its own, so one that can't be moved holds up nobody: it is logged, its id is put
    into `failed`, and it is tried again the next time. `lock` names what else decides whether a row is due: only what
    is locked is looked at again.
    """
    failed = set() if failed is None else failed
    moved = 0
    more = True
    while more:
        done, more = _batch(rows.exclude(pk__in=failed), move, failed, lock)
        moved += done
    return moved


@transaction.atomic
def _batch(
    rows: QuerySet[Row], move: Callable[[Row], object], failed: set[int], lock: tuple[str, ...]
) -> tuple[int, bool]:
    batch = list(rows.select_for_update(of=lock, no_key=True, skip_locked=True)[:BATCH])
    moved = 0
    for row in batch:
        try:
            with transaction.atomic():
                move(row)
            moved += 1
        except Exception:
            logger.exception("could not move %s", row)
            failed.add(row.pk)
    return moved, len(batch) == BATCH
