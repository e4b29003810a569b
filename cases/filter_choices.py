"""What stands in the selects above a list of cases besides its areas."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from cases.models import CaseClass, MajorClass
from gridgov.asked import number_asked
from grids.area_choices import Choice, areas_on_offer
from grids.models import Organisation, OrganisationKind, User


def class_choices(major: str, case_class: str) -> tuple[list[Choice], list[Choice]]:
    """The major classes in use, and the classes of the chosen one; a query each."""
    majors = MajorClass.objects.filter(Exists(CaseClass.objects.filter(major=OuterRef("pk"), is_active=True)))
    classes = (
        CaseClass.objects.filter(major=number_asked(major), is_active=True)
        if number_asked(major) is not None
        else CaseClass.objects.none()
    )
    return (
        _choices(majors.values_list("pk", "name"), major),
        _choices(classes.values_list("pk", "name"), case_class),
    )


def organisation_choices(user: User, chosen: QueryDict) -> tuple[list[Choice], list[Choice]]:
    """The command centres and the units of the areas in the area's select; one query."""
    holder, unit = chosen.get("holder", ""), chosen.get("unit", "")
    found = list(
        Organisation.objects.filter(
            Q(area__in=areas_on_offer(user, chosen.get("area", "")).order_by()) | Q(code__in=[holder, unit]),
            is_active=True,
        ).values_list("code", "name", "kind")
    )
    command = OrganisationKind.COMMAND
    return (
        _choices([(code, name) for code, name, kind in found if kind == command], holder),
        _choices([(code, name) for code, name, kind in found if kind != command], unit),
    )


def _choices(found: Iterable[Sequence[object]], chosen: str) -> list[Choice]:
    return [Choice(str(value), str(label), str(value) == chosen) for value, label in found]
