"""Who is away, who stands in for them, and who could."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridgov import clock
from grids.models import Organisation, Post, Role, User

MOST_NAMED = 3


@dataclass(frozen=True)
class Leave:
    """Somebody's absence from a day to a day, with the posts that others hold for them."""

    person: User
    first: date
    last: date
    stand_ins: list[Post]

    @property
    def deputies(self) -> list[User]:
        """Who stands in, each once."""
        return list({post.user_id: post.user for post in self.stand_ins}.values())

    @property
    def seats(self) -> list[tuple[str, str, User]]:
        """In words: each seat, over what, and who sits there meanwhile."""
        found: dict[tuple[str, User], list[str]] = {}
        for post in self.stand_ins:
            seat = f"{post.get_role_display()} · {post.organisation}"
            found.setdefault((seat, post.user), []).append(str(post.area))
        return [(seat, _shortened(areas), user) for (seat, user), areas in found.items()]

    @property
    def is_on(self) -> bool:
        return self.first <= clock.today()


def _shortened(areas: list[str]) -> str:
    """The first areas by name, and how many there are of many."""
    if len(areas) <= MOST_NAMED:
        return _(", ").join(areas)
    return ngettext("%(first)s and %(n)d more area", "%(first)s and %(n)d more areas", len(areas) - 1) % {
        "first": areas[0],
        "n": len(areas) - 1,
    }


@dataclass(frozen=True)
class Seat:
    """What somebody is within one organisation: a role, over one area or several."""

    role: Role
    organisation: Organisation
    posts: list[Post]

    @property
    def key(self) -> tuple[str, int]:
        return self.role.value, self.organisation.pk

    @property
    def name(self) -> str:
        """The name of the field that asks who stands in."""
        return f"deputy.{self.role.value}.{self.organisation.pk}"

    def __str__(self) -> str:
        return f"{self.role.label} · {self.organisation}"


def leaves(*, people: Iterable[User] | None = None, since: date | None = None) -> list[Leave]:
    """Absences that last until a day (today) or later, the first to begin on top; of some people, or of all; one query."""
    posts = Post.objects.stand_ins().filter(valid_to__gte=since or clock.today())
    if people is not None:
        posts = posts.filter(deputy_of__user__in=list(people))
    return as_leaves(posts)


def as_leaves(stand_ins: QuerySet[Post]) -> list[Leave]:
    """Posts held for others, put together by who is away and when; one query."""
    found: dict[tuple[int, date, date], Leave] = {}
    held = stand_ins.select_related("user", "organisation", "area", "deputy_of__user")
    for post in held.order_by("valid_from", "deputy_of__user", "area__level", "role", "id"):
        away, last = post.away, post.valid_to
        assert last is not None  # nobody stands in for ever
        found.setdefault(
            (away.pk, post.valid_from, last), Leave(away, post.valid_from, last, [])
        ).stand_ins.append(post)
    return list(found.values())


def away_between(people: Collection[int], first: date, last: date) -> dict[int, list[Post]]:
    """Person → the posts that others hold for them on some of these days; only those who are away. One query."""
    found: dict[int, list[Post]] = {}
    posts = Post.objects.stand_ins().between(first, last).filter(deputy_of__user__in=people)
    for post in posts.select_related("user", "deputy_of__user").order_by("valid_from", "id"):
        found.setdefault(post.away.pk, []).append(post)
    return found


def seats_of(person: User, first: date, last: date) -> list[Seat]:
    """What the person is from a day to a day in their own right, by organisation and role; one query."""
    seats: dict[tuple[str, int], Seat] = {}
    own = Post.objects.between(first, last).filter(user=person, deputy_of=None)
    for post in own.select_related("organisation__area", "area").order_by(
        "organisation__level", "role", "id"
    ):
        seat = Seat(Role(post.role), post.organisation, [])
        seats.setdefault(seat.key, seat).posts.append(post)
    return list(seats.values())


def candidates(seat: Seat, person: User) -> list[User]:
    """Who could stand in for a seat, those of the same role in the same organisation first; one query.

    Colleagues of the organisation, and people of the same role in such organisations of the areas above and beside.
    """
    organisation = seat.organisation
    above = organisation.area.parent_id
    near = Q(organisation__area=above) | Q(organisation__area__parent=above) if above else Q(pk__in=[])
    alike = Q(role=seat.role, organisation__kind=organisation.kind)
    posts = (
        Post.objects.current()
        .filter(deputy_of=None)
        .filter(Q(organisation=organisation) | alike & near)
        .exclude(user=person)
        .exclude(~Q(role=seat.role), role=Role.VOLUNTEER)
        .select_related("user")
    )
    found: dict[int, tuple[bool, bool, str, User]] = {}
    for post in posts:
        elsewhere, other = post.organisation_id != organisation.pk, post.role != seat.role
        rank = (elsewhere, other, str(post.user), post.user)
        found[post.user_id] = min(found.get(post.user_id, rank), rank, key=lambda one: one[:3])
    return [one[3] for one in sorted(found.values(), key=lambda one: one[:3])]
