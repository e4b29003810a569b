"""The city that is simulated: who sits where, what can go wrong, and the dice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import TypeVar

from django.contrib.gis.geos import MultiPolygon, Point

from cases.models import Case, CaseClass
from cases.permissions import IN_UNIT
from dispatch.simulation.words import TROUBLES, Trouble
from dispatch.virtual_sweep import VirtualSweep
from gridgov.worktime import WorkingTime, working_time_of
from grids.demo.people import STORY_COMMUNITY
from grids.demo.places import DISTRICT
from grids.models import Area, AreaLevel, AreaVersion, Post, Role, User

T = TypeVar("T")
# The moments at which the sweep has something to do with a case.
MOMENTS = ("climb_at", "stage_warn_at", "suspended_until")
_FIELD = (Role.INSPECTOR, Role.GRID_LEADER)


class Staff:
    """Everybody with a post in the district, found by office or by area; read once."""

    def __init__(self, district: Area) -> None:
        self._in_office: dict[tuple[int, str], list[User]] = defaultdict(list)
        self._of_area: dict[tuple[int, str], list[User]] = defaultdict(list)
        people: dict[int, User] = {}
        posts = Post.objects.current().filter(area__path__startswith=district.path)
        for post in posts.select_related("user", "organisation", "area"):
            user = people.setdefault(post.user_id, post.user)
            # What `User.current_posts` would read for each of them.
            user.__dict__.setdefault("current_posts", []).append(post)
            self._in_office[post.organisation_id, post.role].append(user)
            self._of_area[post.area_id, post.role].append(user)

    def in_office(self, organisation_id: int | None, *roles: Role) -> list[User]:
        """The people who hold one of these posts in an organisation."""
        return [user for role in roles for user in self._in_office.get((organisation_id or 0, role), ())]

    def of_area(self, area_id: int | None, *roles: Role) -> list[User]:
        """The people whose post of one of these roles is over this very area."""
        return [user for role in roles for user in self._of_area.get((area_id or 0, role), ())]


@dataclass
class City:
    """The demo city at hand; `rng` decides everything that is left to chance, so that a seed gives one history."""

    district: Area
    rng: Random
    sweep: VirtualSweep = field(init=False)

    def __post_init__(self) -> None:
        self.staff = Staff(self.district)
        self.sweep = VirtualSweep(Case.objects.filter(district=self.district), MOMENTS)
        classes = {
            each.name.removesuffix("异常"): each
            for each in CaseClass.objects.filter(is_active=True).order_by("-full_code")
        }
        self.classes = {
            trouble.class_name: classes[trouble.class_name.removesuffix("异常")]
            for trouble in TROUBLES
            if trouble.class_name.removesuffix("异常") in classes
        }
        self.troubles = [trouble for trouble in TROUBLES if trouble.class_name in self.classes]
        self._trouble_of = {self.classes[trouble.class_name].pk: trouble for trouble in self.troubles}
        self._outlines: dict[int, MultiPolygon] = {}

    @cached_property
    def calendar(self) -> WorkingTime:
        return working_time_of(self.district.code)

    @cached_property
    def grids(self) -> dict[str, list[Area]]:
        """The grids in use, by the code of their community."""
        found: dict[str, list[Area]] = defaultdict(list)
        for grid in (
            Area.objects.current()
            .within(self.district)
            .filter(level=AreaLevel.GRID)
            .select_related("parent__parent")
        ):
            found[grid.path.split("/")[-3]].append(grid)
        return found

    def before(self, end: datetime, minutes: float, *, round_the_clock: bool = False) -> datetime:
        """The moment from which on, until `end`, so many minutes go by: working time, or round the clock."""
        low, high = end - timedelta(days=60), end
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) / 2
            passed = self.calendar.minutes_between(middle, end, round_the_clock=round_the_clock)
            low, high = (middle, high) if passed > minutes else (low, middle)
        return high

    # What is left to chance

    def one_of(self, things: Sequence[T]) -> T:
        return self.rng.choice(things)

    def happens(self, share: float) -> bool:
        """True in so many of all cases."""
        return self.rng.random() < share

    def some_trouble(self) -> Trouble:
        return self.rng.choices(self.troubles, [trouble.often for trouble in self.troubles])[0]

    def some_point(self, grid: Area) -> Point:
        """A point inside a grid."""
        outline = self.outline_of(grid)
        west, south, east, north = outline.extent
        for _ in range(200):
            point = Point(
                round(self.rng.uniform(west, east), 6), round(self.rng.uniform(south, north), 6), srid=4326
            )
            if outline.contains(point):
                return point
        return outline.point_on_surface

    # Who and what

    def watch(self, case: Case) -> None:
        """Tell the sweep when it has something to do with the case."""
        self.sweep.watch(case.pk, [getattr(case, field) for field in MOMENTS])

    def trouble_of(self, case: Case) -> Trouble:
        """The trouble that a case is about, by its class."""
        return self._trouble_of.get(case.case_class_id or 0, self.troubles[0])

    def operator_of(self, case: Case) -> User:
        return self.one_of(self.staff.in_office(case.holder_id, Role.OPERATOR))

    def dispatcher_of(self, case: Case) -> User:
        return self.one_of(self.staff.in_office(case.holder_id, Role.DISPATCHER))

    def member_of_unit(self, case: Case) -> User:
        return self.one_of(self.staff.in_office(case.unit_id, *IN_UNIT))

    def supervisor_of(self, case: Case) -> User:
        """Of the street or, as often, of the district."""
        street = self.staff.of_area(case.street_id, Role.SUPERVISOR)
        district = self.staff.of_area(case.district_id, Role.SUPERVISOR)
        return self.one_of(street if street and self.happens(0.5) else district)

    def verifier_of(self, case: Case) -> User:
        """Somebody of the finding side there, who isn't the judge of what they settled themselves."""
        people = [
            user
            for user in (
                *self.staff.of_area(case.grid_id, *_FIELD),
                *self.staff.of_area(case.community_id, *_FIELD),
            )
            if not (case.settled_on_the_spot and user.pk == case.reporter_id)
        ]
        return self.one_of(people)

    def outline_of(self, grid: Area) -> MultiPolygon:
        if grid.pk not in self._outlines:
            self._outlines[grid.pk] = AreaVersion.objects.current().get(area=grid).outline
        return self._outlines[grid.pk]


def open_city(rng: Random) -> City:
    """The demo city as it is in the database."""
    return City(Area.objects.get(code=DISTRICT), rng)


def is_story(community_code: str) -> bool:
    """Whether those who can log in work there."""
    return community_code == STORY_COMMUNITY
