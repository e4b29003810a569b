"""The indicators: what is counted over what, for whom; the one place that says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from assessment.indicators.centres import CENTRES
from assessment.indicators.citizens import CITIZENS
from assessment.indicators.indicator import Indicator
from assessment.indicators.inspectors import INSPECTORS
from assessment.indicators.units import UNITS
from assessment.kinds import Kind
from assessment.models import Adjustment, SchemeItem


def _never(indicators: Iterable[Indicator], *kinds: Kind) -> Iterator[Indicator]:
    return (replace(each, never=frozenset(kinds)) for each in indicators)


# Names and formulas are those of the national standard for evaluating grid management and of the schemes in use; where a
# city has to choose, the choice stands with the indicator. `docs/assessment.md` is written from here.
INDICATORS: Mapping[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        *_never(INSPECTORS, Kind.OPERATOR, Kind.DISPATCHER, Kind.UNIT),
        *_never(CENTRES, Kind.INSPECTOR),
        *_never(UNITS, Kind.INSPECTOR, Kind.OPERATOR, Kind.DISPATCHER),
        *CITIZENS,
    )
}


def label_of(row: SchemeItem | Adjustment) -> str:
    """What a row of a scheme is called: the indicator that it counts, or what is typed in."""
    indicator = INDICATORS.get(row.indicator)
    return str(indicator.label) if indicator else str(row)
