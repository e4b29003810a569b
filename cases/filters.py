"""How lists of cases are narrowed, on pages and in the API alike."""

import re

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Channel
from cases.models.case import CaseQuerySet
from cases.models.catalogue import COMMAND_LEVEL_CHOICES
from cases.permissions import AREA_FIELD
from cases.workflow import TIMED, Status
from gridgov import clock
from grids.models import Area, AreaLevel

LIGHTS = [
    ("red", _("overdue")),
    ("yellow", _("due soon")),
    ("green", _("on time")),
    ("stopped", _("clock stands")),
]
_LIKE_A_NUMBER = re.compile(r"[\d-]{4,}")


class CaseFilter(filters.FilterSet):
    """Every way to narrow cases; what is left empty narrows nothing."""

    q = filters.CharFilter(label=_("Number or words"), method="search")
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=Status)
    major = filters.NumberFilter(label=_("Major class"), field_name="case_class__major_id")
    case_class = filters.NumberFilter(label=_("Class"), field_name="case_class_id")
    area = filters.CharFilter(label=_("Area (code)"), method="in_area")
    level = filters.ChoiceFilter(label=_("Level of the holder"), choices=COMMAND_LEVEL_CHOICES)
    holder = filters.NumberFilter(label=_("Holder"), field_name="holder_id")
    unit = filters.NumberFilter(label=_("Unit"), field_name="unit_id")
    channel = filters.ChoiceFilter(label=_("Channel"), choices=Channel)
    light = filters.ChoiceFilter(label=_("Time left"), choices=LIGHTS, method="by_light")
    supervised = filters.BooleanFilter(
        label=_("Under supervision"), field_name="supervised_at", lookup_expr="isnull", exclude=True
    )
    reported = filters.DateFromToRangeFilter(label=_("Reported"), field_name="reported_at")

    class Meta:
        model = Case
        fields: list[str] = []

    def search(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """By the beginning of a number, else by words in description or address, all of them."""
        value = value.strip()
        if _LIKE_A_NUMBER.fullmatch(value):
            return cases.filter(Q(number__startswith=value) | Q(external_id=value))
        for word in value.split():
            cases = cases.filter(
                Q(description__icontains=word) | Q(address__icontains=word) | Q(external_id=word)
            )
        return cases

    def in_area(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """In the area with this code and everything under it."""
        area = Area.objects.filter(code=value).first()
        return cases.filter(**{AREA_FIELD[AreaLevel(area.level)]: area.pk}) if area else cases.none()

    def by_light(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Open cases whose light is of a colour now; the same rule as the `light` tag."""
        now = clock.now()
        if value == "stopped":
            return cases.filter(status=Status.SUSPENDED)
        cases = cases.filter(status__in=TIMED)
        if value == "red":
            return cases.filter(stage_due_at__lte=now)
        cases = cases.filter(stage_due_at__gt=now)
        warned = Q(stage_warn_at__lte=now)
        return (
            cases.filter(warned) if value == "yellow" else cases.exclude(warned, stage_warn_at__isnull=False)
        )
