"""How the lists and the map of cases are narrowed: all that the API knows, and what people at a console ask besides."""

import re
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

import django_filters as filters
from django.db.models import Q
from django.db.models.functions import Right
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from cases.api.filters import CaseFilter
from cases.models.case import CaseQuerySet
from cases.workflow import TIMED, Status
from gridgov import clock
from gridgov.days import plausible_day
from grids.models import Area, AreaLevel

LIGHTS = [
    ("red", _("overdue")),
    ("yellow", _("due soon")),
    ("green", _("on time")),
    ("stopped", _("clock stands")),
]
_RUNNING_NUMBER = re.compile(r"\d{3,6}")
_DAY_AND_NUMBER = re.compile(r"\d{8}-\d{1,6}")
_LIKE_A_NUMBER = re.compile(r"[\d-]{4,}")


class CaseListFilter(CaseFilter):
    """The same names in the address of a page and of the API; what is left empty narrows nothing."""

    q = filters.CharFilter(label=_("Number or words"), method="filter_words")
    light = filters.ChoiceFilter(label=_("Time left"), choices=LIGHTS, method="filter_light")
    since = filters.DateFilter(label=_("Reported from"), method="filter_since", validators=[plausible_day])
    until = filters.DateFilter(label=_("to"), method="filter_until", validators=[plausible_day])

    def filter_words(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """By a number or a part that one remembers of it, else by words in description or address, all of them.

        Of 440605-20261122-000016 that is its beginning, "20261122-000016" or "16" with its zeros, "000016".
        """
        value = value.strip()
        if _RUNNING_NUMBER.fullmatch(value):
            return cases.annotate(running=Right("number", 6)).filter(
                Q(running=value.zfill(6)) | Q(external_id=value)
            )
        if _DAY_AND_NUMBER.fullmatch(value):
            districts = Area.objects.filter(level=AreaLevel.DISTRICT).values_list("code", flat=True)
            numbers = [f"{code}-{value}" for code in districts]
            return cases.filter(reduce(or_, (Q(number__startswith=number) for number in numbers), Q(pk=None)))
        if _LIKE_A_NUMBER.fullmatch(value):
            return cases.filter(Q(number__startswith=value) | Q(external_id=value))
        for word in value.split():
            cases = cases.filter(
                Q(description__icontains=word) | Q(address__icontains=word) | Q(external_id=word)
            )
        return cases

    def filter_light(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Open cases whose light is of a colour now; the same rule as the `light` tag."""
        now = clock.now()
        if value == "stopped":
            return cases.filter(status=Status.SUSPENDED)
        cases = cases.filter(status__in=TIMED)
        if value == "red":
            return cases.filter(stage_due_at__lte=now)
        cases = cases.filter(stage_due_at__gt=now)
        if value == "yellow":
            return cases.filter(stage_warn_at__lte=now)
        return cases.filter(Q(stage_warn_at=None) | Q(stage_warn_at__gt=now))

    def filter_since(self, cases: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return cases.filter(reported_at__gte=_start_of(value))

    def filter_until(self, cases: CaseQuerySet, name: str, value: date) -> CaseQuerySet:
        return cases.filter(reported_at__lt=_start_of(value + timedelta(days=1)))


def _start_of(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
