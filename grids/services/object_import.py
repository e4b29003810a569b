"""Objects from a file: how its rows are judged, and how those that were shown are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from grids.bulk_writing import insert_many, update_many
from grids.models import ChangeKind, ChangeSource, GridObject, ObjectType, RowOutcome, User
from grids.registry_columns import Known, read_header
from grids.registry_rows import FileRow, Judge, Judged, RowReader
from grids.services.registry import FIELDS, change_row, is_news, kind_of_change

_WRITTEN = (*FIELDS, "version", "area", "district")


class ObjectRows:
    """The rows of a file of objects, known by their codes."""

    needed: tuple[str, ...] = ("code",)

    def __init__(self, header: Sequence[str], *, today: date, source: str) -> None:
        types = list(ObjectType.objects.all())
        self.known: Known = read_header(header, types)
        self._reader = RowReader(self.known, types)
        self._today, self._source = today, source
        self._judge = self._new_judge()

    def read(self, number: int, cells: list[str]) -> FileRow:
        return self._reader.read(number, cells)

    def judge(self, rows: Sequence[FileRow]) -> list[Judged]:
        return self._judge.judge(rows)

    def judge_again(self, rows: Sequence[FileRow]) -> list[Judged]:
        """As they are now, and stay to the end of the transaction."""
        return self._new_judge().judge(rows, lock=True)

    def lacks_something(self, one: Judged, good: Sequence[Judged]) -> bool:
        """Whether it is part of something new that was refused only now."""
        whole = one.written.part_of if one.written else None
        return whole is not None and whole.pk is None and all(other.written is not whole for other in good)

    def _new_judge(self) -> Judge:
        return Judge(self._reader, today=self._today, source=self._source)

    def write(self, judged: Sequence[Judged], *, actor: User | None) -> None:
        """Write objects and their rows in the change feed, as `write_object` and `write_changes` would."""
        _write_new([one.written for one in judged if one.outcome == RowOutcome.NEW])
        changed = [one for one in judged if one.outcome == RowOutcome.CHANGED]
        for one in changed:
            one.written.version += is_news(one.said)
        update_many([one.written for one in changed], _WRITTEN)
        # The database notes its transaction by itself.
        insert_many(
            [
                change_row(one.written, _kind_of(one), ChangeSource.IMPORT, actor, one.said)
                for one in judged
                if is_news(one.said)
            ],
            skip=["transaction_id"],
        )


def _kind_of(one: Judged) -> ChangeKind:
    return ChangeKind.NEW if one.outcome == RowOutcome.NEW else kind_of_change(one.written, one.said)


def _write_new(objects: Sequence[GridObject]) -> None:
    """Wholes before their parts, where both are new."""
    waiting = list(objects)
    while waiting:
        for one in waiting:
            one.part_of = one.part_of  # the whole may have got its id meanwhile
        ready = [one for one in waiting if one.part_of is None or one.part_of_id]
        insert_many(ready)
        waiting = [one for one in waiting if one.pk is None]
