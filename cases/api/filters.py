"""By what lists of cases and classes can be narrowed; the pages' filters build on these."""

from __future__ import annotations

import re
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.api.inputs import classes_named
from cases.clusters import Closeness, in_cluster_of
from cases.models import Case, CaseClass, Channel, ClassKind
from cases.outcomes import WHERE, Outcome, given_back_as
from cases.permissions import AREA_FIELD
from cases.search import Found, find_cases
from cases.workflow import ASKING, OPEN, TIMED, ReturnKind, Status
from gridgov import clock
from gridgov.asked import number_asked
from grids.models import Area, AreaLevel, Organisation

Cases = QuerySet[Case, Any]
# What a case may lack, and the column that tells.
LACKING = {
    "street": ("street", _("no street")),
    "community": ("community", _("no community")),
    "grid": ("grid", _("no grid")),
    "class": ("case_class", _("no class")),
    "unit": ("unit", _("no unit")),
}
WEEKDAYS = [
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")), (6, _("Saturday")),
    (7, _("Sunday")),
]  # fmt: skip
# What finds different cases for different people, though they see the same ones: one's own, a caller's phone.
PERSONAL = {"mine", "q", "spot"}
_SPOT = re.compile(r"([\w-]{1,40})~(\d{1,4})~(\d{1,3})")


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
    given_back = filters.ChoiceFilter(
        label=_("Why a unit gave it back, or asks to"), choices=ReturnKind.choices, method="filter_given_back"
    )
    mine = filters.BooleanFilter(label=_("Reported by me"), method="filter_mine")
    reported_from = filters.IsoDateTimeFilter(
        label=_("Reported from"), field_name="reported_at", lookup_expr="gte"
    )
    reported_before = filters.IsoDateTimeFilter(
        label=_("Reported before"), field_name="reported_at", lookup_expr="lt"
    )
    q = filters.CharFilter(
        label=_(
            "Any number or its end, the end of the caller's phone, or words in address, description or class"
        ),
        method="filter_words",
    )
    search = filters.CharFilter(
        label=_("Beginning of the number, or the channel's own number"), method="filter_search"
    )

    was = filters.MultipleChoiceFilter(
        label=_("What became of it; several: all of them"), choices=Outcome.choices, method="filter_was"
    )
    without = filters.MultipleChoiceFilter(
        label=_("What it lacks"),
        choices=[(name, label) for name, (_column, label) in LACKING.items()],
        method="filter_without",
    )
    major = filters.NumberFilter(label=_("Major class"), field_name="case_class__major_id")
    not_area = filters.CharFilter(
        label=_("In another area of the same level than these (codes, by commas)"), method="filter_not_area"
    )
    not_class = filters.CharFilter(label=_("Of another class than these (ids)"), method="filter_others")
    not_major = filters.CharFilter(label=_("Of another major class than these (ids)"), method="filter_others")
    not_unit = filters.CharFilter(label=_("With another unit than these (codes)"), method="filter_others")
    hour = filters.NumberFilter(
        label=_("Hour of the day of the report, 0 to 23"), field_name="reported_at", lookup_expr="hour"
    )
    weekday = filters.ChoiceFilter(
        label=_("Day of the week of the report, 1 Monday to 7 Sunday"),
        choices=WEEKDAYS,
        field_name="reported_at",
        lookup_expr="iso_week_day",
    )
    spot = filters.CharFilter(
        label=_("In the cluster of a case, of what else is asked for: number~metres~at least so many"),
        method="filter_spot",
    )

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: Cases) -> Cases:
        """A cluster is one of all that the other filters leave, so it comes last."""
        chosen = self.form.cleaned_data
        spot, chosen["spot"] = chosen["spot"], ""
        cases: Cases = super().filter_queryset(queryset)
        return self.filter_spot(cases, "spot", spot) if spot else cases

    def filter_spot(self, cases: Cases, name: str, value: str) -> Cases:
        found = _SPOT.fullmatch(value)
        case = found and Case.objects.visible_to(self.request.user).filter(number=found[1]).first()
        if not found or not case:
            return cases.none()
        try:
            return in_cluster_of(cases, case, Closeness(int(found[2]), int(found[3])))
        except ValueError:
            return cases.none()

    def filter_was(self, cases: Cases, name: str, value: list[str]) -> Cases:
        for outcome in value:
            cases = cases.filter(WHERE[outcome])
        return cases

    def filter_given_back(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(given_back_as(value))

    def filter_without(self, cases: Cases, name: str, value: list[str]) -> Cases:
        return cases.filter(**{f"{LACKING[lacked][0]}__isnull": True for lacked in value})

    def filter_not_area(self, cases: Cases, name: str, value: str) -> Cases:
        named = list(Area.objects.filter(code__in=value.split(",")).values_list("pk", "level"))
        if not named:
            return cases.none()
        field = AREA_FIELD[AreaLevel(named[0][1])]
        return _beside(cases, field, [pk for pk, _level in named])

    def filter_others(self, cases: Cases, name: str, value: str) -> Cases:
        named = value.split(",")
        if name == "not_unit":
            return _beside(
                cases,
                "unit_id",
                list(Organisation.objects.filter(code__in=named).values_list("pk", flat=True)),
            )
        ids = [pk for name in named if (pk := number_asked(name)) is not None]
        return _beside(cases, {"not_class": "case_class_id", "not_major": "case_class__major_id"}[name], ids)

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
        # Where it lies, not what it touches: a case across borders counts once, as figures and their lists do.
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

    # What the words stand for, before all other filters.
    found: Found | None = None

    def filter_words(self, cases: Cases, name: str, value: str) -> Cases:
        self.found = find_cases(value, self.request.user)
        return cases.filter(self.found.where)

    def filter_search(self, cases: Cases, name: str, value: str) -> Cases:
        return cases.filter(Q(number__startswith=value) | Q(external_id=value))


def _beside(cases: Cases, field: str, ids: list[int]) -> Cases:
    """Those that have one, but none of these."""
    return cases.filter(**{f"{field}__isnull": False}).exclude(**{f"{field}__in": ids})


class ClassFilter(filters.FilterSet):  # type: ignore[misc]
    standard = filters.CharFilter(label=_("Standard"), field_name="major__standard")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ClassKind, field_name="major__kind")
    major = filters.CharFilter(label=_("Major class (code)"), field_name="major__code")

    class Meta:
        model = CaseClass
        fields: tuple[str, ...] = ()
