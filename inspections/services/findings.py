"""What became of findings: their cases tell."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cases.models import Case
from cases.workflow import OPEN, Status
from gridgov import clock
from inspections.models import Finding, FindingState

_DROPPED = (Status.REFUSED, Status.VOID)
BATCH = 500


@transaction.atomic
def follow_cases() -> int:
    """Carry over what became of the cases of findings; returns how many findings changed.

    A closed case has solved its finding, a refused or void one drops it, a merged one hands it on to the case it
    was merged into, a reopened one takes it up again. Safe to run twice and in two places at once.
    """
    return (
        _hand_on()
        + _end(FindingState.SOLVED, (Status.CLOSED,))
        + _end(FindingState.DROPPED, _DROPPED)
        + _take_up()
    )


def _hand_on() -> int:
    merged = _locked(state=FindingState.IN_CASE, case__status=Status.MERGED)
    into: dict[int | None, int] = dict(
        Case.objects.filter(findings__in=merged).values_list("pk", "merged_into_id")
    )
    for finding in merged:
        finding.case_id = into[finding.case_id]
    return Finding.objects.bulk_update(merged, ["case"])


def _end(state: FindingState, statuses: tuple[Status, ...]) -> int:
    ended = _locked(state=FindingState.IN_CASE, case__status__in=statuses)
    now = clock.now()
    closed: dict[int | None, datetime | None] = dict(
        Case.objects.filter(findings__in=ended).values_list("pk", "closed_at")
    )
    for finding in ended:
        finding.state, finding.ended_at = state, closed[finding.case_id] or now
    return Finding.objects.bulk_update(ended, ["state", "ended_at"])


def _take_up() -> int:
    """A case that was closed or refused too early is open again, and so is what was found."""
    again = _locked(~Q(state=FindingState.IN_CASE), confirmed_by=None, case__status__in=OPEN)
    for finding in again:
        finding.state, finding.ended_at = FindingState.IN_CASE, None
    return Finding.objects.bulk_update(again, ["state", "ended_at"])


def _locked(*where: Q, **fields: object) -> list[Finding]:
    return list(
        Finding.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(*where, **fields)
        .order_by("pk")[:BATCH]
    )
