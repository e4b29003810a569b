"""Who is scored in a period: everybody of a kind who was there, whether anything counted for them or not."""

from datetime import date

from django.db.models import Q

from assessment.kinds import AREAS, ORGANISATIONS, Kind
from grids.models import Area, AreaLevel, Organisation, OrganisationKind, Post, Role

_ROLES = {
    Kind.INSPECTOR: Role.INSPECTOR,
    Kind.OPERATOR: Role.OPERATOR,
    Kind.DISPATCHER: Role.DISPATCHER,
}
_LEVELS = {
    Kind.DISTRICT: AreaLevel.DISTRICT,
    Kind.STREET: AreaLevel.STREET,
    Kind.COMMUNITY: AreaLevel.COMMUNITY,
    Kind.GRID: AreaLevel.GRID,
}
# The column of a score that says whose it is.
COLUMN: dict[str, str] = {
    **dict.fromkeys(Kind, "user_id"),
    **dict.fromkeys(ORGANISATIONS, "organisation_id"),
    **dict.fromkeys(AREAS, "area_id"),
}


def scored(kind: str, first: date, last: date, counted: set[int]) -> dict[int, int]:
    """Id → the level within which it is ranked, of all who were there on some day, and of whom something was `counted`."""
    if kind in ORGANISATIONS:
        centre = Q(kind=OrganisationKind.COMMAND)
        there = centre if kind == Kind.CENTRE else ~centre
        rows = Organisation.objects.filter(Q(there, is_active=True) | Q(pk__in=counted))
        return dict(rows.values_list("pk", "level"))
    if kind in AREAS:
        there = Q(retired_on=None) | Q(retired_on__gt=first)
        areas = Area.objects.filter(Q(there, level=_LEVELS[Kind(kind)]) | Q(pk__in=counted))
        return dict.fromkeys(areas.values_list("pk", flat=True), 0)
    if role := _ROLES.get(Kind(kind)):
        counted = counted | set(
            Post.objects.between(first, last).filter(role=role).values_list("user_id", flat=True)
        )
    return dict.fromkeys(counted, 0)
