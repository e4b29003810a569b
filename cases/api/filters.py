"""By what lists of cases and classes can be narrowed; the pages' filters build on these."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.api.inputs import classes_named
from cases.models import Case, CaseClass, Channel, ClassKind
from cases.permissions import AREA_FIELD
from cases.workflow import ASKING, OPEN, TIMED, Status
from gridgov import clock
from grids.models import Area, AreaLevel, Organisation

Cases = QuerySet[Case, Any]


class CaseFilter(filters.FilterSet):  # type: ignore[misc]
    """Areas and organisations go by code; a code that nobody has finds nothing."""

    status = filters.MultipleChoiceFilter(label=_("Status"), choices=Status)
    open = filters.BooleanFilter(label=_("Neither closed, refused, merged nor void"), method="filter_open")
    case_class = filters.CharFilter(
        label=_("Class: its id, or kind:code such as event:01003"), method="filter_class"
    )
    level = filters.ChoiceFilter(
        label=_("Level of the holder"),
        choices=[(level.name.lower(), level.label) for level in AreaLevel],
        method="filter_level",
    )
    holder = filters.CharFilter(label=_("Holder (code)"), method="filter_organisation")
    unit = filters.CharFilter(label=_("Unit (code)"), method="filter_organisation")
    area = filters.CharFilter(label=_("Area of any level (code)"), method="filter_area")
    unplaced = filters.BooleanFilter(label=_("In no grid"), field_name="grid", lookup_expr="isnull")
    channel = filters.ChoiceFilter(label=_("Channel"), choices=Channel)
    overdue = filters.BooleanFilter(label=_("Overdue"), method="filter_overdue")
    supervised = filters.BooleanFilter(label=_("Under supervision"), method="filter_supervised")
    request = filters.ChoiceFilter(
        label=_("What the unit asks for"), choices=[(action, action.label) for action in ASKING]
    )
    mine = filters.BooleanFilter(label=_("Reported by me"), method="filter_mine")
    reported_from = filters.IsoDateTimeFilter(
        label=_("Reported from"), field_name="reported_at", lookup_expr="gte"
    )
    reported_before = filters.IsoDateTimeFilter(
        label=_("Reported before"), field_name="reported_at", lookup_expr="lt"
    )
    search = filters.CharFilter(
        label=_("Beginning of the number, or the channel's own number"), method="filter_search"
    )

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    def filter_open(self, cases: Cases, name: str, value: bool) -> Cases:
        return cases.filter(status__in=OPEN) if value else cases.exclude(status__in=OPEN)

    def filter_class(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(case_class__in=list(classes_named(value)))

    def filter_level(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(level=AreaLevel[value.upper()])

    def filter_organisation(self, cases: Cases, name: str, value: str) -> Cases:
        organisation = Organisation.objects.filter(code=value).first()
        return cases.filter(**{name: organisation}) if organisation else cases.none()

    def filter_area(self, cases: Cases, name: str, value: str) -> Cases:
        area = Area.objects.filter(code=value).first()
        return cases.filter(**{AREA_FIELD[AreaLevel(area.level)]: area.pk}) if area else cases.none()

    def filter_overdue(self, cases: Cases, name: str, value: bool) -> Cases:
        late = {"status__in": TIMED, "stage_due_at__isnull": False, "stage_due_at__lte": clock.now()}
        return cases.filter(**late) if value else cases.exclude(**late)

    def filter_supervised(self, cases: Cases, name: str, value: bool) -> Cases:
        # Only open ones are; said here too, because the index is of open ones.
        supervised = {"supervised_at__isnull": False, "status__in": OPEN}
        return cases.filter(**supervised) if value else cases.exclude(**supervised)

    def filter_mine(self, cases: Cases, name: str, value: bool) -> Cases:
        mine = Q(reporter__isnull=False, reporter=self.request.user)
        return cases.filter(mine if value else ~mine)

    def filter_search(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(Q(number__startswith=value) | Q(external_id=value))


class ClassFilter(filters.FilterSet):  # type: ignore[misc]
    standard = filters.CharFilter(label=_("Standard"), field_name="major__standard")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ClassKind, field_name="major__kind")
    major = filters.CharFilter(label=_("Major class (code)"), field_name="major__code")

    class Meta:
        model = CaseClass
        fields: tuple[str, ...] = ()
