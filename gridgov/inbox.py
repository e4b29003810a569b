"""A person's own notices: which are unread, and reading them."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction

from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.models import Notice


def unread_count(person: AbstractBaseUser | AnonymousUser) -> int:
    """How many notices the person has not read."""
    return Notice.objects.visible_to(person).unread().count()


@transaction.atomic
def mark_notice_read(notice_id: int, *, actor: AbstractBaseUser) -> Notice:
    """Note when the actor first read one of their notices; raises `NotFoundForYou`."""
    notice = Notice.objects.visible_to(actor).filter(pk=notice_id).select_for_update(no_key=True).first()
    if notice is None:
        raise NotFoundForYou(notice_id)
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_all_notices_read(*, actor: AbstractBaseUser) -> int:
    """Note that the actor read everything; returns how many were unread."""
    return Notice.objects.visible_to(actor).unread().update(read_at=clock.now())


@transaction.atomic
def mark_page_read(url: str, *, actor: AbstractBaseUser) -> int:
    """Note that the actor has the page before them to which notices lead; returns how many were unread."""
    return Notice.objects.visible_to(actor).unread().filter(url=url).update(read_at=clock.now())
