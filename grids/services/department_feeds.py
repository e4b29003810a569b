"""Departments' records on their way into the registry: a delivery is taken as a whole, or changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.models import Notice
from grids.area_files import UnreadableFile
from grids.attributes import by_heading, clean_values, name_of
from grids.errors import RemovesMore
from grids.feeds import standings
from grids.models import (
    DepartmentForm,
    DepartmentRecord,
    FeedRun,
    FeedState,
    GridObject,
    MatchBy,
    User,
)
from grids.notices import FEED_OVERDUE, tell_of_broken_feed, tell_of_overdue_feed
from grids.permissions import can_feed_form
from grids.registry_columns import COLUMNS, titles_of
from grids.registry_files import LOST_DIGITS, open_table

# Of the rows, this share may be refused; beyond it something is wrong with the delivery itself.
MOST_REFUSED_SHARE = 0.2
# And of the records that are there, this share may go without somebody having said how many.
MOST_REMOVED_SHARE = 0.2
MOST_PROBLEMS = 100
_CHUNK = 1_000
_LONGEST_KEY = 80


@dataclass(frozen=True)
class Delivered:
    """One record as it came: by which code it finds its object, and its values by the form's keys."""

    number: int
    match: str
    values: Mapping[str, Any]


class _Broken(Exception):
    """The delivery as a whole can't be used; the message says why."""


@dataclass
class _Taking:
    """What became of the rows so far."""

    form: DepartmentForm
    run_id: int
    as_of: date
    rows: int = 0
    taken: int = 0
    refused: int = 0
    removed: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[tuple[int, str], int] = field(default_factory=dict)
    # Objects whose record came but did not fit: what is known of them stays.
    kept: set[int] = field(default_factory=set)

    def refuse(self, row: Delivered, problem: str, objects: Iterable[GridObject] = ()) -> None:
        self.refused += 1
        self.kept |= {one.pk for one in objects}
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append({"row": row.number, "problem": problem})


def deliver_file(
    form_id: int,
    *,
    actor: User | None,
    file: IO[bytes],
    name: str,
    as_of: date | None,
    complete: bool = False,
    removing: int | None = None,
) -> FeedRun:
    """Deliver the records in a CSV or Excel file: a column with the code, the others by the fields' keys or names."""
    form = DepartmentForm.objects.filter(pk=form_id).first()
    if form is None:
        raise NotFoundForYou(form_id)
    unknown: list[str] = []
    rows = _rows_of_file(form, file, name, unknown)
    return deliver_records(
        form_id,
        actor=actor,
        source=name,
        as_of=as_of,
        rows=rows,
        complete=complete,
        removing=removing,
        unknown_columns=unknown,
    )


@transaction.atomic
def deliver_records(
    form_id: int,
    *,
    actor: User | None,
    source: str,
    as_of: date | None,
    rows: Iterable[Delivered],
    complete: bool = False,
    removing: int | None = None,
    unknown_columns: Sequence[str] = (),
) -> FeedRun:
    """Take a form's records over as of a day; `complete` says that what is missing in it is gone.

    Rows that fit are taken. Where more than a fifth do not, nothing can be read, or the day is in the future or
    before the last good one, the delivery is broken: nothing changes, and those concerned are told. So it is where
    `complete` would remove more than a fifth of what is there, unless `removing` says how many may go. Raises
    `NotFoundForYou`, and `RemovesMore` where more than that many would.
    """
    form = _lock_form(form_id, actor)
    taking = _Taking(form, _next_run_id(), as_of or clock.today())
    state, problems = FeedState.GOOD, taking.problems
    known = DepartmentRecord.objects.filter(form=form).count() if complete else 0
    try:
        _check_day(form, as_of)
        with transaction.atomic():
            _take(taking, rows)
            if complete:
                taking.removed = _remove_others(taking, known, removing)
    except (_Broken, UnreadableFile) as error:
        state, taking.taken, taking.removed = FeedState.BROKEN, 0, 0
        problems = [{"row": None, "problem": str(error)}, *taking.problems]
    run = FeedRun(
        pk=taking.run_id,
        form=form,
        state=state,
        source=source[:120],
        as_of=as_of,
        by=actor,
        at=clock.now(),
        taken=taking.taken,
        refused=taking.refused,
        removed=taking.removed,
        problems=problems[:MOST_PROBLEMS],
        unknown_columns=list(unknown_columns),
    )
    run.save(force_insert=True)
    if state == FeedState.BROKEN:
        tell_of_broken_feed(form, run)
    return run


