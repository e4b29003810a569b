"""Who sees the figures in the navigation."""

from typing import cast

from assessment.permissions import can_see_figures
from gridgov.context_processors import SHOWN
from grids.requests import StaffRequest


def register() -> None:
    SHOWN["assessment:statistics"] = lambda request: can_see_figures(cast(StaffRequest, request).user)
