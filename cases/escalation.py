"""Escalation rules: how long after it is due a case moves up, to which level, and how often it rings at the top."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db.models import Q

from cases.deadlines import deadline_of
from cases.models import Case, EscalationRule, Stage
from gridgov.remembered import remembered
from gridgov.worktime import Unit

# The rules on trial in this context, instead of those in force; see `trying`.
_on_trial: ContextVar[Sequence[EscalationRule] | None] = ContextVar("escalation_rules", default=None)


@contextmanager
def trying(rules: Sequence[EscalationRule]) -> Iterator[None]:
    """Run the block as if these were the rules; they need not be saved."""
    token = _on_trial.set(sorted((rule for rule in rules if rule.is_active), key=_strength))
    try:
        yield
    finally:
        _on_trial.reset(token)


def rule_for(case: Case) -> EscalationRule | None:
    """The rule for a case at its present level; a class beats its major class, then a level, then a district."""
    tried = _on_trial.get()
    rules = _rules_in(case.district_code) if tried is None else tried
    return next((rule for rule in rules if _fits(rule, case)), None)


def climbs_at(case: Case, due_at: datetime) -> datetime:
    """When a case that is due at a moment moves up: then, or as much later as its rule says."""
    rule = rule_for(case)
    if rule is None or not rule.after_amount:
        return due_at
    unit = Unit(rule.after_unit)
    # Nights and days off count as the rule's unit says; in an emergency they always do.
    round_the_clock = unit is Unit.URGENT_HOUR or case.emergency_at is not None
    minutes = case.working_time.minutes(rule.after_amount, unit)
    return case.working_time.add(due_at, minutes, round_the_clock=round_the_clock)


def rings_at(case: Case, now: datetime) -> datetime | None:
    """When a case that is overdue at the top rings next: as its rule says, else as the stage limit does."""
    rule = rule_for(case)
    if rule is None or rule.ring_amount is None:
        limit = deadline_of(case, Stage.RING, now)
        return limit.due_at if limit else None
    unit = Unit(rule.ring_unit)
    round_the_clock = unit is Unit.URGENT_HOUR or case.emergency_at is not None
    minutes = case.working_time.minutes(rule.ring_amount, unit)
    return case.working_time.add(now, minutes, round_the_clock=round_the_clock)


def climbs_to(case: Case) -> int | None:
    """The level to whose centre a case moves up; None for the next one up."""
    rule = rule_for(case)
    return rule.to_level if rule else None


def _fits(rule: EscalationRule, case: Case) -> bool:
    if rule.district_code not in ("", case.district_code) or rule.level not in (None, case.level):
        return False
    if rule.case_class_id is not None:
        return rule.case_class_id == case.case_class_id
    # The class is read only where a rule asks for its major class.
    return rule.major_id is None or (
        case.case_class is not None and case.case_class.major_id == rule.major_id
    )


def _strength(rule: EscalationRule) -> tuple[bool, bool, bool, bool]:
    """Sorts the stronger rule first."""
    return (
        rule.case_class_id is None,
        rule.major_id is None,
        rule.level is None,
        not rule.district_code,
    )


@remembered
def _rules_in(district_code: str) -> list[EscalationRule]:
    here = Q(district_code=district_code) | Q(district_code="")
    return sorted(EscalationRule.objects.filter(here, is_active=True), key=_strength)
