"""Open cases as a map shows them: dots by light, or counts where dots would cover each other."""

from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet
from django.urls import reverse

from cases.models import Case
from gridgov import clock
from gridgov.templatetags.ui import light_colour, time_left
from grids import dots

_COLUMNS = ("stage_due_at", "stage_warn_at", "number", "case_class__name")


def dots_in(cases: QuerySet[Case], box: Polygon | None) -> dict[str, Any]:
    """The cases of a box as `grids.dots.dots_in` lays them out."""
    return dots.dots_in(cases, box, _dot, _COLUMNS, late=Q(stage_due_at__lte=clock.now()))


def _dot(due: datetime | None, warn: datetime | None, number: str, name: str | None) -> dict[str, Any]:
    return {
        "light": light_colour(due, warn),
        "number": number,
        "name": name or "",
        "left": time_left(due),
        "url": reverse("cases:case_detail", args=[number]),
    }
