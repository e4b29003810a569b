"""Who is scored: the kinds, the column that says whose a score is, and everybody of a kind who was there."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, AreaLevel, Organisation, OrganisationKind, Post, Role


class Kind(models.TextChoices):
    """Who is scored."""

    INSPECTOR = "inspector", _("inspectors")
    OPERATOR = "operator", _("operators")
    SHIFT_LEADER = "shift_leader", _("shift leaders")
    DISPATCHER = "dispatcher", _("dispatchers")
    UNIT = "unit", _("departments and units")
    CENTRE = "centre", _("command centres and workstations")
    DISTRICT = "district", _("districts")
    STREET = "street", _("streets")
    COMMUNITY = "community", _("communities")
    GRID = "grid", _("grids")


PEOPLE = (Kind.INSPECTOR, Kind.OPERATOR, Kind.SHIFT_LEADER, Kind.DISPATCHER)
# A grid is one inspector's, so its score is theirs.
NOT_FOR_STRANGERS = (*PEOPLE, Kind.GRID)
ORGANISATIONS = (Kind.UNIT, Kind.CENTRE)
AREAS = (Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY, Kind.GRID)
# The column of a score that says whose it is.
COLUMN: dict[str, str] = {
    **dict.fromkeys(Kind, "user_id"),
    **dict.fromkeys(ORGANISATIONS, "organisation_id"),
    **dict.fromkeys(AREAS, "area_id"),
}
_ROLES = {
    Kind.INSPECTOR: Role.INSPECTOR,
    Kind.OPERATOR: Role.OPERATOR,
    Kind.DISPATCHER: Role.DISPATCHER,
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
        areas = Area.objects.filter(Q(there, level=AreaLevel[Kind(kind).name]) | Q(pk__in=counted))
        return dict.fromkeys(areas.values_list("pk", flat=True), 0)
    if role := _ROLES.get(Kind(kind)):
        counted = counted | set(
            Post.objects.between(first, last).filter(role=role).values_list("user_id", flat=True)
        )
    return dict.fromkeys(counted, 0)
