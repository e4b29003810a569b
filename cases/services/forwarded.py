"""Taking over what other systems hand over under numbers of their own, one by one or a file at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cases.models import (
    CaseClass,
    Channel,
    FileState,
    ForwardedRequest,
    RequestFile,
    RequestOutcome,
    RequestRow,
    RequestSource,
)
from cases.permissions import can_take_requests, sources_for
from cases.request_columns import FIELDS, NEEDED, classes_by_words, guess_columns, read_row
from cases.services.report import report_case
from gridgov import clock
from gridgov.errors import DomainError, NotFoundForYou, NotPermitted, StepNotAllowed, invalid
from grids.area_files import UnreadableFile
from grids.models import User
from grids.registry_files import open_table

MOST_ROWS = 2_000
LONGEST_CELL = 3_000
# Rows of one turn of the worker's lock on a file.
CHUNK = 50
STANDS_STILL = timedelta(minutes=3)
KEEP_FILES = timedelta(days=60)


@transaction.atomic
def receive_request(
    *,
    actor: User,
    source: RequestSource,
    number: str,
    text: str,
    address: str = "",
    point: Point | None = None,
    case_class: CaseClass | None = None,
    called_at: datetime | None = None,
    due_at: datetime | None = None,
    contact_name: str = "",
    contact_phone: str = "",
) -> tuple[ForwardedRequest, bool]:
    """Report what a source hands over, once per number; tells whether it is new.

    `point` is WGS-84; without one it waits with the unplaced. `due_at` is what the source promised the citizen.
    Raises `NotFoundForYou` for a source that is not the actor's, `NotPermitted` for whoever takes none, ValidationError
    for what is missing or wrong.
    """
    if not can_take_requests(actor):
        raise NotPermitted("receive_request")
    # One at a time for each source, so that two that bring the same number wait for each other.
    locked = sources_for(actor).select_for_update(of=("self",), no_key=True).filter(pk=source.pk).first()
    if locked is None:
        raise NotFoundForYou(source.pk)
    number = number.strip()
    if not number:
        raise invalid("number", _("The source's own number is missing."), "number_missing")
    there = ForwardedRequest.objects.select_related("case").filter(source=source, number=number).first()
    if there:
        return there, False
    case = report_case(
        actor=actor,
        channel=Channel(locked.channel),
        external_id=number,
        description=text,
        address=address,
        point=point,
        case_class=case_class,
        promised_due_at=due_at,
        contact_name=contact_name,
        contact_phone=contact_phone,
    )
    request = ForwardedRequest.objects.create(
        source=locked, number=number, case=case, called_at=called_at, received_at=clock.now()
    )
    return request, True


@transaction.atomic
def begin_request_file(file: File[bytes], *, actor: User, source: RequestSource) -> RequestFile:
    """Read a file (CSV or Excel) and guess what its columns hold; no case is made yet.

    Raises `NotPermitted`, `NotFoundForYou`, and ValidationError for a file that can't be read or has more than
    `MOST_ROWS` rows.
    """
    if not can_take_requests(actor):
        raise NotPermitted("begin_request_file")
    if not sources_for(actor).filter(pk=source.pk).exists():
        raise NotFoundForYou(source.pk)
    name = str(file.name).rpartition("/")[2][-200:]
    try:
        with open_table(file, name) as table:
            header = [heading.strip()[:100] for heading in table.header]
            # One more than may be, so that it shows.
            rows = [
                (number, [cell[:LONGEST_CELL] for cell in cells])
                for number, cells in islice(table.rows, MOST_ROWS + 1)
            ]
    except UnreadableFile as error:
        raise invalid("file", str(error), "unreadable") from error
    if len(rows) > MOST_ROWS:
        raise invalid(
            "file", _("More than %(most)d rows; split the file.") % {"most": MOST_ROWS}, "too_many_rows"
        )
    if not rows:
        raise invalid("file", _("There is no row in it."), "no_rows")
    now = clock.now()
    begun: RequestFile = RequestFile.objects.create(
        source=source,
        name=name,
        header=header,
        mapping=guess_columns(header, source.columns),
        by=actor,
        at=now,
        moved_at=now,
    )
    RequestRow.objects.bulk_create(
        [RequestRow(of=begun, number=number, cells=cells) for number, cells in rows], batch_size=500
    )
    return begun


@transaction.atomic
def map_columns(file_id: int, *, actor: User, mapping: Mapping[str, str]) -> RequestFile:
    """Say what the columns of a file hold (position, as text → field); its source's next file is read the same way."""
    found = _lock(file_id, actor)
    chosen = {position: name for position, name in mapping.items() if name}
    if len(set(chosen.values())) < len(chosen):
        raise ValidationError(_("Choose each field for one column only."), code="twice")
    if not set(chosen.values()) <= FIELDS.keys() or not set(chosen) <= set(
        map(str, range(len(found.header)))
    ):
        raise ValidationError(_("There is no such column or field."), code="unknown")
    found.mapping = chosen
    found.save(update_fields=["mapping"])
    source = found.source
    source.columns = {
        **source.columns,
        **{heading: chosen.get(str(position), "") for position, heading in enumerate(found.header)},
    }
    source.save(update_fields=["columns"])
    return found


