"""Leave: who stands in for somebody who is away, so that nothing waits for them."""

from collections.abc import Mapping
from datetime import date, timedelta

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotPermitted, StepNotAllowed, invalid
from grids.leave import away_between, candidates, seats_of
from grids.models import Post, User
from grids.notices import tell_of_leave, tell_of_return
from grids.permissions import can_set_leave
from grids.services.staff import stop_post

LONGEST = timedelta(days=366)
# Seat → who sits there meanwhile, see `Seat.key`.
Deputies = Mapping[tuple[str, int], User]


@transaction.atomic
def set_leave(person: User, *, actor: User, first: date, last: date, deputies: Deputies) -> list[Post]:
    """Give each post of somebody who is away to a colleague, from the first to the last day (both included).

    The new posts name those that they stand in for. Nobody stands in while they are away themselves, so that no chain
    of stand-ins ever comes about. Raises `NotPermitted`; ValidationError for days that lie behind or in the wrong
    order, a leave that overlaps another, a seat without anybody, and somebody who can't stand in.
    """
    _lock([person, *deputies.values()])
    if not can_set_leave(actor, person, first, last):
        raise NotPermitted("set_leave")
    _check_days(person, first, last)
    posts = []
    seats = seats_of(person, first, last)
    if not seats:
        raise ValidationError(_("%(who)s holds no post then.") % {"who": person}, code="no_post")
    away = away_between([deputy.pk for deputy in deputies.values()], first, last)
    for seat in seats:
        deputy = deputies.get(seat.key)
        if deputy is None:
            raise invalid(seat.name, _("Choose who stands in: nothing shall wait."), "deputy_missing")
        if deputy not in candidates(seat, person):
            raise invalid(seat.name, _("%(who)s can't stand in here.") % {"who": deputy}, "no_candidate")
        if deputy.pk in away:
            raise invalid(
                seat.name,
                _("%(who)s is away then too, until %(day)s.")
                % {"who": deputy, "day": f"{away[deputy.pk][-1].valid_to:%Y-%m-%d}"},
                "away_too",
            )
        posts += [_stand_in(post, deputy, first, last) for post in seat.posts]
    with pghistory.context(user=actor.pk):
        Post.objects.bulk_create(posts)
    tell_of_leave(person, posts, first, last, actor=actor)
    return posts


@transaction.atomic
def end_leave(person: User, *, actor: User, first: date) -> None:
    """Let somebody be back today: who stood in for them since a day, or was to, does so no more.

    A post under which something was done today lasts until tonight, so that it can be told. Raises `NotPermitted`,
    `StepNotAllowed` when there is no such leave any more.
    """
    _lock([person])
    today = clock.today()
    posts = list(
        Post.objects.stand_ins()
        .filter(deputy_of__user=person, valid_from=first, valid_to__gte=today)
        .select_related("user")
    )
    until = max((post.valid_to for post in posts if post.valid_to), default=first)
    if not can_set_leave(actor, person, first, until):
        raise NotPermitted("end_leave")
    if not posts:
        raise StepNotAllowed(person.pk, message=_("This leave has ended already."))
    with pghistory.context(user=actor.pk):
        for post in posts:
            stop_post(post, today)
    tell_of_return(person, posts, actor=actor)


def _lock(people: list[User]) -> None:
    """Two leaves that concern the same person are set one after the other."""
    ids = {person.pk for person in people}
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    list(rows.order_by("pk").values_list("pk"))


def _check_days(person: User, first: date, last: date) -> None:
    if first < clock.today():
        raise invalid("first", _("This day has passed already. Choose a later one."), "passed")
    if last < first:
        raise invalid("last", _("It ends before it begins."), "order")
    if last - first > LONGEST:
        raise invalid("last", _("Nobody stands in for longer than a year: end the post instead."), "too_long")
    if taken := away_between([person.pk], first, last).get(person.pk):
        raise invalid(
            "first",
            _("%(who)s is away from %(first)s to %(last)s already: end that first.")
            % {
                "who": person,
                "first": f"{taken[0].valid_from:%Y-%m-%d}",
                "last": f"{taken[0].valid_to:%Y-%m-%d}",
            },
            "overlaps",
        )
    held = Post.objects.stand_ins().between(first, last).filter(user=person)
    if post := held.select_related("deputy_of__user").first():
        raise invalid(
            "first",
            _("%(who)s stands in for %(whom)s until %(day)s: let somebody else do that first.")
            % {"who": person, "whom": post.away, "day": f"{post.valid_to:%Y-%m-%d}"},
            "stands_in",
        )


def _stand_in(post: Post, deputy: User, first: date, last: date) -> Post:
    return Post(
        user=deputy,
        role=post.role,
        organisation=post.organisation,
        area=post.area,
        is_responsible=post.is_responsible,
        title=post.title,
        deputy_of=post,
        valid_from=max(first, post.valid_from),
        valid_to=min(last, post.valid_to or last),
    )
