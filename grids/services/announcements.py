"""Publishing notices and orders, and what becomes of them."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, StepNotAllowed, invalid
from gridgov.inbox import mark_page_read
from grids import notices
from grids.announcements import audience, behind
from grids.errors import NobodyToTell, RemindedLately
from grids.models import Announcement, AnnouncementKind, AnnouncementReceipt, Area, Organisation, Role, User
from grids.models.announcement import LONGEST_TEXT, LONGEST_TITLE
from grids.permissions import can_publish_announcement

REMIND_EVERY = timedelta(hours=1)


@transaction.atomic
def publish_announcement(
    *,
    actor: User,
    kind: str,
    title: str,
    text: str,
    organisation: Organisation,
    area: Area,
    roles: Collection[str] = (),
    is_urgent: bool = False,
    receipt_by: date | None = None,
    is_public: bool = False,
) -> Announcement:
    """Issue a notice or an order and tell everybody whom it goes to; what is urgent passes over quiet hours.

    Raises `NotPermitted`, `NobodyToTell`, and `ValidationError` for what does not fit together.
    """
    if not can_publish_announcement(actor, organisation, area):
        raise NotPermitted("publish_announcement")
    kind, roles = AnnouncementKind(kind), sorted({Role(role).value for role in roles})
    title, text = " ".join(title.split()), text.strip()
    _check_words(title, text)
    _check_receipt(kind, receipt_by)
    people = audience(area, roles, but=actor)
    if not people and not is_public:
        raise NobodyToTell
    now = clock.now()
    announcement: Announcement = Announcement.objects.create(
        kind=kind,
        title=title,
        text=text,
        organisation=organisation,
        area=area,
        roles=roles,
        is_urgent=is_urgent,
        receipt_by=receipt_by,
        is_public=is_public,
        published_by=actor,
        published_at=now,
    )
    AnnouncementReceipt.objects.bulk_create(
        AnnouncementReceipt(
            announcement=announcement, person_id=person, organisation_id=organisation_id, told_at=now
        )
        for person, organisation_id in people.items()
    )
    notices.tell_of_announcement(announcement, _people(people))
    return announcement


@transaction.atomic
def withdraw_announcement(announcement_id: int, *, actor: User) -> Announcement:
    """Take an announcement back: nobody finds it any more but who issued it; who had read or confirmed it is told.

    Raises `NotFoundForYou`, `NotPermitted`, and `StepNotAllowed` for one that is withdrawn already.
    """
    announcement = _lock_own(announcement_id, actor)
    announcement.withdrawn_at = clock.now()
    announcement.save(update_fields=["withdrawn_at"])
    read = announcement.receipts.filter(read_at__isnull=False).values_list("person_id", flat=True)
    notices.tell_of_withdrawal(announcement, _people(read))
    return announcement


@transaction.atomic
def remind_of_announcement(announcement_id: int, *, actor: User) -> int:
    """Tell those who are behind once more; returns how many. At most once an hour, else raises `RemindedLately`."""
    announcement = _lock_own(announcement_id, actor)
    now = clock.now()
    if announcement.reminded_at and now < announcement.reminded_at + REMIND_EVERY:
        raise RemindedLately(announcement_id)
    people = _people(behind(announcement).values_list("person_id", flat=True))
    if people:
        announcement.reminded_at = now
        announcement.save(update_fields=["reminded_at"])
        notices.remind_of_announcement(announcement, people)
    return len(people)


@transaction.atomic
def read_announcement(announcement_id: int, *, actor: User) -> AnnouncementReceipt | None:
    """Note that somebody has it before them, the first time only; None for who reads it without being meant.

    Whoever took up their post later gets a receipt now. Raises `NotFoundForYou`.
    """
    return _read(announcement_id, actor)


@transaction.atomic
def acknowledge_order(announcement_id: int, *, actor: User) -> AnnouncementReceipt:
    """Confirm an order; a second time changes nothing. Raises `NotFoundForYou`, `StepNotAllowed` for a notice."""
    receipt = _read(announcement_id, actor)
    if receipt is None:
        raise NotPermitted("acknowledge_order")
    if not receipt.announcement.is_order:
        raise StepNotAllowed("acknowledge_order")
    if receipt.acknowledged_at is None:
        receipt.acknowledged_at = clock.now()
        receipt.save(update_fields=["acknowledged_at"])
    return receipt


def ring_for_overdue_orders() -> int:
    """Say once of each order whose date is over who has not confirmed it; returns of how many. Safe to run twice."""
    waited_for = Announcement.objects.filter(
        receipt_by__lt=clock.today(), rang_at=None, withdrawn_at=None
    ).order_by("pk")
    return sum(_ring(pk) for pk in waited_for.values_list("pk", flat=True))


@transaction.atomic
def _ring(announcement_id: int) -> bool:
    announcement = (
        Announcement.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("organisation", "published_by")
        .filter(pk=announcement_id, rang_at=None, withdrawn_at=None)
        .first()
    )
    if announcement is None:
        return False
    announcement.rang_at = clock.now()
    announcement.save(update_fields=["rang_at"])
    people = _people(behind(announcement).values_list("person_id", flat=True))
    if people:
        notices.tell_of_overdue_order(announcement, people)
    return True


def _read(announcement_id: int, actor: User) -> AnnouncementReceipt | None:
    announcement = (
        Announcement.objects.addressed_to(actor)
        .select_related("organisation")
        .filter(pk=announcement_id)
        .first()
    )
    if announcement is None:
        if _is_issuer(announcement_id, actor):
            return None
        raise NotFoundForYou(announcement_id)
    mark_page_read(announcement.get_absolute_url(), actor=actor)
    now = clock.now()
    receipt: AnnouncementReceipt
    receipt, _new = AnnouncementReceipt.objects.select_for_update().get_or_create(
        announcement=announcement,
        person=actor,
        defaults={"organisation_id": _unit_of(actor, announcement), "told_at": now, "read_at": now},
    )
    receipt.announcement = announcement
    if receipt.read_at is None:
        receipt.read_at = now
        receipt.save(update_fields=["read_at"])
    return receipt


def _is_issuer(announcement_id: int, actor: User) -> bool:
    found = Announcement.objects.select_related("organisation", "area").filter(pk=announcement_id).first()
    return found is not None and can_publish_announcement(actor, found.organisation, found.area)


def _unit_of(actor: User, announcement: Announcement) -> int:
    """The organisation under which somebody who came later counts: that of the post it goes to."""
    posts = [post for post in actor.current_posts if post.area.path.startswith(announcement.area.path)]
    return posts[0].organisation_id if posts else announcement.organisation_id


def _lock_own(announcement_id: int, actor: User) -> Announcement:
    announcement: Announcement | None = (
        Announcement.objects.select_for_update(of=("self",))
        .select_related("organisation", "area")
        .filter(pk=announcement_id)
        .first()
    )
    if announcement is None:
        raise NotFoundForYou(announcement_id)
    if not can_publish_announcement(actor, announcement.organisation, announcement.area):
        is_theirs = Announcement.objects.addressed_to(actor).filter(pk=announcement_id).exists()
        raise NotPermitted("announcement") if is_theirs else NotFoundForYou(announcement_id)
    if announcement.withdrawn_at:
        raise StepNotAllowed("announcement")
    return announcement


def _people(ids: Iterable[int]) -> list[User]:
    """People with as much of them as a notice needs; whoever has left is told nothing."""
    found = User.objects.filter(pk__in=list(ids), is_active=True).order_by().values_list("pk", "email")
    return [User(pk=pk, email=email) for pk, email in found]


def _check_words(title: str, text: str) -> None:
    if not 0 < len(title) <= LONGEST_TITLE:
        raise invalid(
            "title", _("Give it a title of at most %(most)d characters.") % {"most": LONGEST_TITLE}, "title"
        )
    if not 0 < len(text) <= LONGEST_TEXT:
        raise invalid(
            "text", _("Say what it is about in at most %(most)d characters.") % {"most": LONGEST_TEXT}, "text"
        )


def _check_receipt(kind: AnnouncementKind, receipt_by: date | None) -> None:
    if kind == AnnouncementKind.NOTICE and receipt_by:
        raise invalid("receipt_by", _("Only orders are confirmed by a date."), "no_order")
    if kind == AnnouncementKind.ORDER and receipt_by is None:
        raise invalid("receipt_by", _("Say by which day the order is to be confirmed."), "no_date")
    if receipt_by and receipt_by < clock.today():
        raise invalid("receipt_by", _("That day is over."), "past")
