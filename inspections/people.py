"""Who is out in an area, and whether each grid has its 1 + 2 + N."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.models import Area, Post, Role, User
from inspections.models import Task

WALKING = (Role.INSPECTOR, Role.GRID_LEADER)
INSPECTORS_NEEDED = 2


def people_of(area: Area) -> QuerySet[User]:
    """Who walks in the area, under it or all over it, by name."""
    return User.objects.filter(pk__in=_walking_posts(area).order_by().values("user")).order_by(
        "display_name", "username"
    )


@dataclass
class Walker:
    """Somebody who walks in an area: the paths of their posts, and what they can do."""

    user: User
    paths: list[str] = field(default_factory=list)
    skills: set[int] = field(default_factory=set)

    def may_be_given(self, task: Task) -> bool:
        """The rule of `may_have` as far as one sees without asking for the case."""
        return any(task.area.path.startswith(path) for path in self.paths) and (
            task.skill_id is None or task.skill_id in self.skills
        )


def walkers_of(area: Area) -> list[Walker]:
    """Who walks in the area, inspectors first; two queries."""
    found: dict[int, Walker] = {}
    posts = _walking_posts(area).select_related("user", "area").prefetch_related("user__skills")
    for post in posts.order_by("-role", "user__display_name", "user_id"):
        walker = found.setdefault(post.user_id, Walker(post.user))
        walker.paths.append(post.area.path)
        walker.skills = {skill.pk for skill in post.user.skills.all()}
    return list(found.values())


def _walking_posts(area: Area) -> QuerySet[Post]:
    return (
        Post.objects.current()
        .filter(role__in=WALKING)
        .filter(Q(area__path__startswith=area.path) | Q(area__code__in=area.ancestor_codes))
    )


@dataclass
class Crew:
    """The 1 + 2 + N of a grid: one leader who answers for it, two inspectors or more, volunteers."""

    leaders: int = 0
    inspectors: int = 0
    volunteers: int = 0

    @property
    def missing(self) -> list[str | Promise]:
        """What it lacks, in words; nothing when it is complete."""
        lacks: list[tuple[bool, str | Promise]] = [
            (self.leaders < 1, _("no leader who answers for it")),
            (self.inspectors == 0, _("no inspector")),
            (0 < self.inspectors < INSPECTORS_NEEDED, _("only one inspector")),
            (self.volunteers < 1, _("no volunteer")),
        ]
        return [words for is_so, words in lacks if is_so]


def crews_of(grids: Collection[Area]) -> dict[int, Crew]:
    """Grid id → its crew by the posts held today over the grid or its community; one query."""
    held: dict[int, set[tuple[str, int, bool]]] = defaultdict(set)
    places = {pk for grid in grids for pk in (grid.pk, grid.parent_id) if pk}
    for area, role, user, answers in (
        Post.objects.current()
        .filter(area__in=places, role__in=[*WALKING, Role.VOLUNTEER])
        .order_by()
        .values_list("area_id", "role", "user_id", "is_responsible")
    ):
        held[area].add((role, user, answers))
    return {grid.pk: _crew(held[grid.pk] | held[grid.parent_id or 0]) for grid in grids}


def _crew(posts: set[tuple[str, int, bool]]) -> Crew:
    def people(role: Role, *, answers: bool = False) -> int:
        return len({user for held, user, does in posts if held == role and (does or not answers)})

    return Crew(
        leaders=people(Role.GRID_LEADER, answers=True),
        inspectors=people(Role.INSPECTOR),
        volunteers=people(Role.VOLUNTEER),
    )
