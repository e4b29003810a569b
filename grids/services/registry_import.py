"""Taking objects or licences over from a file: read and judged in the background, shown, and only then written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from celery import current_app
from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, StepNotAllowed
from gridgov.language import listed
from grids.area_files import UnreadableFile
from grids.bulk_writing import insert_many
from grids.models import ImportKind, ImportRow, ImportState, RegistryImport, RowOutcome, User
from grids.permissions import can_change_objects
from grids.registry_columns import Known, titles_of
from grids.registry_files import open_table
from grids.registry_rows import FileRow, Judged
from grids.services.licence_import import LicenceRows
from grids.services.object_import import ObjectRows

# Rows of one transaction.
CHUNK = 2_000
_TRIES = 3

Progress = Callable[[RegistryImport], None]


class Rows(Protocol):
    """How the rows of one kind of file are read, judged and written; what they mean stands in the header."""

    # The columns without which a row is known by nothing.
    needed: tuple[str, ...]
    known: Known

    def read(self, number: int, cells: list[str]) -> FileRow: ...
    def judge(self, rows: Sequence[FileRow]) -> list[Judged]: ...
    def judge_again(self, rows: Sequence[FileRow]) -> list[Judged]: ...
    def lacks_something(self, one: Judged, good: Sequence[Judged]) -> bool: ...
    def write(self, judged: Sequence[Judged], *, actor: User | None) -> None: ...


_ROWS: Mapping[ImportKind, Callable[..., Rows]] = {
    ImportKind.OBJECTS: ObjectRows,
    ImportKind.LICENCES: LicenceRows,
}


class SomebodyElseWorks(Exception):
    """Another worker has begun the same work anew; this one stops."""


@transaction.atomic
def begin_import(
    file: File[bytes],
    *,
    actor: User | None,
    kind: ImportKind = ImportKind.OBJECTS,
    in_background: bool = True,
) -> RegistryImport:
    """Keep a file and have it read; raises `NotPermitted`. Nothing of the registry changes yet."""
    if not can_change_objects(actor):
        raise NotPermitted("begin_import")
    now = clock.now()
    name = str(file.name).rpartition("/")[2][-200:]
    begun = RegistryImport.objects.create(kind=kind, file=file, name=name, by=actor, at=now, moved_at=now)
    if in_background:
        _send_to_work(begun)
    return begun


@transaction.atomic
def take_over_import(import_id: int, *, actor: User | None, in_background: bool = True) -> RegistryImport:
    """Have the new and changed rows of a preview written; raises `NotFoundForYou`, `NotPermitted`, `StepNotAllowed`."""
    taken = _lock(import_id, actor)
    if taken.state != ImportState.PREVIEW:
        raise StepNotAllowed(taken, "take_over_import")
    taken.state, taken.moved_at = ImportState.TAKING, clock.now()
    taken.save(update_fields=["state", "moved_at"])
    if in_background:
        _send_to_work(taken)
    return taken


@transaction.atomic
def discard_import(import_id: int, *, actor: User | None) -> ImportKind:
    """Throw a file and its preview away, and tell what it held; what was taken over stays in the registry."""
    discarded = _lock(import_id, actor)
    if discarded.state == ImportState.TAKING:
        raise StepNotAllowed(discarded, "discard_import")
    _throw_away(discarded)
    return ImportKind(discarded.kind)


def work_on_import(import_id: int, *, progress: Progress | None = None) -> None:
    """Go on with what an import waits for, in chunks of their own transactions.

    May run twice, and at once: the one that began last goes on, the other stops. What was written stays written.
    """
    begun = _begin(import_id)
    if begun is None:
        return
    language = (begun.by.language if begun.by else "") or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            if begun.state == ImportState.READING:
                _read(begun, progress)
            else:
                _take(begun, progress)
        except SomebodyElseWorks:
            return
        except Exception:
            if begun.state == ImportState.READING and begun.attempt >= _TRIES:
                _go_on(begun, state=ImportState.UNREADABLE, problem=_("Reading it failed several times."))
            raise


def _begin(import_id: int) -> RegistryImport | None:
    """Take the work on; whoever had it before finds the number of the attempt changed."""
    at_work = RegistryImport.objects.filter(pk=import_id, state__in=[ImportState.READING, ImportState.TAKING])
    if not at_work.update(attempt=F("attempt") + 1, moved_at=clock.now()):
        return None
    return RegistryImport.objects.select_related("by").get(pk=import_id)


def _go_on(begun: RegistryImport, **changes: object) -> None:
    """Note how far it is, within the chunk's transaction; raises `SomebodyElseWorks`."""
    mine = RegistryImport.objects.filter(pk=begun.pk, attempt=begun.attempt, state=begun.state)
    if not mine.update(moved_at=clock.now(), **changes):
        raise SomebodyElseWorks(begun.pk)
    for name, value in changes.items():
        setattr(begun, name, value)


# Reading


def _read(begun: RegistryImport, progress: Progress | None) -> None:
    with transaction.atomic():
        _go_on(begun, rows_read=0)
        # Many rows: not one by one through Python.
        ImportRow.objects.filter(of=begun)._raw_delete(using=connection.alias)
    try:
        with begun.file.open("rb") as file, open_table(file, begun.name) as table:
            rows = _rows_of(begun, table.header)
            _go_on(begun, header=table.header, unknown_columns=rows.known.unknown, rows=table.total)
            chunk = []
            for number, cells in table.rows:
                chunk.append(rows.read(number, cells))
                if len(chunk) == CHUNK:
                    _stage(begun, rows.judge(chunk), progress)
                    chunk = []
            _stage(begun, rows.judge(chunk), progress)
    except UnreadableFile as error:
        _go_on(begun, state=ImportState.UNREADABLE, problem=str(error))
        return
    to_take = ImportRow.objects.filter(of=begun, outcome__in=[RowOutcome.NEW, RowOutcome.CHANGED]).count()
    _go_on(begun, state=ImportState.PREVIEW, rows=begun.rows_read, rows_to_take=to_take)


