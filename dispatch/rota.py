"""The duty rota: its shifts by the day, who is on now, and a week of it with its gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from dispatch.models import Shift
from dispatch.permissions import can_see_rota, rota_centres
from dispatch.seat import open_at
from gridgov import clock
from gridgov.errors import NotFoundForYou
from grids.leave import away_between
from grids.models import Area, AreaLevel, Organisation, Post, Role, User

_NAMES: dict[str, str | Promise] = {
    "early": pgettext_lazy("shift", "early"),
    "late": pgettext_lazy("shift", "late"),
    "night": pgettext_lazy("shift", "night"),
    "day": pgettext_lazy("shift", "day"),
    "evening": pgettext_lazy("shift", "evening"),
}
WEEK = 7


@dataclass(frozen=True)
class Template:
    """A shift as it comes round every day."""

    name: str
    opens: time
    closes: time

    @property
    def label(self) -> str:
        return str(_NAMES.get(self.name, self.name))

    @property
    def hours(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"

    def span(self, day: date) -> tuple[datetime, datetime]:
        """From when to when it goes on a day, local time."""
        last = day if self.closes > self.opens else day + timedelta(days=1)
        return make_aware(datetime.combine(day, self.opens)), make_aware(datetime.combine(last, self.closes))


def seat_templates() -> list[Template]:
    return _templates(settings.SEAT_SHIFTS)


def area_templates() -> list[Template]:
    return _templates(settings.AREA_SHIFTS)


def template_named(name: str, *, outside: bool) -> Template:
    """The shift of a name at the seats or out there, where the first goes without one; raises ValidationError."""
    templates = area_templates() if outside else seat_templates()
    found = next((one for one in templates if one.name == name), None)
    if found is None and outside and not name:
        found = templates[0]
    if found is None:
        raise ValidationError(_("There is no such shift."), code="no_shift")
    return found


def template_of(shift: Shift) -> Template | None:
    """The template whose hours a shift has; None for one of other hours."""
    found = seat_templates() if shift.area_id is None else area_templates()
    day = localdate(shift.starts_at)
    return next((one for one in found if one.span(day) == (shift.starts_at, shift.ends_at)), None)


def _templates(asked: dict[str, str]) -> list[Template]:
    return [
        Template(name, *(time.fromisoformat(part.strip()) for part in hours.split("-", 1)))
        for name, hours in asked.items()
    ]


# Now


def on_now(centre_id: int) -> QuerySet[Shift]:
    """The shifts at the seats of a centre that go on now; not those of people who are away all the same."""
    now = clock.now()
    away = Post.objects.current().stand_ins().values("deputy_of__user")
    return Shift.objects.filter(
        organisation=centre_id, area=None, starts_at__lte=now, ends_at__gt=now
    ).exclude(user__in=away)


def whose_turn(role: Role, centre_id: int) -> Q:
    """The filter of posts of a role at a centre whose holders are on shift; everybody's while the rota names none of them."""
    on = on_now(centre_id).order_by().values("user")
    somebody = Post.objects.current().filter(role=role, organisation=centre_id, user__in=on)
    return Q(user__in=on) | ~Q(Exists(somebody))


# A week


@dataclass(frozen=True)
class Held:
    """A shift as the table shows it."""

    shift: Shift
    is_away: bool


@dataclass(frozen=True)
class Cell:
    """One shift of one day at the seats, or one inspector's day."""

    day: date
    value: str
    held: list[Held]
    is_over: bool
    is_now: bool = False
    # Nobody is there: a gap.
    is_gap: bool = False

    @property
    def people(self) -> list[User]:
        return [one.shift.user for one in self.held]


@dataclass(frozen=True)
class Row:
    label: str
    more: str
    cells: list[Cell]


@dataclass
class Week:
    """A centre's rota from Monday to Sunday."""

    centre: Organisation
    monday: date
    seats: list[Row] = field(default_factory=list)
    walkers: list[Row] = field(default_factory=list)
    # Areas of inspectors where nobody walks, by day.
    uncovered: list[tuple[date, list[str]]] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=n) for n in range(WEEK)]

    @property
    def gaps(self) -> int:
        return sum(cell.is_gap for row in self.seats for cell in row.cells)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def people_at(centre: Organisation, *roles: Role) -> list[Post]:
    """Who holds a post of these roles there, also for somebody else, each once, by role and name."""
    posts = Post.objects.current().filter(organisation=centre, role__in=roles)
    found: dict[int, Post] = {}
    for post in posts.select_related("user", "area").order_by(
        "-role", "user__display_name", "user_id", "area__level"
    ):
        found.setdefault(post.user_id, post)
    return list(found.values())


def walkers_of(centre: Organisation) -> list[tuple[User, list[Area]]]:
    """A centre's inspectors by name, each with the areas they walk in; one query."""
    posts = Post.objects.current().filter(organisation=centre, role=Role.INSPECTOR).order_by("area__code")
    found: dict[User, list[Area]] = {}
    for post in posts.select_related("user", "area"):
        found.setdefault(post.user, []).append(post.area)
    return sorted(found.items(), key=lambda one: str(one[0]))


def shifts_of_week(centre: Organisation, monday: date) -> list[Shift]:
    """The shifts that begin in a week; one query."""
    first = make_aware(datetime.combine(monday, time.min))
    found = Shift.objects.filter(
        organisation=centre, starts_at__gte=first, starts_at__lt=first + timedelta(days=WEEK)
    )
    return list(found.select_related("user", "area").order_by("starts_at", "user__display_name", "id"))


