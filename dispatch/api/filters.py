"""By what the list of assignments can be narrowed."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import CaseEvent
from cases.workflow import Status
from dispatch.selectors import ENDINGS
from grids.models import Organisation

Events = QuerySet[Any, Any]
_WITH_UNIT = (Status.DISPATCHED, Status.HANDLING, Status.SUSPENDED, Status.HANDLED)


class AssignmentFilter(filters.FilterSet):  # type: ignore[misc]
    case = filters.CharFilter(label=_("Case (number)"), field_name="case__number")
    unit = filters.CharFilter(label=_("Unit (code)"), method="of_unit")
    dispatched = filters.IsoDateTimeFromToRangeFilter(label=_("Dispatched"), field_name="at")
    open = filters.BooleanFilter(label=_("Still going on"), method="is_open")
    outcome = filters.ChoiceFilter(
        label=_("What ended it"), choices=[(action.value, action.label) for action in ENDINGS]
    )

    class Meta:
        model = CaseEvent
        fields: tuple[str, ...] = ()

    def of_unit(self, events: Events, name: str, value: str) -> Events:
        unit = Organisation.objects.filter(code=value).first()
        return events.filter(unit=unit) if unit else events.none()

    def is_open(self, events: Events, name: str, value: bool) -> Events:
        if not value:
            return events.filter(outcome__isnull=False)
        # The status says so too, and has an index.
        return events.filter(outcome__isnull=True, case__status__in=_WITH_UNIT)
