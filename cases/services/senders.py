"""Keeping out for a time whoever sends what is no report."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import BlockedSender, Follower
from cases.permissions import can_block_sender, can_see_case
from cases.services.register import required_reason
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, invalid
from grids.models import User

# Longer is a matter for those who run the site, in the admin.
LONGEST_BLOCK = timedelta(days=90)
LONGEST_REASON = 200


@transaction.atomic
def block_sender(
    follower_id: int, *, actor: User, reason: str, until: datetime, with_address: bool = False
) -> list[BlockedSender]:
    """Take nothing until a moment from the device that a report or a joining came from, and say why.

    `with_address`: from its network either, where many may be who have done nothing. For the seat that holds the
    case, and its supervisor. Raises `NotFoundForYou` and `NotPermitted`; ValidationError for the reason, for the moment (within 90 days)
    and when nothing is known of the sender any more.
    """
    follower = (
        Follower.objects.select_related("case").select_for_update(of=("self",)).filter(pk=follower_id).first()
    )
    if follower is None or not can_see_case(actor, follower.case):
        raise NotFoundForYou(follower_id)
    if not can_block_sender(actor, follower.case):
        raise NotPermitted("block_sender")
    reason = required_reason(reason)
    now = clock.now()
    if not now < until <= now + LONGEST_BLOCK:
        message = _("Choose an end within the next %(days)d days.") % {"days": LONGEST_BLOCK.days}
        raise invalid("until", message, "until")
    hashes = [follower.device_hash, follower.address_hash if with_address or not follower.device_hash else ""]
    if not any(hashes):
        raise ValidationError(_("Nothing is known of this sender any more."), code="sender_unknown")
    return [block_hash(one, actor=actor, reason=reason, until=until) for one in hashes if one]


def block_hash(sender_hash: str, *, actor: User, reason: str, until: datetime) -> BlockedSender:
    """Take nothing from a device or a network until a moment; within the service that says who may."""
    blocked: BlockedSender = BlockedSender.objects.create(
        sender_hash=sender_hash,
        reason=reason[:LONGEST_REASON],
        blocked_by=actor,
        blocked_at=clock.now(),
        until=until,
    )
    return blocked


@transaction.atomic
def change_block(blocked_id: int, *, actor: User, reason: str, until: datetime) -> BlockedSender:
    """Change why and until when somebody is kept out; a moment that is over lets them in again.

    For those who may change blocked senders in the admin. Raises `NotPermitted` and `NotFoundForYou`.
    """
    if not actor.has_perm("cases.change_blockedsender"):
        raise NotPermitted("change_block")
    blocked: BlockedSender | None = BlockedSender.objects.select_for_update().filter(pk=blocked_id).first()
    if blocked is None:
        raise NotFoundForYou(blocked_id)
    blocked.reason, blocked.until = required_reason(reason)[:LONGEST_REASON], until
    blocked.save(update_fields=["reason", "until"])
    return blocked


def is_blocked(*hashes: str) -> bool:
    """Whether one of these senders is kept out now; one query, none for nobody."""
    known = [one for one in hashes if one]
    return bool(known) and BlockedSender.objects.filter(sender_hash__in=known, until__gt=clock.now()).exists()