def week_of(centre: Organisation, monday: date) -> Week:
    """The table of a week: shifts × days at the seats, inspectors × days out in the areas; seven queries at most."""
    week = Week(centre, monday)
    shifts = shifts_of_week(centre, monday)
    away = away_between({shift.user_id for shift in shifts}, monday, week.days[-1])
    held = [Held(shift, _is_away(shift, away)) for shift in shifts]
    seats = [one for one in held if one.shift.area_id is None]
    for template in sorted(seat_templates(), key=lambda one: one.opens):
        week.seats.append(_seat_row(template, week.days, seats))
    for person, areas in walkers_of(centre):
        walks = [one for one in held if one.shift.area_id and one.shift.user_id == person.pk]
        week.walkers.append(_walker_row(person, areas, week.days, walks))
    if week.walkers:
        week.uncovered = _uncovered(centre, week.days, held)
    return week


def _is_away(shift: Shift, away: dict[int, list[Post]]) -> bool:
    day = localdate(shift.starts_at)
    return any(
        post.valid_from <= day <= post.valid_to for post in away.get(shift.user_id, ()) if post.valid_to
    )


def _seat_row(template: Template, days: Sequence[date], seats: Sequence[Held]) -> Row:
    cells = []
    for day in days:
        starts_at, ends_at = template.span(day)
        # One of other hours stands where it begins.
        there = [one for one in seats if starts_at <= one.shift.starts_at < ends_at]
        cells.append(
            Cell(
                day,
                f"seat {day} {template.name}",
                there,
                is_over=ends_at <= clock.now(),
                is_now=starts_at <= clock.now() < ends_at,
                is_gap=not [one for one in there if not one.is_away],
            )
        )
    return Row(template.label, template.hours, cells)


def _walker_row(person: User, areas: list[Area], days: Sequence[date], walks: Sequence[Held]) -> Row:
    cells = [
        Cell(
            day,
            f"walk {day} {person.pk}",
            [one for one in walks if localdate(one.shift.starts_at) == day],
            is_over=day < clock.today(),
        )
        for day in days
    ]
    more = ngettext("%(n)d area", "%(n)d areas", len(areas)) % {"n": len(areas)}
    return Row(str(person), str(areas[0]) if len(areas) == 1 else more, cells)


def _uncovered(
    centre: Organisation, days: Sequence[date], held: Sequence[Held]
) -> list[tuple[date, list[str]]]:
    """The grids of a centre's inspectors that no shift of a day covers; days without any shift are not counted."""
    grids = list(
        Area.objects.filter(
            pk__in=Post.objects.current().filter(organisation=centre, role=Role.INSPECTOR).values("area"),
            level=AreaLevel.GRID,
        ).order_by("code")
    )
    found = []
    for day in days:
        walked = [
            one.shift.area.path
            for one in held
            if one.shift.area and not one.is_away and localdate(one.shift.starts_at) == day
        ]
        lacking = [str(grid) for grid in grids if not any(grid.path.startswith(path) for path in walked)]
        found.append((day, lacking if walked else []))
    return found


def area_of(person: User, centre: Organisation) -> Area | None:
    """Where an inspector walks: the area of their one post there, or of several the organisation's."""
    areas = {
        post.area
        for post in Post.objects.current()
        .filter(user=person, organisation=centre, role=Role.INSPECTOR)
        .select_related("area")
    }
    return next(iter(areas)) if len(areas) == 1 else centre.area if areas else None


def my_shifts(user: User, days: int = 14) -> QuerySet[Shift]:
    """Somebody's shifts from now on, the next first."""
    now = clock.now()
    return (
        Shift.objects.filter(user=user, ends_at__gt=now, starts_at__lt=now + timedelta(days=days))
        .select_related("organisation", "area")
        .order_by("starts_at")
    )


def centre_asked(user: User, code: str) -> Organisation:
    """The centre asked for, or one's first; raises `NotFoundForYou`."""
    if code:
        found = Organisation.objects.filter(code=code) if code.isprintable() else Organisation.objects.none()
        centre = found.select_related("area").first()
    else:
        centre = next(iter(rota_centres(user)), None)
    if centre is None or not can_see_rota(user, centre):
        raise NotFoundForYou(code)
    return centre


def shift_for(user: User, shift_id: int) -> Shift:
    """One's own shift, or one of a centre whose rota one sees; raises `NotFoundForYou`."""
    named = ("user", "area", "organisation__area", "handed_over_to")
    shift = Shift.objects.select_related(*named).filter(pk=shift_id).first()
    if shift is None or not (shift.user_id == user.pk or can_see_rota(user, shift.organisation)):
        raise NotFoundForYou(shift_id)
    return shift


def last_shifts(centre: Organisation) -> QuerySet[Shift]:
    """The shifts at a centre's seats that have begun, the last first."""
    begun = Shift.objects.filter(organisation=centre, area=None, starts_at__lte=clock.now())
    return begun.select_related("user", "organisation", "handed_over_to").order_by("-ends_at", "-id")


def counts_of(shift: Shift) -> dict[str, int]:
    """What is open at a shift's seat: now, or once it is handed over as it was then."""
    if shift.handed_over_at is None:
        return open_at(shift.user, shift.organisation)
    return dict(shift.open_counts)
