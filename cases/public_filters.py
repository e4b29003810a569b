"""By what strangers narrow the cases they may know of; nothing here tells where a case lies that shows its street only."""

from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.filters import start_of
from cases.models import Case, Publicity
from cases.outcomes import WHERE, Outcome
from cases.permissions import AREA_FIELD
from cases.workflow import OPEN, Status
from gridgov.asked import LARGEST
from gridgov.days import plausible_day
from grids.models import Area, AreaLevel
from grids.views.outlines import BoxField

Cases = QuerySet[Case, Any]
OPEN_OR_CLOSED = [("open", _("open")), ("closed", Status.CLOSED.label)]
AT_PLACE = Q(case_class__publicity=Publicity.PLACE)
# What counts in no area of a level, whose name strangers are told.
NOT_IN: dict[str, Q] = {
    "street": Q(street=None),
    "community": Q(community=None) | ~AT_PLACE,
}


class BoxFilter(filters.CharFilter):  # type: ignore[misc]
    """A box of a map, west,south,east,north in degrees."""

    field_class = BoxField


class PublicCaseFilter(filters.FilterSet):  # type: ignore[misc]
    """The same names in the addresses of the map, the list, the figures and the API; what is left empty narrows nothing."""

    status = filters.ChoiceFilter(label=_("Status"), choices=OPEN_OR_CLOSED, method="filter_status")
    area = filters.CharFilter(
        label=_("Area (code), a community at the smallest"), max_length=40, method="filter_area"
    )
    not_in = filters.ChoiceFilter(
        label=_("What counts in no street, or in no community"),
        choices=[("street", _("in no street or town")), ("community", _("told by its street only"))],
        method="filter_not_in",
    )
    major = filters.NumberFilter(
        label=_("Class group"), field_name="case_class__major_id", min_value=1, max_value=LARGEST
    )
    case_class = filters.NumberFilter(label=_("Class"), min_value=1, max_value=LARGEST)
    since = filters.DateFilter(label=_("Reported since"), method="filter_since", validators=[plausible_day])
    until = filters.DateFilter(label=_("Reported until"), method="filter_until", validators=[plausible_day])
    closed_since = filters.DateFilter(
        label=_("Closed since"), method="filter_closed_since", validators=[plausible_day]
    )
    result = filters.ChoiceFilter(
        label=_("How it was handled"),
        choices=[(Outcome.IN_TIME.value, _("in time")), (Outcome.LATE.value, _("late"))],
        method="filter_result",
    )
    bbox = BoxFilter(
        label=_("Box: west,south,east,north in degrees, of the cases that show their place"),
        method="filter_bbox",
    )

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    def filter_status(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(status=Status.CLOSED) if value == "closed" else cases.filter(status__in=OPEN)

    def filter_area(self, cases: Cases, name: str, value: str) -> Cases:
        area = Area.objects.filter(code=value, level__lte=AreaLevel.COMMUNITY).first()
        if area is None:
            return cases.none()
        if area.level > AreaLevel.STREET:
            cases = cases.filter(AT_PLACE)
        return cases.filter(**{AREA_FIELD[AreaLevel(area.level)]: area.pk})

    def filter_not_in(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(NOT_IN[value])

    def filter_since(self, cases: Cases, name: str, value: date) -> Cases:
        return cases.filter(reported_at__gte=start_of(value))

    def filter_until(self, cases: Cases, name: str, value: date) -> Cases:
        return cases.filter(reported_at__lt=start_of(value + timedelta(days=1)))

    def filter_closed_since(self, cases: Cases, name: str, value: date) -> Cases:
        return cases.filter(status=Status.CLOSED, closed_at__gte=start_of(value))

    def filter_result(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(WHERE[value])

    def filter_bbox(self, cases: Cases, name: str, value: Polygon) -> Cases:
        return cases.filter(AT_PLACE, point__within=value)