@transaction.atomic
def say_overdue_feeds() -> int:
    """Say once of each form whose delivery is late that it is; returns how many were said."""
    # Two clocks at once: the second waits, and then sees the first one's notices.
    list(DepartmentForm.objects.select_for_update(no_key=True).filter(is_active=True).order_by("pk"))
    late = [one for one in standings(DepartmentForm.objects.filter(is_active=True)) if one.is_overdue]
    said: dict[str, Any] = {}
    subjects = [f"feed:{one.form.pk}" for one in late]
    for notice in Notice.objects.filter(event=FEED_OVERDUE, subject__in=subjects).order_by("created_at"):
        said[notice.subject] = notice.created_at
    told = 0
    for one in late:
        last = said.get(f"feed:{one.form.pk}")
        if last is None or (one.last_good and last <= one.last_good.at):
            tell_of_overdue_feed(one.form)
            told += 1
    return told


def _lock_form(form_id: int, actor: User | None) -> DepartmentForm:
    """Deliveries of one form come one after the other. Raises `NotFoundForYou`."""
    form = (
        DepartmentForm.objects.select_for_update(of=("self",), no_key=True)
        .select_related("department__area")
        .filter(pk=form_id, is_active=True)
        .first()
    )
    if form is None or not can_feed_form(actor, form):
        raise NotFoundForYou(form_id)
    return form


def _next_run_id() -> int:
    """Records name their delivery, whose row is written last and never again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [FeedRun._meta.db_table])
        return int(cursor.fetchone()[0])


def _check_day(form: DepartmentForm, as_of: date | None) -> None:
    if as_of is None:
        raise _Broken(_("It does not say as of which day it is."))
    if as_of > clock.today():
        raise _Broken(_("It is as of a day that has not come yet: %(day)s.") % {"day": as_of})
    newest = FeedRun.objects.filter(form=form, state=FeedState.GOOD).order_by("-as_of").first()
    if newest and newest.as_of and as_of < newest.as_of:
        raise _Broken(
            _("It is older than what is there: as of %(day)s, and we have %(newest)s.")
            % {"day": as_of, "newest": newest.as_of}
        )


def _take(taking: _Taking, rows: Iterable[Delivered]) -> None:
    following = iter(rows)
    while chunk := list(islice(following, _CHUNK)):
        taking.rows += len(chunk)
        _write(taking, _judged(taking, chunk))
    if not taking.rows:
        raise _Broken(_("It holds no record."))
    if taking.refused > MOST_REFUSED_SHARE * taking.rows:
        raise _Broken(
            _("%(refused)d of %(rows)d records do not fit.")
            % {"refused": taking.refused, "rows": taking.rows}
        )


def _remove_others(taking: _Taking, known: int, removing: int | None) -> int:
    """Remove what is not in the delivery, but for objects whose row only did not fit; returns how many."""
    gone = DepartmentRecord.objects.filter(form=taking.form).exclude(run=taking.run_id)
    gone = gone.exclude(object__in=taking.kept)
    removed = gone.count()
    if removing is not None and removed > removing:
        raise RemovesMore(removed, known)
    if removing is None and removed > MOST_REMOVED_SHARE * known:
        raise _Broken(
            _("It would remove %(removed)d of the %(known)d records that are there; nobody said so.")
            % {"removed": removed, "known": known}
        )
    gone.delete()
    return removed


def _judged(taking: _Taking, chunk: Sequence[Delivered]) -> Iterator[DepartmentRecord]:
    form = taking.form
    objects = _objects_of(form, {row.match for row in chunk if row.match})
    for row in chunk:
        found = objects.get(row.match, [])
        if not found:
            taking.refuse(row, _no_object(form, row.match))
            continue
        try:
            data = clean_values(form.fields, row.values)
            key = _key_of(form, data)
        except ValidationError as error:
            taking.refuse(row, _("; ").join(error.messages), found)
            continue
        twice = [taking.seen[(one.pk, key)] for one in found if (one.pk, key) in taking.seen]
        if twice:
            taking.refuse(row, _("The same stands in row %(number)d already.") % {"number": twice[0]}, found)
            continue
        taking.taken += 1
        for one in found:
            taking.seen[(one.pk, key)] = row.number
            yield DepartmentRecord(
                form=form,
                object_id=one.pk,
                district_id=one.district_id,
                key=key,
                data=data,
                as_of=taking.as_of,
                run_id=taking.run_id,
            )


def _write(taking: _Taking, records: Iterable[DepartmentRecord]) -> None:
    DepartmentRecord.objects.bulk_create(
        records,
        update_conflicts=True,
        unique_fields=["object", "form", "key"],
        update_fields=["data", "as_of", "run", "district"],
    )


def _objects_of(form: DepartmentForm, codes: set[str]) -> dict[str, list[GridObject]]:
    """The objects in the department's own area by what records call them; a credit code may stand on several."""
    by = "credit_code" if form.match_by == MatchBy.CREDIT_CODE else "code"
    found: dict[str, list[GridObject]] = {}
    objects = GridObject.objects.within(form.department.area).filter(**{f"{by}__in": codes})
    for one in objects.only("pk", by, "district_id").order_by("pk"):
        found.setdefault(getattr(one, by), []).append(one)
    return found


