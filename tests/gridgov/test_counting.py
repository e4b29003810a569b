"""How shares are said: the same way on every page."""

import pytest

from assessment.figures.measures import Figures
from dispatch.unit_load import Load
from dispatch.wall import Rank
from gridgov.counting import percent_of
from inspections.campaign_progress import Progress
from inspections.coverage import Covered


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(24, 27, 89), (1, 3, 33), (2, 3, 67), (399, 400, 99), (7, 7, 100), (0, 5, 0), (1, 400, 1), (0.29, 1, 29)]
)  # fmt: skip
def test_a_share_is_said_the_same_way_everywhere(part, whole, said):
    assert percent_of(part, whole) == said
    assert Covered(share=part / whole).percent == said
    if whole > 1:
        figures = Figures()
        figures.counts |= {"in_time": part, "late": whole - part}
        assert figures.in_time_percent == said
        assert Rank(1, "桂城街道", whole, part).percent == said
        assert Progress(whole, part).percent == said
        assert Load(handled=100 * whole, in_time=100 * part).share == said
