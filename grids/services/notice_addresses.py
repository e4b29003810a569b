"""Changes to where organisations hear of things."""

from django.core.exceptions import ValidationError
from django.db import transaction

from gridgov.errors import NotPermitted
from gridgov.outbox import send_notices
from gridgov.webhooks import WebhookRefused, require_public
from grids.models import NoticeAddress, User
from grids.permissions import can_change_organisations


@transaction.atomic
def save_notice_address(address: NoticeAddress, *, actor: User) -> NoticeAddress:
    """Add or change where an organisation hears; raises `NotPermitted`, and ValidationError for an address inside."""
    if not can_change_organisations(actor):
        raise NotPermitted()
    address.full_clean()
    try:
        require_public(address.address)
    except WebhookRefused as refused:
        raise ValidationError({"address": str(refused)}) from refused
    address.save()
    return address


@transaction.atomic
def try_notice_address(address: NoticeAddress, *, actor: User) -> None:
    """Send something to an address, so that whoever set it up sees that it arrives; raises `NotPermitted`."""
    if not can_change_organisations(actor):
        raise NotPermitted()
    send_notices(
        [],
        "address_tried",
        params={"organisation": str(address.organisation)},
        url="/",
        outside=[f"address:{address.pk}"],
    )
