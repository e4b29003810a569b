"""The ladder of command centres: who holds a case first, and who stands above."""

from collections.abc import Iterable

from django.db.models import QuerySet

from grids.models import Area, Organisation, OrganisationKind


def lowest_centre(areas: Iterable[Area]) -> Organisation | None:
    """The active command centre of the lowest of these areas that has one."""
    return _lowest(Organisation.objects.filter(area__in=list(areas)))


def next_centre_up(centre: Organisation) -> Organisation | None:
    """The active command centre of the nearest area above, or None at the top; areas without one are passed over."""
    above = centre.area.ancestor_codes[:-1]
    return _lowest(Organisation.objects.filter(area__code__in=above)) if above else None


def _lowest(organisations: QuerySet[Organisation]) -> Organisation | None:
    return (
        organisations.filter(kind=OrganisationKind.COMMAND, is_active=True)
        .select_related("area")
        .order_by("-area__level")
        .first()
    )
