"""What the indicators count, as text: a count as "3", a rate as "1/2", "0/0" where it does not apply.

    with hours(0):
        case = case_in(Status.HANDLING, cast)    # due at hour 24
    with hours(2):
        feed_back(case)
    assert counted(Kind.UNIT, city.team, "disposal_due on_time_disposal_rate") == "1 1/1"

The clock begins on a Monday that no holiday is near; a period is September unless another is named.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from assessment.countables import Span
from assessment.indicators import INDICATORS
from assessment.services.facts import read_facts
from assessment.tally import Value, tally, value_of_nothing
from cases.models import Case
from gridgov import clock
from tests.case_factories import Cast

CHINA = ZoneInfo("Asia/Shanghai")
BEGUN = datetime(2026, 9, 14, 9, 0, tzinfo=CHINA)
Story = Callable[[Case, Cast], Any]


def hours(number: float) -> Any:
    """So many hours after the beginning."""
    return clock.at(BEGUN + timedelta(hours=number))


def month(number: int, known_until: datetime | None = None) -> Span:
    """A month of 2026, by what was known a day after it, or at another moment."""
    start, end = (datetime(2026, n, 1, tzinfo=CHINA) for n in (number, number + 1))
    return Span(start, end, known_until or end + timedelta(days=1))


SEPTEMBER = month(9)


def counted(kind: str, who: Any, codes: str, span: Span = SEPTEMBER) -> str:
    """What each of the indicators, named with blanks between, counts for one who is scored."""
    while read_facts():
        pass
    values = tally(kind, codes.split(), span).get(who.pk, {})
    return " ".join(_text(values.get(code, value_of_nothing(code))) for code in codes.split())


def everything(kind: str, span: Span = SEPTEMBER) -> dict[int, dict[str, Value]]:
    """All that all indicators count for all of a kind."""
    return tally(kind, [code for code, each in INDICATORS.items() if kind in each.kinds], span)


def _text(value: Value) -> str:
    numbers = [value.numerator] if value.denominator is None else [value.numerator, value.denominator]
    return "/".join(f"{number.normalize():f}" for number in numbers)
