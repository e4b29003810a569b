"""By what the registry is narrowed, on its pages and over the API."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from grids.credit_code import LENGTH
from grids.models import Area, GridObject, Licence, ObjectKind, ObjectState, RiskGrade
from grids.models.grid_object import GridObjectQuerySet

Objects = QuerySet[GridObject, Any]


class ObjectFilter(filters.FilterSet):  # type: ignore[misc]
    """What is left empty narrows nothing; a code that nothing bears finds nothing."""

    q = filters.CharFilter(label=_("Name, code, address or credit code"), method="filter_words")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ObjectKind, field_name="type__kind")
    type = filters.CharFilter(label=_("Type (code)"), field_name="type__code")
    risk = filters.ChoiceFilter(label=_("Risk grade"), choices=RiskGrade)
    state = filters.ChoiceFilter(label=_("State"), choices=ObjectState)
    area = filters.CharFilter(label=_("Area of any level (code)"), method="filter_area")
    licence_ended = filters.BooleanFilter(label=_("A licence has ended"), method="filter_ended")

    class Meta:
        model = GridObject
        fields: tuple[str, ...] = ()

    def filter_words(self, objects: Objects, name: str, value: str) -> Objects:
        """By credit code or the beginning of the code, else by words in name or address, all of them."""
        value = value.strip()
        if len(value) == LENGTH and value.isalnum() and value.isascii():
            return objects.filter(Q(credit_code=value.upper()) | Q(code=value))
        for word in value.split():
            objects = objects.filter(
                Q(name__icontains=word) | Q(address__icontains=word) | Q(code__startswith=word)
            )
        return objects

    def filter_area(self, objects: GridObjectQuerySet, name: str, value: str) -> Objects:
        area = Area.objects.filter(code=value).first()
        return objects.within(area) if area else objects.none()

    def filter_ended(self, objects: Objects, name: str, value: bool) -> Objects:
        """A licence that ended counts unless the department gave a newer one of its kind."""
        ended = Exists(ended_licences().filter(object=OuterRef("pk")))
        return objects.filter(ended if value else ~ended)


def ended_licences() -> QuerySet[Licence]:
    """Licences past their day in whose place no other has come."""
    today = clock.today()
    newer = Licence.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        object=OuterRef("object"),
        department=OuterRef("department"),
        kind=OuterRef("kind"),
    )
    return Licence.objects.filter(~Exists(newer), valid_to__lt=today)
