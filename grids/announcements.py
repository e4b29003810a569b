"""Announcements: whom one goes to, what a person has, and who has read it."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from gridgov import clock
from grids.models import (
    Announcement,
    AnnouncementKind,
    AnnouncementReceipt,
    Area,
    Organisation,
    Post,
    User,
)
from grids.models.announcement import AnnouncementQuerySet
from grids.permissions import publishing_posts


@dataclass(frozen=True)
class UnitReceipts:
    """How far one unit is with an announcement, and who of it is behind."""

    organisation: Organisation
    told: int
    read: int
    acknowledged: int
    missing: list[AnnouncementReceipt]


def audience(area: Area, roles: list[str], *, but: User) -> dict[int, int]:
    """Whom an announcement goes to: person → the organisation of their first post there; never who publishes it."""
    posts = Post.objects.current().filter(area__path__startswith=area.path).exclude(user=but)
    if roles:
        posts = posts.filter(role__in=roles)
    people = posts.order_by("user_id", "pk").distinct("user_id")
    return dict(people.values_list("user_id", "organisation_id"))


def reach_of(area: Area, roles: list[str], *, but: User) -> tuple[int, list[tuple[str, int]]]:
    """How many people an announcement would go to, and how many of each organisation, the largest first."""
    people = audience(area, roles, but=but)
    numbers: dict[int, int] = {}
    for organisation_id in people.values():
        numbers[organisation_id] = numbers.get(organisation_id, 0) + 1
    names = {one.pk: str(one) for one in Organisation.objects.filter(pk__in=numbers).order_by()}
    by_unit = sorted(((names[pk], n) for pk, n in numbers.items()), key=lambda row: (-row[1], row[0]))
    return len(people), by_unit


def announcements_for(user: User) -> AnnouncementQuerySet:
    """What a person has, newest first, each with its `read_at` and `acknowledged_at` of this person."""
    own = AnnouncementReceipt.objects.filter(announcement=OuterRef("pk"), person=user)
    return (
        Announcement.objects.addressed_to(user)
        .select_related("organisation", "area")
        .annotate(
            read_at=Subquery(own.values("read_at")[:1]),
            acknowledged_at=Subquery(own.values("acknowledged_at")[:1]),
        )
    )


def waits(announcements: AnnouncementQuerySet) -> AnnouncementQuerySet:
    """Of `announcements_for`, those not read, and orders not confirmed."""
    return announcements.filter(Q(read_at=None) | Q(kind=AnnouncementKind.ORDER, acknowledged_at=None))


def issued_by(user: User) -> QuerySet[Announcement]:
    """What was issued in the name of the centres for which the person may publish, with how many have it."""
    posts = publishing_posts(user)
    if not posts:
        return Announcement.objects.none()
    own = Q()
    for post in posts:
        own |= Q(organisation=post.organisation_id, area__path__startswith=post.area.path)
    receipts = AnnouncementReceipt.objects.filter(announcement=OuterRef("pk")).order_by()

    def number(of: Q) -> Subquery:
        counted = receipts.filter(of).values("announcement").annotate(n=Count("pk")).values("n")
        return Subquery(counted)

    return (
        Announcement.objects.filter(own)
        .select_related("organisation", "area")
        .annotate(
            n_told=number(Q()),
            n_read=number(Q(read_at__isnull=False)),
            n_acknowledged=number(Q(acknowledged_at__isnull=False)),
        )
    )


def behind(announcement: Announcement) -> QuerySet[AnnouncementReceipt]:
    """Receipts of those who have not confirmed an order, or not read a notice."""
    receipts = AnnouncementReceipt.objects.filter(announcement=announcement)
    return receipts.filter(acknowledged_at=None) if announcement.is_order else receipts.filter(read_at=None)


def receipts_by_unit(announcement: Announcement) -> list[UnitReceipts]:
    """How far each unit is, those furthest behind first; two queries."""
    numbers = list(
        AnnouncementReceipt.objects.filter(announcement=announcement)
        .order_by()
        .values("organisation")
        .annotate(
            told=Count("pk"),
            n_read=Count("read_at"),
            n_acknowledged=Count("acknowledged_at"),
        )
    )
    late: dict[int, list[AnnouncementReceipt]] = {}
    for receipt in behind(announcement).select_related("person").order_by("person__display_name", "pk"):
        late.setdefault(receipt.organisation_id, []).append(receipt)
    units = Organisation.objects.in_bulk([row["organisation"] for row in numbers])
    found = [
        UnitReceipts(
            units[row["organisation"]],
            row["told"],
            row["n_read"],
            row["n_acknowledged"],
            late.get(row["organisation"], []),
        )
        for row in numbers
    ]
    return sorted(
        found, key=lambda unit: (-len(unit.missing), unit.organisation.level, unit.organisation.code)
    )


def is_overdue(announcement: Announcement) -> bool:
    """Whether an order's date is over."""
    return announcement.receipt_by is not None and announcement.receipt_by < clock.today()


def public_announcements() -> QuerySet[Announcement]:
    """What strangers read, newest first, with who has issued it."""
    return Announcement.objects.public().annotate(issuer=F("organisation__name"), place=F("area__name"))
