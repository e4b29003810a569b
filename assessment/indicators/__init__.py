"""The indicators: what is counted over what, for whom; the one place that says so.

Names and formulas are those of the national standard for evaluating grid management and of the schemes in use; where a
city has to choose, the choice stands with the indicator. `docs/assessment.md` is written from here.
"""

from collections.abc import Mapping

from assessment.indicators.centres import CENTRES
from assessment.indicators.citizens import CITIZENS
from assessment.indicators.indicator import Indicator
from assessment.indicators.inspectors import INSPECTORS
from assessment.indicators.units import UNITS

INDICATORS: Mapping[str, Indicator] = {
    indicator.code: indicator for indicator in (*INSPECTORS, *CENTRES, *UNITS, *CITIZENS)
}
