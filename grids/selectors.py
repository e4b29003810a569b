"""Questions about areas and who answers for them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Count, IntegerField, Value
from django.db.models.functions import Cast, StrIndex, Substr

from grids.models import Area, AreaLevel, AreaVersion, Post


@dataclass(frozen=True)
class Located:
    """Where a point lies: the areas from the district down, and the lowest one's current outline."""

    chain: list[Area]
    version: AreaVersion

    @property
    def area(self) -> Area:
        return self.chain[-1]

    @property
    def grid(self) -> Area | None:
        """The grid, when the point lies in one."""
        return self.area if self.area.level == AreaLevel.GRID else None


def locate(point: Point, level: AreaLevel | None = AreaLevel.GRID) -> Located | None:
    """The area of a level that a point (WGS-84) lies in, with its chain; None outside all of them.

    Without a level: the lowest area there is at that place. A point on a border belongs to both sides; the
    lower code always wins. Two queries; the version comes without its outline.
    """
    versions = (
        AreaVersion.objects.current()
        .filter(outline__covers=point)
        .defer("outline")
        .select_related("area")
        .order_by()
    )
    if level is not None:
        versions = versions.filter(level=level)
    # The few matches are sorted here: with ORDER BY … LIMIT 1 the planner may walk all codes instead.
    found = min(versions, key=lambda version: (-version.level, version.area.code), default=None)
    return Located(chain_of(found.area), found) if found else None


def chain_of(area: Area) -> list[Area]:
    """The areas from the district down to this one, in one query."""
    return list(Area.objects.filter(code__in=area.ancestor_codes).order_by("level"))


def district_of(area: Area) -> Area:
    """The district that an area lies in, as it stands today; the area itself where it is one. One query."""
    return Area.objects.get(code=area.district_code)


def only_district() -> Area | None:
    """The district where there is one alone: nobody has to say which; one query."""
    found = list(Area.objects.current().filter(level=AreaLevel.DISTRICT)[:2])
    return found[0] if len(found) == 1 else None


def responsible_for(area: Area) -> list[Post]:
    """The posts that answer today for the area and for each one above it, nearest first; one query."""
    return list(
        Post.objects.current()
        .filter(is_responsible=True, area__code__in=area.ancestor_codes)
        .select_related("user", "organisation", "area")
        .order_by("-area__level", "role", "id")
    )


def responsible_by_area(areas: Iterable[Area]) -> dict[int, list[Post]]:
    """The posts that answer today for each of these areas themselves, by area id; one query."""
    posts: dict[int, list[Post]] = defaultdict(list)
    for post in (
        Post.objects.current()
        .filter(is_responsible=True, area__in=list(areas))
        .select_related("user", "organisation")
        .order_by("role", "id")
    ):
        posts[post.area_id].append(post)
    return posts


def grids_under_children(parent: Area | None) -> dict[str, int]:
    """How many grids in use lie under each child of an area (or under each district), by the child's code."""
    start = len(parent.path) + 1 if parent else 2
    grids = Area.objects.current().filter(level=AreaLevel.GRID)
    if parent:
        grids = grids.within(parent)
    rest = Substr("path", start)
    rows = (
        grids.annotate(child=Substr("path", start, Cast(StrIndex(rest, Value("/")) - 1, IntegerField())))
        .order_by()
        .values("child")
        .annotate(number=Count("pk"))
    )
    return {row["child"]: row["number"] for row in rows}
