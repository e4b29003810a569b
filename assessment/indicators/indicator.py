"""What an indicator is, and the conditions that indicators share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from django.db.models import DurationField, Exists, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.expressions import NegatedExpression
from django.utils.functional import Promise

from assessment.countables import (
    STAGES,
    Count,
    Span,
)  # fmt: skip
from cases.models import Stage
from cases.workflow import Action

# The acts that are a stage's work, and end it.
WORK = {
    Stage.INTAKE: (Action.REGISTER, Action.REFUSE, Action.MERGE, Action.ORDER_CHECK),
    Stage.CHECK: (Action.ANSWER_CHECK,),
    Stage.DISPATCH: (Action.DISPATCH, Action.MERGE),
    Stage.ACCEPT: (Action.ACCEPT,),
    Stage.HANDLING: (Action.FEED_BACK,),
    Stage.VERIFICATION: (Action.VERIFY_PASS, Action.VERIFY_FAIL),
}


class Unit(StrEnum):
    """What an indicator's value is in."""

    COUNT = "count"
    RATE = "rate"


@dataclass(frozen=True)
class Indicator:
    """A number of countables, or a rate of two; a zero denominator makes it not applicable.

    `source` names where the definition is from: found in a standard or a city's code, or our own.
    """

    code: str
    label: Promise
    # One sentence: what it says, and what is left out.
    sentence: Promise
    numerator: Count
    denominator: Count | None = None
    source: str = "found"
    # Counted otherwise for some who are scored.
    instead: Mapping[str, Count] = field(default_factory=dict)
    # Whose work it never is, though the rows could say so: it would count nothing, whatever they did.
    never: frozenset[str] = frozenset()

    def numerator_of(self, kind: str) -> Count:
        return self.instead.get(kind, self.numerator)

    @property
    def unit(self) -> Unit:
        return Unit.COUNT if self.denominator is None else Unit.RATE

    @property
    def kinds(self) -> frozenset[str]:
        """Who can be scored by it."""
        whose = set(self.numerator.source.of) - self.never
        return frozenset(whose & set(self.denominator.source.of) if self.denominator else whose)


class NoneOf(NegatedExpression):  # type: ignore[type-arg]
    """There are none of these rows beside the one that is counted; `words` say what that means."""

    def __init__(self, rows: QuerySet[Any], words: str) -> None:
        super().__init__(Exists(rows))
        self.words = words


# Duties. Each is made once, so that what several indicators count alike is counted once.


def counts(span: Span) -> Q:
    """Neither void nor put off, as far as was known."""
    return (Q(voided_at=None) | Q(voided_at__gte=span.known_until)) & (
        Q(deferred_at=None) | Q(deferred_at__gte=span.known_until)
    )


def done(stage: Stage, span: Span) -> Q:
    return Q(ended_by__in=WORK[stage], ended_at__lt=span.known_until)


@cache
def due(stage: Stage, *work: Action) -> Callable[[Span], Q]:
    """It was this one's to do: it was done, or its time ran out in these hands. What was taken away before that was not."""
    done_by = work or WORK[stage]

    def where(span: Span) -> Q:
        held = (
            Q(ended_by__in=done_by, ended_at__lt=span.known_until)
            if work
            else Q(ended_by__in=done_by) | Q(ended_at=None) | Q(ended_at__gte=F("due_at"))
        )
        return Q(stage=stage) & held & counts(span)

    return where


@cache
def both(where: Callable[[Span], Q], *more: Callable[[Span], Q]) -> Callable[[Span], Q]:
    def all_of(span: Span) -> Q:
        found = where(span)
        for each in more:
            found &= each(span)
        return found

    return all_of


@cache
def duty(stage: Stage, *more: Callable[[Span], Q], work: tuple[Action, ...] = ()) -> Count:
    """Duties that fell due in the period."""
    return Count(STAGES, "due_at", both(due(stage, *work), *more))


def within_limit(stage: Stage, span: Span) -> Q:
    """Of what was done: by its due time, or by the other limit that a what-if asks for."""
    limit = span.limit
    if limit is None or limit.stage != stage:
        return Q(done_at__lte=F("due_at"))
    if limit.minutes is not None:
        return Q(minutes__lte=limit.minutes)
    given = ExpressionWrapper((F("due_at") - F("began_at")) * Value(limit.share), DurationField())
    return Q(done_at__lte=F("began_at") + given)


@cache
def on_time(stage: Stage) -> Callable[[Span], Q]:
    """By the deed, not by when the network told it."""
    return lambda span: done(stage, span) & within_limit(stage, span)


@cache
def ended(stage: Stage, *actions: Action, moment: str = "ended_at", **more: object) -> Count:
    return Count(STAGES, moment, lambda _span: Q(stage=stage, ended_by__in=actions or WORK[stage], **more))


@cache
def known(moment: str) -> Callable[[Span], Q]:
    """It had happened, as far as was known."""
    return lambda span: Q(**{f"{moment}__lt": span.known_until})


def held(span: Span, since: str) -> Q:
    """It was told by then, and nothing else instead of it."""
    return Q(**{f"{since}__lt": span.known_until}) & (
        Q(superseded_at=None) | Q(superseded_at__gte=span.known_until)
    )


@cache
def followed(*actions: Action) -> Callable[[Span], Q]:
    return lambda span: Q(followed_by__in=actions, followed_at__lt=span.known_until)
