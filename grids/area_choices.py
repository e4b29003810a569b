"""What stands in an area's select above a list: from where one is, one step up, and what lies directly below."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from grids.models import Area, AreaLevel, User


@dataclass(frozen=True)
class Choice:
    """One line of a select."""

    value: str
    label: str
    chosen: bool = False
    # How many levels it lies under the first line.
    depth: int = 0


def area_choices(user: User, chosen: str) -> list[Choice]:
    """The areas of the person's posts and those under them; once one is chosen, it, its parent and its children."""
    found = list(areas_on_offer(user, chosen).order_by("path").values_list("code", "name", "level"))
    top = min((level for _, _, level in found), default=0)
    return [Choice(code, name, code == chosen, level - top) for code, name, level in found]


def areas_on_offer(user: User, chosen: str) -> QuerySet[Area]:
    """The areas of `area_choices`."""
    areas = Area.objects.current()
    if chosen:
        here = Area.objects.filter(code=chosen)
        return areas.filter(Q(pk__in=here) | Q(parent__in=here) | Q(pk__in=here.values("parent")))
    tops = {post.area_id for post in user.current_posts}
    if not tops:
        return areas.filter(level=AreaLevel.DISTRICT)
    return areas.filter(Q(pk__in=tops) | Q(parent__in=tops))
