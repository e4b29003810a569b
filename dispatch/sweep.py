"""The sweep: what is late moves up, what is nearly late warns, what was suspended goes on, what nobody answered rings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db.models import Q, QuerySet

from cases.escalation import climbs_to
from cases.models import Case
from cases.notices import warn
from cases.services.steps import take_step
from cases.workflow import TIMED, Action, Status
from dispatch.batches import move_each
from dispatch.models import Urging
from dispatch.urgings import due_to_ring, end_where_over, ring
from gridgov import clock
from grids.command import next_centre_up
from grids.models import Organisation


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
    """Do everything that is due now, in batches until nothing is left; any number of sweeps may run at once.

    `cases` narrows the sweep (a replay sweeps its own city).
    """
    done = Swept()
    now = clock.now()
    cases = Case.objects.all() if cases is None else cases
    resumable = cases.filter(status=Status.SUSPENDED, suspended_until__lte=now).order_by("suspended_until")
    due = cases.filter(status__in=TIMED, climb_at__lte=now).order_by("climb_at")
    nearly = cases.filter(status__in=TIMED, is_warned=False, stage_warn_at__lte=now).order_by("stage_warn_at")
    move_each(resumable, partial(_resume, done), done.failed)
    # Every holder's superior is read once.
    climb = partial(_climb, done, centre_above=cache(next_centre_up))
    move_each(due.select_related("holder__area"), climb, done.failed)
    move_each(
        nearly.filter(Q(stage_due_at=None) | Q(stage_due_at__gt=now)), partial(_warn, done), done.failed
    )
    end_where_over(cases)
    move_each(due_to_ring(cases, now), partial(_ring, done))
    return done


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
