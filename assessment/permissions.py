"""Whose figures somebody sees; the only judge."""

from cases.permissions import posts_that_see
from gridgov.errors import NotFoundForYou
from grids.models import Area, Organisation, User


def can_see_figures(user: User) -> bool:
    """Whoever sees all cases of an area or of a unit."""
    return user.is_superuser or any(posts_that_see(user))


def scope_of(
    user: User, area: Area | None, unit: Organisation | None
) -> tuple[Area | None, Organisation | None]:
    """What is asked for, with what the person must not leave open filled in: the area or unit of their post.

    Raises `NotFoundForYou` for what is neither within an area of theirs nor of a unit of theirs.
    """
    if user.is_superuser:
        return area, unit
    over, within = posts_that_see(user)
    if area is None and over and not (unit and any(post.organisation_id == unit.pk for post in within)):
        area = over[0].area
    if area and any(area.path.startswith(post.area.path) for post in over):
        return area, unit
    if within and unit is None:
        unit = within[0].organisation
    if unit and any(post.organisation_id == unit.pk for post in within):
        return area, unit
    raise NotFoundForYou("figures")
