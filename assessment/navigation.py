"""Who sees the figures and scores in the navigation."""

from typing import cast

from assessment.models import Period
from assessment.models.period import SHOWN as SHOWN_STATES
from assessment.permissions import (
    areas_watched_by,
    can_see_figures,
    can_see_reports,
    can_see_scores,
    can_type_points,
    has_appeals,
)
from cases.public_navigation import SOMETHING_THERE
from gridgov.context_processors import SHOWN
from gridgov.remembered import remembered
from grids.requests import StaffRequest


def register() -> None:
    SHOWN["assessment:statistics"] = lambda request: can_see_figures(cast(StaffRequest, request).user)
    SHOWN["assessment:report"] = lambda request: can_see_reports(cast(StaffRequest, request).user)
    SHOWN["assessment:score_list"] = lambda request: can_see_scores(cast(StaffRequest, request).user)
    SHOWN["assessment:appeal_list"] = lambda request: has_appeals(cast(StaffRequest, request).user)
    SHOWN["assessment:suspicion"] = lambda request: bool(areas_watched_by(cast(StaffRequest, request).user))
    SHOWN["assessment:period_list"] = lambda request: can_type_points(cast(StaffRequest, request).user)
    SOMETHING_THERE["assessment:open_scores"] = lambda: _is_anything_public("")


@remembered
def _is_anything_public(_key: str) -> bool:
    """Whether strangers find scores at /open/scores/."""
    return bool(Period.objects.filter(state__in=SHOWN_STATES, scheme__is_public=True).exists())
