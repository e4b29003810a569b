"""Whether published scores are what the timeline says: each is worked out again and compared."""

from collections.abc import Iterator
from typing import NamedTuple

from assessment.computing import asked_at, results_of
from assessment.kinds import COLUMN
from assessment.models import Period, Score
from assessment.scoring import Result
from assessment.services.corrections import parts_as_published, parts_worked_out


class Difference(NamedTuple):
    """A score that is not what it should be: the part by name, what it says, what the timeline says."""

    score: Score
    part: str
    says: object
    should_say: object


def differences(period: Period) -> Iterator[Difference]:
    """Every number of a computed period that the timeline does not bear out, as it was known then; none, if all is well."""
    assert period.known_until is not None
    results = {
        each.whose: each for each in results_of(period, period.known_until, exempted_until=asked_at(period))
    }
    column = COLUMN[period.scheme.kind]
    scores = period.scores.prefetch_related("parts").select_related("user", "organisation", "area")
    for score in scores:
        found = results.get(getattr(score, column))
        result = found.result if found else Result(None, None)
        if score.points != result.points:
            yield Difference(score, "points", score.points, result.points)
        should = parts_worked_out(result)
        for name, says in parts_as_published(score).items():
            if says != should.get(name):
                yield Difference(score, name, says, should.get(name))
