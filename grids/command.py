"""The ladder of command centres: who holds a case first, and who stands above."""

from collections.abc import Iterable

from django.db.models import QuerySet

from grids.models import Area, Organisation, OrganisationKind


def lowest_centre(areas: Iterable[Area]) -> Organisation | None:
    """The active command centre of the lowest of these areas that has one."""
    return _lowest(Organisation.objects.filter(area__in=list(areas)))


def next_centre_up(centre: Organisation, to_level: int | None = None) -> Organisation | None:
    """The active command centre of the nearest area above, or None at the top; areas without one are passed over.

    With `to_level` levels below that one are passed over too, unless only there is one.
    """
    above = centre.area.ancestor_codes[:-1]
    if not above:
        return None
    found = Organisation.objects.filter(area__code__in=above)
    high = _lowest(found.filter(area__level__lte=to_level)) if to_level is not None else None
    return high or _lowest(found)


def _lowest(organisations: QuerySet[Organisation]) -> Organisation | None:
    return (
        organisations.filter(kind=OrganisationKind.COMMAND, is_active=True)
        .select_related("area")
        .order_by("-area__level")
        .first()
    )