def _no_object(form: DepartmentForm, match: str) -> str:
    if match == LOST_DIGITS:
        return _("Excel took a long code for a number and lost its last digits: make the column text.")
    if not match:
        return _("The code is missing.")
    if form.match_by == MatchBy.CREDIT_CODE:
        return _("No object has the credit code “%(code)s”.") % {"code": match}
    return _("No object has the code “%(code)s”.") % {"code": match}


def _key_of(form: DepartmentForm, data: Mapping[str, Any]) -> str:
    """What tells several records of one object apart."""
    if not form.key_field:
        return ""
    if form.key_field not in data:
        field = next(field for field in form.fields if field["key"] == form.key_field)
        raise ValidationError(_("%(name)s is missing.") % {"name": name_of(field)})
    return str(data[form.key_field])[:_LONGEST_KEY]


def _rows_of_file(
    form: DepartmentForm, file: IO[bytes], name: str, unknown: list[str]
) -> Iterator[Delivered]:
    """Adds the headings that are no field to `unknown`.

    Raises `UnreadableFile` when the first row is asked for, or a later one can't be read.
    """
    with open_table(file, name) as table:
        header = [title.strip().lower() for title in table.header]
        matching = {form.match_by, *COLUMNS[form.match_by]}
        place = next((place for place, title in enumerate(header) if title in matching), None)
        if place is None:
            raise UnreadableFile(_("There is no column “%(name)s”.") % {"name": titles_of([form.match_by])})
        keys = by_heading(form.fields)
        places: dict[str, int] = {}
        for at, title in enumerate(header):
            key = keys.get(title)
            if key in places:
                raise UnreadableFile(
                    _("Two columns mean the same: %(columns)s.") % {"columns": table.header[at]}
                )
            if key:
                places[key] = at
            elif title and at != place:
                unknown.append(table.header[at])
        if not places:
            raise UnreadableFile(_("No column is a field of this form."))
        for number, cells in table.rows:
            values = {key: cells[at] for key, at in places.items() if at < len(cells)}
            match = cells[place] if place < len(cells) else ""
            yield Delivered(number, match.upper() if form.match_by == MatchBy.CREDIT_CODE else match, values)
