"""The sweep: what is late moves up, what is nearly late warns, what was suspended goes on, what nobody answered rings."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from cases.escalation import climbs_to
from cases.models import Case
from cases.notices import warn
from cases.services.steps import take_step
from cases.workflow import TIMED, Action, Status
from dispatch.models import Urging
from dispatch.urgings import due_to_ring, end_where_over, ring
from gridgov import clock
from grids.command import next_centre_up
from grids.models import Organisation

logger = logging.getLogger(__name__)
BATCH = 200
Row = TypeVar("Row", bound=Model)


@dataclass
class Swept:
    """What one sweep did; `failed` are ids of cases it could not move, each logged with its reason."""

    climbed: int = 0
    rung: int = 0
    warned: int = 0
    resumed: int = 0
    urgings_rung: int = 0
    failed: set[int] = field(default_factory=set)


def sweep(cases: QuerySet[Case] | None = None) -> Swept:
    """Do everything that is due now, in batches until nothing is left.

    Any number of sweeps may run at once: each takes rows that no other has locked, and looks again under the
    lock. Each case moves in a savepoint of its own, so one that can't be moved holds up nobody.
    `cases` narrows the sweep (a replay sweeps its own city).
    """
    done = Swept()
    now = clock.now()
    cases = Case.objects.all() if cases is None else cases
    resumable = cases.filter(status=Status.SUSPENDED, suspended_until__lte=now).order_by("suspended_until")
    due = cases.filter(status__in=TIMED, climb_at__lte=now).order_by("climb_at")
    nearly = cases.filter(status__in=TIMED, is_warned=False, stage_warn_at__lte=now).order_by("stage_warn_at")
    _each(resumable, done.failed, partial(_resume, done))
    # Every holder's superior is read once.
    climb = partial(_climb, done, centre_above=cache(next_centre_up))
    _each(due.select_related("holder__area"), done.failed, climb)
    _each(nearly.filter(Q(stage_due_at=None) | Q(stage_due_at__gt=now)), done.failed, partial(_warn, done))
    end_where_over(cases)
    _each(due_to_ring(cases, now), set(), partial(_ring, done))
    return done


def _each(rows: QuerySet[Row], failed: set[int], move: Callable[[Row], None]) -> None:
    while _batch(rows.exclude(pk__in=failed), failed, move):
        pass


@transaction.atomic
def _batch(rows: QuerySet[Row], failed: set[int], move: Callable[[Row], None]) -> bool:
    batch = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
    for row in batch:
        try:
            with transaction.atomic():
                move(row)
        except Exception:
            # Whatever is wrong with one, the others go on; this one is tried again by the next sweep.
            logger.exception("the sweep could not move %s", row)
            failed.add(row.pk)
    return len(batch) == BATCH


CentreAbove = Callable[[Organisation, int | None], Organisation | None]


def rung_of(case: Case, now: datetime, centre_above: CentreAbove) -> tuple[Action, dict[str, Any]]:
    """What becomes of a case whose time is over: the step, and what it changes."""
    above = centre_above(case.holder, climbs_to(case))
    if above is not None:
        return Action.ESCALATE, {"holder": above}
    if case.supervised_at is None:
        return Action.SUPERVISE, {"supervised_at": now}
    return Action.RING, {}


def _climb(done: Swept, case: Case, *, centre_above: CentreAbove) -> None:
    action, changes = rung_of(case, clock.now(), centre_above)
    take_step(case, action, actor=None, **changes)
    if action is Action.ESCALATE:
        done.climbed += 1
    else:
        done.rung += 1


def _warn(done: Swept, case: Case) -> None:
    case.is_warned = True
    case.save(update_fields=["is_warned"])
    warn(case)
    done.warned += 1


def _resume(done: Swept, case: Case) -> None:
    take_step(case, Action.RESUME, actor=None)
    done.resumed += 1


def _ring(done: Swept, urging: Urging) -> None:
    ring(urging)
    done.urgings_rung += 1
