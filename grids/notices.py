"""Who hears of what happens to the registry: departments of their feeds, people of their proposals."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gridgov.models import NoticeKind
from gridgov.outbox import Way, register_outsiders, register_subject, register_texts, send_notices
from grids.models import (
    Announcement,
    DepartmentForm,
    FeedRun,
    NoticeAddress,
    Post,
    ProposedChange,
    Role,
    User,
)
from grids.permissions import DECIDING_ROLES

FEED_OVERDUE = "feed_overdue"

register_texts(
    {
        "feed_broken": _("%(form)s: a delivery can't be used, the last good data stay. %(problem)s"),
        FEED_OVERDUE: _("%(form)s: nothing has arrived for %(days)s days, a delivery is overdue"),
        "proposal_waiting": _("%(name)s: a change is proposed, please decide"),
        "proposal_accepted": _("%(name)s: your proposal is accepted and written"),
        "proposal_refused": _("%(name)s: your proposal is refused. %(reason)s"),
    },
    kind=NoticeKind.REGISTRY,
)
register_texts(
    {
        "leave_deputy": _("You stand in for %(who)s from %(first)s to %(last)s: %(posts)s"),
        "leave_set": _("You are away from %(first)s to %(last)s; standing in: %(deputies)s"),
        "leave_ended": _("%(who)s is back, you no longer stand in"),
    },
    kind=NoticeKind.DUTY,
)
register_texts(
    {
        "announcement": _("%(organisation)s: %(title)s"),
        "order": _("Order of %(organisation)s: %(title)s. Please confirm by %(day)s"),
        "announcement_withdrawn": _("%(organisation)s has withdrawn: %(title)s"),
        "announcement_reminder": _("Please read: %(title)s (%(organisation)s)"),
        "order_reminder": _("Please confirm the order by %(day)s: %(title)s (%(organisation)s)"),
        "order_overdue": _("Not confirmed by %(day)s: the order %(title)s (%(organisation)s)"),
        "order_overdue_missing": _("%(missing)s have not confirmed the order by %(day)s: %(title)s"),
    },
    kind=NoticeKind.ORDERS,
)
register_texts({"address_tried": _("A test: %(organisation)s hears here from now on")})


def _feeds_in_words(ids: Collection[int]) -> dict[int, str]:
    forms = DepartmentForm.objects.filter(pk__in=ids).order_by().values_list("pk", "department__name", "name")
    return {pk: f"{department} · {name}" for pk, department, name in forms}


def _proposals_in_words(ids: Collection[int]) -> dict[int, str]:
    found = ProposedChange.objects.filter(pk__in=ids).select_related("area", "type").order_by()
    return {one.pk: f"{one.type} · {one.area}" for one in found}


def _ways_to_organisations(ids: Collection[int]) -> list[Way]:
    return _ways(Q(organisation__in=ids))


def _ways_to_addresses(ids: Collection[int]) -> list[Way]:
    """Named itself, an address hears whatever it is told."""
    return [way._replace(kinds=(), urgent_only=False) for way in _ways(Q(pk__in=ids))]


def _ways(which: Q) -> list[Way]:
    found = NoticeAddress.objects.filter(which, is_active=True, organisation__is_active=True)
    return [
        Way(
            key=f"address:{one.pk}",
            channel=one.channel,
            to=one.address,
            receiver=str(one)[:100],
            secret=one.secret,
            kinds=one.kinds,
            urgent_only=one.urgent_only,
        )
        for one in found.select_related("organisation").order_by("pk")
    ]


# Named by the organisation when something happens; by the address itself when it is sent.
register_outsiders("organisation", _ways_to_organisations)
register_outsiders("address", _ways_to_addresses)
register_subject("feed", _feeds_in_words)
register_subject("proposal", _proposals_in_words)


def tell_of_broken_feed(form: DepartmentForm, run: FeedRun) -> None:
    """Tell the department's people and the district's supervisors, but not whoever delivered it."""
    problem = run.problems[0]["problem"] if run.problems else ""
    people = [person for person in _concerned_with(form) if person.pk != run.by_id]
    _send_of_feed(form, people, "feed_broken", {"problem": problem[:200]})


def tell_of_overdue_feed(form: DepartmentForm) -> None:
    _send_of_feed(form, _concerned_with(form), FEED_OVERDUE, {"days": form.expected_every_days})


def _concerned_with(form: DepartmentForm) -> list[User]:
    department = form.department
    return _people(
        Q(organisation=department) | Q(role=Role.SUPERVISOR, area__code=department.area.district_code)
    )


def _send_of_feed(form: DepartmentForm, people: Iterable[User], event: str, params: dict[str, Any]) -> None:
    send_notices(
        people,
        event,
        params={"form": form.name, **params},
        url=reverse("grids:feed_detail", args=[form.code]),
        subject=f"feed:{form.pk}",
    )


def tell_of_proposal(proposal: ProposedChange) -> None:
    """Tell the people who decide that a proposal waits for them."""
    people = _people(Q(organisation=proposal.owner_id, role__in=DECIDING_ROLES))
    _send_of_proposal(
        proposal, [one for one in people if one.pk != proposal.proposed_by_id], "proposal_waiting"
    )


def tell_of_decision(proposal: ProposedChange) -> None:
    """Tell the one who proposed it."""
    _send_of_proposal(
        proposal, [proposal.proposed_by], f"proposal_{proposal.state}", reason=proposal.reason[:200]
    )


def _send_of_proposal(proposal: ProposedChange, people: Iterable[User], event: str, **params: str) -> None:
    send_notices(
        people,
        event,
        params={"name": proposal.title, **params},
        url=reverse("grids:proposal_detail", args=[proposal.pk]),
        subject=f"proposal:{proposal.pk}",
    )


def _people(posts: Q) -> list[User]:
    """Each person of current posts once, with as much of them as a notice needs."""
    held = Post.objects.current().filter(posts).order_by().values_list("user_id", "user__email").distinct()
    return [User(pk=pk, email=email) for pk, email in held]


def tell_of_leave(person: User, posts: Collection[Post], first: date, last: date, *, actor: User) -> None:
    """Tell who stands in for what; and the person themselves where somebody else has set it."""
    days = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    by_deputy: dict[User, list[Post]] = {}
    for post in posts:
        by_deputy.setdefault(post.user, []).append(post)
    url = reverse("inspections:leave")
    for deputy, held in by_deputy.items():
        seats = dict.fromkeys(f"{post.get_role_display()} · {post.organisation}" for post in held)
        send_notices(
            [deputy], "leave_deputy", params={"who": str(person), "posts": ", ".join(seats), **days}, url=url
        )
    if actor.pk != person.pk:
        deputies = ", ".join(map(str, by_deputy))
        send_notices([person], "leave_set", params={"deputies": deputies, **days}, url=url)


def tell_of_return(person: User, posts: Iterable[Post], *, actor: User) -> None:
    """Tell who stood in, but not who said it themselves."""
    deputies = {post.user for post in posts} - {actor}
    send_notices(deputies, "leave_ended", params={"who": str(person)}, url=reverse("inspections:leave"))


def tell_of_announcement(announcement: Announcement, people: Collection[User]) -> None:
    """Tell those whom it goes to."""
    _send_of_announcement(announcement, people, "order" if announcement.is_order else "announcement")


def tell_of_withdrawal(announcement: Announcement, people: Collection[User]) -> None:
    """Tell those who have read it that it no longer holds; there is nothing more to open."""
    _send_of_announcement(
        announcement, people, "announcement_withdrawn", url=reverse("grids:announcement_list")
    )


def remind_of_announcement(announcement: Announcement, people: Collection[User]) -> None:
    _send_of_announcement(
        announcement, people, "order_reminder" if announcement.is_order else "announcement_reminder"
    )


def tell_of_overdue_order(announcement: Announcement, people: Collection[User]) -> None:
    """Tell those who have not confirmed it, and who has published it how many they are."""
    _send_of_announcement(announcement, people, "order_overdue")
    _send_of_announcement(
        announcement,
        [announcement.published_by],
        "order_overdue_missing",
        url=reverse("grids:announcement_receipts", args=[announcement.pk]),
        missing=len(people),
    )


def _send_of_announcement(
    announcement: Announcement, people: Collection[User], event: str, *, url: str = "", **params: Any
) -> None:
    day = f"{announcement.receipt_by:%Y-%m-%d}" if announcement.receipt_by else ""
    send_notices(
        people,
        event,
        params={
            "organisation": str(announcement.organisation),
            "title": announcement.title,
            "day": day,
            **params,
        },
        url=url or announcement.get_absolute_url(),
        urgent=announcement.is_urgent,
    )
