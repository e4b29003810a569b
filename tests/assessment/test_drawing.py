"""Figures where there is little room."""

import pytest

from assessment.drawing import Cell


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (999, "999"), (1000, "1k"), (12_999, "12k")])
def test_an_hour_says_its_count_in_three_characters(count, said):
    assert Cell(count, 1, 0, "").short == said
