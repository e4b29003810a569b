"""What is counted of cases, each with the filters of the list that shows just these cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.outcomes import Outcome
from cases.workflow import OPEN, TIMED, Status
from gridgov.counting import percent_of


@dataclass(frozen=True)
class Measure:
    """A number of cases: of the roll-up those that `where` picks, of the lists those with `opens` in the address."""

    name: str
    label: Promise
    where: Callable[[datetime], Q]
    opens: Mapping[str, str] = field(default_factory=dict)


def _measure(name: str, label: Promise, where: Q | Callable[[datetime], Q], **opens: str) -> Measure:
    return Measure(name, label, where if callable(where) else lambda _now: where, opens)


def _overdue(now: datetime) -> Q:
    return Q(status__in=TIMED, due_at__lte=now)


MEASURES = (
    _measure("reported", pgettext_lazy("figure", "Reported"), Q()),
    _measure(
        "registered", pgettext_lazy("figure", "Registered"), Q(registered_at__isnull=False), was=Outcome.REGISTERED
    ),
    _measure("refused", pgettext_lazy("figure", "Refused"), Q(status=Status.REFUSED), status=Status.REFUSED),
    _measure("open", pgettext_lazy("figure", "Open"), Q(status__in=OPEN), open="true"),
    _measure("overdue", pgettext_lazy("figure", "Overdue"), _overdue, overdue="true"),
    _measure("handled", pgettext_lazy("figure", "Handled"), Q(handled_at__isnull=False), was=Outcome.HANDLED),
    _measure("in_time", pgettext_lazy("figure", "Handled in time"), Q(handled_in_time=True), was=Outcome.IN_TIME),
    _measure("late", pgettext_lazy("figure", "Handled late"), Q(handled_in_time=False), was=Outcome.LATE),
    _measure("closed", pgettext_lazy("figure", "Closed"), Q(status=Status.CLOSED), status=Status.CLOSED),
    _measure("reworked", pgettext_lazy("figure", "Reworked"), Q(reworks__gt=0), was=Outcome.REWORKED),
    _measure("returned", pgettext_lazy("figure", "Returned"), Q(returns__gt=0), was=Outcome.RETURNED),
    _measure(
        "wrong_address", pgettext_lazy("figure", "Wrong address"), Q(wrong_addresses__gt=0), was=Outcome.WRONG_ADDRESS
    ),
    _measure("settled", pgettext_lazy("figure", "Settled on the spot"), Q(is_settled=True), was=Outcome.SETTLED),
)  # fmt: skip
BY_NAME = {measure.name: measure for measure in MEASURES}
AVERAGE = _("Average handling, working hours")


def aggregates(now: datetime) -> dict[str, Any]:
    """The measures as columns of a query on the roll-up, and the minutes that handling took."""
    counted = {measure.name: Count("pk", filter=measure.where(now)) for measure in MEASURES[1:]}
    return {"reported": Count("pk"), **counted, "minutes": Sum("handling_minutes")}


@dataclass
class Figures:
    """All measures of some cases; those of cases that have none in common add up."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BY_NAME, 0))
    minutes: int = 0

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Figures:
        return cls({name: row[name] for name in BY_NAME}, row["minutes"] or 0)

    def __iadd__(self, other: Figures) -> Figures:
        for name, count in other.counts.items():
            self.counts[name] += count
        self.minutes += other.minutes
        return self

    @property
    def hours(self) -> float | None:
        """Hours of its own clock that handling took on average; None where nothing was handled."""
        handled = self.counts["handled"]
        return round(self.minutes / handled / 60, 1) if handled else None

    @property
    def in_time_percent(self) -> int | None:
        """Of what was handled and not put off; None where nothing was."""
        counted = self.counts["in_time"] + self.counts["late"]
        return percent_of(self.counts["in_time"], counted) if counted else None