@transaction.atomic
def take_request_file(file_id: int, *, actor: User) -> RequestFile:
    """Have the rows of a file reported, in the background; raises ValidationError while a needed column is missing."""
    found = _lock(file_id, actor)
    missing = [str(FIELDS[name]) for name in NEEDED if name not in found.mapping.values()]
    if missing:
        raise ValidationError(
            _("Say first which column holds: %(fields)s.") % {"fields": _(", ").join(missing)},
            code="column_missing",
        )
    found.state, found.moved_at = FileState.TAKING, clock.now()
    found.save(update_fields=["state", "moved_at"])
    return found


@transaction.atomic
def discard_request_file(file_id: int, *, actor: User) -> None:
    """Throw a file away that nobody has taken over."""
    _lock(file_id, actor).delete()


def work_on_request_file(file_id: int) -> None:
    """Report what is left of a file, in chunks of their own transactions; may run twice, and at once."""
    classes = classes_by_words()
    while _take_chunk(file_id, classes):
        pass


@transaction.atomic
def _take_chunk(file_id: int, classes: Mapping[str, CaseClass]) -> bool:
    """One chunk; False once there is nothing left, or somebody else works on it."""
    found = (
        RequestFile.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("source", "by")
        .filter(pk=file_id, state=FileState.TAKING)
        .first()
    )
    if found is None:
        return False
    rows = list(found.rows.filter(outcome="").order_by("number")[:CHUNK])
    with translation.override(found.by.language or None):
        for row in rows:
            _take(row, found, classes)
    found.moved_at = clock.now()
    if len(rows) < CHUNK:
        found.state = FileState.DONE
    found.save(update_fields=["moved_at", "state"])
    return found.state == FileState.TAKING


def _take(row: RequestRow, of: RequestFile, classes: Mapping[str, CaseClass]) -> None:
    read = read_row(row.cells, of.mapping, classes)
    row.problems = read.problems
    row.outcome = RequestOutcome.REFUSED
    if not read.problems:
        try:
            with transaction.atomic():  # one bad row starves nobody
                request, is_new = receive_request(actor=of.by, source=of.source, **read.values)
        except ValidationError as error:
            row.problems = error.messages
        except DomainError as error:
            row.problems = [str(error.message)]
        else:
            row.outcome = RequestOutcome.TAKEN if is_new else RequestOutcome.KNOWN
            row.case = request.case
            row.cells = []
    row.save(update_fields=["outcome", "problems", "case", "cells"])


def files_that_stand_still(before: datetime) -> list[int]:
    """The files whose worker was lost, or that never reached one."""
    return list(
        RequestFile.objects.filter(state=FileState.TAKING, moved_at__lt=before).values_list("pk", flat=True)
    )


def forget_request_files(before: datetime) -> int:
    """Throw old files and what is left of their rows away; what was taken over stays. Returns how many."""
    old = RequestFile.objects.filter(at__lt=before).exclude(state=FileState.TAKING)
    return len([file.delete() for file in old])


def _lock(file_id: int, actor: User) -> RequestFile:
    """A file that waits to be looked at; raises `NotFoundForYou`, `NotPermitted`, `StepNotAllowed`."""
    if not can_take_requests(actor):
        raise NotPermitted("take_request_file")
    found = (
        RequestFile.objects.select_for_update(of=("self",), no_key=True)
        .select_related("source")
        .filter(pk=file_id, source__in=sources_for(actor))
        .first()
    )
    if found is None:
        raise NotFoundForYou(file_id)
    if found.state != FileState.PREVIEW:
        raise StepNotAllowed(found)
    return found