def _rows_of(begun: RegistryImport, header: Sequence[str]) -> Rows:
    """Reads and judges rows under such a header; raises `UnreadableFile` when it can't be one of such rows."""
    # As of the day of the upload, so that a new object is tomorrow what it was in the preview.
    today = timezone.localdate(begun.at)
    rows = _ROWS[ImportKind(begun.kind)](header, today=today, source=begun.name[:80])
    if missing := [name for name in rows.needed if name not in rows.known.places]:
        raise UnreadableFile(_("There is no column “%(name)s”.") % {"name": titles_of(missing)})
    if rows.known.twice:
        raise UnreadableFile(
            _("Two columns mean the same: %(columns)s.") % {"columns": listed(rows.known.twice)}
        )
    return rows


@transaction.atomic
def _stage(begun: RegistryImport, judged: Sequence[Judged], progress: Progress | None) -> None:
    _go_on(begun, rows_read=begun.rows_read + len(judged))
    insert_many([_staged(begun, one) for one in judged])
    if progress:
        progress(begun)


def _staged(begun: RegistryImport, one: Judged) -> ImportRow:
    return ImportRow(
        of=begun,
        number=one.row.number,
        code=one.row.code[:200],
        outcome=one.outcome,
        problems=one.problems,
        cells=[] if one.outcome == RowOutcome.UNCHANGED else one.row.cells,
        said=one.said,
    )


# Taking over


def _take(begun: RegistryImport, progress: Progress | None) -> None:
    rows = _rows_of(begun, begun.header)
    while _take_chunk(begun, rows):
        if progress:
            progress(begun)
    _go_on(begun, state=ImportState.DONE, finished_at=clock.now())
    begun.file.delete(save=False)


def _take_chunk(begun: RegistryImport, rows: Rows) -> bool:
    """Write the next rows; tells whether there were any."""
    taken_before = begun.rows_taken
    for tries_left in reversed(range(_TRIES)):
        try:
            return _write_chunk(begun, rows)
        except IntegrityError:
            # Somebody added the same code this very moment: the next look sees it. What was counted is undone.
            begun.rows_taken = taken_before
            if not tries_left:
                raise
    return False


@transaction.atomic
def _write_chunk(begun: RegistryImport, rows: Rows) -> bool:
    waiting = ImportRow.objects.filter(
        of=begun, outcome__in=[RowOutcome.NEW, RowOutcome.CHANGED], is_done=False
    )
    staged = list(waiting.order_by("number")[:CHUNK])
    if not staged:
        return False
    _go_on(begun, rows_taken=begun.rows_taken + len(staged))
    judged = rows.judge_again([rows.read(row.number, row.cells) for row in staged])
    good: list[Judged] = []
    for row, one in zip(staged, judged, strict=True):
        row.is_done = True
        if one.outcome == RowOutcome.UNCHANGED:
            row.outcome = RowOutcome.UNCHANGED
        elif one.problems or one.said != row.said or rows.lacks_something(one, good):
            # Only what was shown is written.
            row.outcome = RowOutcome.REFUSED
            row.problems = one.problems or [
                _("Somebody changed it after the preview: import the file again.")
            ]
        else:
            good.append(one)
    rows.write(good, actor=begun.by)
    _note(staged, good)
    return True


def _note(staged: Sequence[ImportRow], good: Sequence[Judged]) -> None:
    taken = {one.row.number for one in good}
    ImportRow.objects.filter(pk__in=[row.pk for row in staged if row.number in taken]).update(is_done=True)
    ImportRow.objects.bulk_update(
        [row for row in staged if row.number not in taken], ["is_done", "outcome", "problems"], batch_size=500
    )


# Keeping


def resume_imports(stood_still_since: datetime) -> list[int]:
    """The ids of imports whose worker was lost; they are to be worked on again."""
    stuck = RegistryImport.objects.filter(
        state__in=[ImportState.READING, ImportState.TAKING], moved_at__lt=stood_still_since
    )
    return list(stuck.values_list("pk", flat=True))


def forget_imports(before: datetime) -> int:
    """Throw away the imports begun before a moment, with their previews; returns how many."""
    old = RegistryImport.objects.filter(at__lt=before).exclude(state=ImportState.TAKING)
    with transaction.atomic():
        for each in old.select_for_update(skip_locked=True):
            _throw_away(each)
        return len(old)


def _throw_away(thrown: RegistryImport) -> None:
    ImportRow.objects.filter(of=thrown)._raw_delete(using=connection.alias)
    file = thrown.file
    thrown.delete()
    if file:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


def _lock(import_id: int, actor: User | None) -> RegistryImport:
    found = RegistryImport.objects.select_for_update(of=("self",), no_key=True).filter(pk=import_id).first()
    if found is None:
        raise NotFoundForYou(import_id)
    if not can_change_objects(actor):
        raise NotPermitted("import")
    return found


def _send_to_work(begun: RegistryImport) -> None:
    # By name, because tasks call services. Whatever does not get there now is picked up by the clock.
    send = partial(current_app.send_task, "grids.tasks.work_on_import", [begun.pk])
    transaction.on_commit(send, robust=True)
