"""Keeping the roll-up: what changed is read again within the minute, all of it when somebody asks."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import BooleanField, F, Max, QuerySet, Value
from django.db.models import Case as When
from django.db.models import When as If
from django.db.models.expressions import RawSQL
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate

from assessment.models import CaseFact, FactsRead, StageFact
from assessment.services.stage_facts import RESPONSIBLE, write_stage_facts
from cases.models import Case, CaseEvent
from cases.outcomes import FACTS
from cases.workflow import TIMED
from gridgov import clock

# A transaction may commit after one that began later: so many rows before the last one read are looked at again.
OVERLAP = 5_000
# Each batch reads the whole timeline once; many more of them no longer fit into a sort's memory.
BATCH = 20_000
# Of a timeline that was never read so many rows at a time; before a page answers only so few.
MOST_AT_ONCE = 200_000
MOST_BEFORE_A_PAGE = 2_000
# With so many new cases at once the planner needs to be told: it would join them row by row for minutes.
MANY = 200

_COPIED = (
    "version", "district_id", "street_id", "subdistrict_id", "community_id", "grid_id", "case_class_id", "unit_id",
    "channel", "reporter_id", "reported_at", "status", "closed_at",
)  # fmt: skip
_COLUMNS = {
    "case_id": F("pk"),
    **{name: F(name) for name in _COPIED},
    "major_id": F("case_class__major_id"),
    "day": TruncDate("reported_at"),
    "hour": ExtractHour("reported_at"),
    "weekday": ExtractIsoWeekDay("reported_at"),
    "due_at": When(If(status__in=TIMED, then=F("stage_due_at"))),
    "is_settled": F("settled_on_the_spot"),
    "is_deferred": When(
        If(deferred_at=None, then=Value(False)), default=Value(True), output_field=BooleanField()
    ),
    "inspector_id": RawSQL(  # noqa: S611 - columns only
        RESPONSIBLE.format(grid="cases_case.grid_id", moment="cases_case.reported_at"), []
    ),
    **FACTS,
}
_WRITE = "INSERT INTO {table} ({columns}) {rows} ON CONFLICT (case_id) DO UPDATE SET {changes} WHERE {table}.version <= excluded.version"
_LOCK = 7_301_641  # one writer at a time: two would write the same rows in another order


@transaction.atomic
def read_facts(most: int = MOST_AT_ONCE) -> int:
    """Bring the roll-up up to the timeline's last row, or `most` rows nearer; returns how many cases had changed.

    Safe to run twice and in two places at once: whoever comes second waits for nothing and does nothing.
    """
    if not _is_mine():
        return 0
    read, _new = FactsRead.objects.get_or_create(pk=1, defaults={"read_at": clock.now()})
    newest = CaseEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    unread = CaseEvent.objects.filter(pk__gt=read.event_id).order_by("pk").values_list("pk", flat=True)
    last = next(iter(unread[most - 1 : most]), newest)
    fresh = CaseEvent.objects.filter(pk__gt=read.event_id - OVERLAP, pk__lte=last)
    with connection.cursor() as cursor:
        sql, params = fresh.order_by().values("case_id").distinct().query.sql_with_params()
        cursor.execute(
            f"SELECT c.id FROM ({sql}) changed JOIN cases_case c ON c.id = changed.case_id "  # noqa: S608
            "LEFT JOIN assessment_casefact f ON f.case_id = c.id WHERE f.version IS DISTINCT FROM c.version ORDER BY 1",
            params,
        )
        changed = [pk for (pk,) in cursor.fetchall()]
    for start in range(0, len(changed), BATCH):
        _write(Case.objects.filter(pk__in=changed[start : start + BATCH]))
    if len(changed) >= MANY:
        _tell_planner()
    read.event_id = last
    if last == newest:
        read.read_at = clock.now()
    read.save(update_fields=["event_id", "read_at"])
    return len(changed)


def rebuild_facts() -> Iterator[tuple[int, int]]:
    """Throw the roll-up away and make it anew from the timelines; yields how many of how many cases are done.

    In batches, each whole: figures asked for meanwhile come from the rows that stand already or stand again.
    """
    total = Case.objects.count()
    last = CaseEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    top = Case.objects.aggregate(last=Max("pk"))["last"] or 0
    done = before = 0
    while before < top:
        following = Case.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True)
        until = next(iter(following[BATCH - 1 : BATCH]), top)
        with transaction.atomic():
            _wait_for_my_turn()
            part = CaseFact.objects.filter(case__gt=before, case__lte=until)
            part.delete()
            done += _write(Case.objects.filter(pk__gt=before, pk__lte=until))
        before = until
        yield done, total
    _tell_planner()
    FactsRead.objects.update_or_create(pk=1, defaults={"event_id": last, "read_at": clock.now()})


def mend_facts() -> int:
    """Read again what does not stand at its case's last row, however that came; returns how many cases that were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM cases_case c LEFT JOIN assessment_casefact f ON f.case_id = c.id "
            "WHERE f.version IS DISTINCT FROM c.version ORDER BY 1"
        )
        stale = [pk for (pk,) in cursor.fetchall()]
    for start in range(0, len(stale), BATCH):
        with transaction.atomic():
            _wait_for_my_turn()
            _write(Case.objects.filter(pk__in=stale[start : start + BATCH]))
    return len(stale)


def _tell_planner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {CaseFact._meta.db_table}, {StageFact._meta.db_table}")


def _wait_for_my_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _is_mine() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _write(cases: QuerySet[Case]) -> int:
    """Make the rows of these cases anew; returns how many were written."""
    named = {f"its_{name}": value for name, value in _COLUMNS.items()}
    rows = cases.order_by("pk").annotate(**named).values_list(*named)
    sql, params = rows.query.sql_with_params()
    statement = _WRITE.format(
        table=CaseFact._meta.db_table,
        columns=", ".join(_COLUMNS),
        rows=sql,
        changes=", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "case_id"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        written = int(cursor.rowcount)
    write_stage_facts(cases)
    return written
