"""What is known of an object from outside: visits, findings and cases, newest first, and what is due next."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleLessThan

from cases.models import Case
from grids.models import GridObject, User
from inspections.checklists import DepartmentDue, due_items
from inspections.models import Finding, Visit
from inspections.visits import cases_open_to, for_rows

MOST_SHOWN = 20
PARTS = ("cases", "findings", "visits")


@dataclass(frozen=True)
class Part:
    """Some rows of one of the lists, and the id before which it goes on; None where it ends."""

    name: str
    rows: list[Any]
    older: int | None
    # Whether newer ones were passed over.
    is_later: bool

    @property
    def findings(self) -> list[Finding]:
        """Its rows, where these are findings."""
        return self.rows if self.name == "findings" else []


@dataclass(frozen=True)
class History:
    """What a viewer may know of an object's past, and what is due there next."""

    parts: list[Part]
    # Ids of the findings' cases that the viewer may open.
    open_to_viewer: set[int]
    due: list[DepartmentDue]


def history_of(seen: GridObject, user: User) -> History:
    """The newest of all lists, and what is due; a bounded number of queries."""
    parts = [part_of(seen, user, name) for name in PARTS]
    findings = [finding for part in parts for finding in part.findings]
    return History(parts, cases_open_to(user, findings), due=due_items(seen))


def part_of(seen: GridObject, user: User, name: str, before: int | None = None) -> Part:
    """One of the lists (`PARTS`), from the row after the one with the id `before` on; two queries at most."""
    rows = _rows(seen, user, name)
    if before is not None:
        rows = _after(rows, before)
    found = list(rows[: MOST_SHOWN + 1])
    older = found[MOST_SHOWN - 1].pk if len(found) > MOST_SHOWN else None
    return Part(name, found[:MOST_SHOWN], older, is_later=before is not None)


def _rows(seen: GridObject, user: User, name: str) -> QuerySet[Any]:
    if name == "visits":
        return for_rows(Visit.objects.filter(object=seen)).order_by("-finished_at", "-id")
    if name == "findings":
        findings = Finding.objects.filter(object=seen).select_related(
            "answer__item", "answer__visit", "case", "confirmed_by"
        )
        return findings.order_by("-id")
    return Case.objects.visible_to(user).filter(object=seen).select_related("case_class").order_by("-id")


def _after(rows: QuerySet[Any], pk: int) -> QuerySet[Any]:
    """Those that stand after a row in their order; none after one that is not there."""
    names = [str(name).removeprefix("-") for name in rows.query.order_by]
    place = rows.order_by().filter(pk=pk).values_list(*names).first()
    if place is None:
        return rows.none()
    return rows.filter(TupleLessThan(tuple(F(name) for name in names), place))
