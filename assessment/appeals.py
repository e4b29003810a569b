"""Appeals as they are read: whose, what waits for a review, and the rows of the timeline in question."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from assessment.computing import span_of
from assessment.countables import Count
from assessment.indicators import INDICATORS
from assessment.kinds import COLUMN
from assessment.models import Appeal, AppealState, Exemption, Score, StageFact
from assessment.permissions import (
    can_decide_appeal,
    can_review_first,
    can_review_some,
    where_may_appeal,
    where_may_review,
)
from cases.models import Case, CaseEvent
from cases.story import Entry, events_of, story_of
from grids.models import User

WAITING = (AppealState.FILED, AppealState.REVIEWED)


def appeals() -> QuerySet[Appeal]:
    """All of them, with what their permissions and pages ask for."""
    return Appeal.objects.select_related(
        "score__period__scheme", "score__user", "score__organisation", "score__area", "case__case_class", "filed_by"
    )  # fmt: skip


def appeals_of(user: User) -> QuerySet[Appeal]:
    """Those that somebody filed, or that are about their own scores, newest first."""
    scores = Score.objects.filter(where_may_appeal(user))
    return appeals().filter(Q(filed_by=user) | Q(score__in=scores))


def appeals_reviewed_by(user: User) -> QuerySet[Appeal]:
    return appeals().filter(Q(first_by=user) | Q(second_by=user))


def appeals_to_review(user: User, after: int = 0) -> Iterator[Appeal]:
    """Those that wait for a review that this person may give, the longest waiting first, `after` an id."""
    if not can_review_some(user):
        return
    cases = Case.objects.filter(where_may_review(user))
    waiting = appeals().filter(state__in=WAITING, case__in=cases, pk__gt=after).order_by("pk")
    yield from (appeal for appeal in waiting.iterator(chunk_size=200) if can_review(user, appeal))


def can_review(user: User, appeal: Appeal) -> bool:
    """Whether the review that an appeal waits for is this person's to give."""
    if appeal.state == AppealState.FILED:
        return can_review_first(user, appeal)
    return appeal.state == AppealState.REVIEWED and can_decide_appeal(user, appeal)


def is_asked(score: Score, code: str) -> bool:
    """Whether the score's scheme counts an indicator of cases by this name."""
    indicator = INDICATORS.get(code)
    if indicator is None or score.period.scheme.kind not in indicator.kinds:
        return False
    version = score.period.version
    return bool(
        version.items.filter(indicator=code).exists() or version.adjustments.filter(indicator=code).exists()
    )


def rows_in_question(score: Score, code: str, case_id: int) -> list[Any]:
    """The countables of one case that an indicator counted for a score, in numerator or denominator; two queries."""
    indicator, kind = INDICATORS[code], score.period.scheme.kind
    found: dict[tuple[str, Any], Any] = {}
    for count in (indicator.numerator_of(kind), indicator.denominator):
        if count is not None and count.source.case:
            found |= {(count.source.name, row.pk): row for row in _rows(score, count, case_id)}
    return list(found.values())


def is_exempt(score: Score, code: str, case_id: int) -> bool:
    """Whether the case does not count there any more."""
    column = COLUMN[score.period.scheme.kind]
    whose = {column: getattr(score, column)}
    return bool(Exemption.objects.filter(case_id=case_id, indicator=code, **whose).exists())


def timeline_in_question(case: Case, rows: Iterable[Any], *, is_whole: bool) -> list[tuple[Entry, bool]]:
    """The case's timeline, newest first, each entry with whether it is in question; three queries.

    Unless `is_whole`, of those in question alone and without photos: they are for whoever sees the case.
    """
    events = events_of(case)
    asked = _asked(list(rows), events)
    story = story_of(case, events)
    told = [(entry, entry.seq in asked) for entry in story if is_whole or entry.seq in asked]
    if not is_whole:
        for entry, _is_asked in told:
            entry.photos.clear()
    return told


def _rows(score: Score, count: Count, case_id: int) -> QuerySet[Any]:
    period = score.period
    assert period.known_until is not None
    whose = getattr(score, COLUMN[period.scheme.kind])
    rows = count.rows(span_of(period, period.known_until), period.scheme.kind, whose)
    return rows.filter(**{count.source.case: case_id})


def _asked(rows: Sequence[Any], events: Sequence[CaseEvent]) -> set[int]:
    """The numbers of the timeline's rows that the countables were read from; of a whole case, all."""
    found: set[int] = set()
    for row in rows:
        match row:
            case StageFact():
                last = row.ended_seq or events[-1].seq
                found |= {event.seq for event in events if row.seq <= event.seq <= last}
                found |= {event.seq for event in events if row.followed_at and event.at == row.followed_at}
            case CaseEvent():
                found.add(row.seq)
            case _:
                found |= {event.seq for event in events}
    return found
