"""Whom a call or a letter came from: kept with the case, looked at for a purpose, forgotten in time."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.models import Case, CaseContact, ContactLook, Follower
from cases.permissions import posts_for_contact
from cases.workflow import OPEN, Status
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, invalid
from gridgov.subscriptions import forget_browsers
from grids.models import User

LEAST_PURPOSE, LONGEST_PURPOSE = 4, 200
LONGEST_NAME = 40
# A mobile, a service line, a fixed line with its area code or without.
_PHONE = re.compile(r"1[3-9]\d{9}|[48]00\d{7}|0\d{9,11}|[2-9]\d{6,7}")


def digits_of(phone: str) -> str:
    """A phone as its digits alone, without +86; raises ValidationError for what nobody could call."""
    digits = re.sub(r"[\s()（）.·-]", "", phone)
    digits = re.sub(r"^(\+|00)86", "", digits)
    if digits and not (digits.isascii() and _PHONE.fullmatch(digits)):
        raise ValidationError(
            _("This is no phone number that one could call: write it like 138 0013 8000 or 0757-8633 5533."),
            code="no_phone",
        )
    return digits


def contact_said(name: str, phone: str) -> dict[str, str]:
    """Name and phone as others hand them over: what nobody could call ("匿名", a phone abroad) stands behind the name."""
    try:
        digits = digits_of(phone)
    except ValidationError:
        name, digits = f"{name} {phone}", ""
    return {"contact_name": name.strip()[:LONGEST_NAME], "contact_phone": digits}


def keep_contact(case: Case, *, name: str, phone: str) -> None:
    """Keep who left a name or a phone with a new case; nothing for nobody. Raises ValidationError for the phone."""
    name = name.strip()
    try:
        phone = digits_of(phone)
    except ValidationError as error:
        raise ValidationError({"contact_phone": error}) from error
    if name or phone:
        CaseContact.objects.create(case=case, name=name[:LONGEST_NAME], phone=phone)


@transaction.atomic
def look_at_contact(case_id: int, *, actor: User, purpose: str) -> ContactLook:
    """Write down that a contact is looked at whole, for a stated purpose of at least four characters.

    Whoever calls shows it once. Raises `NotFoundForYou` where there is none that the person may see, `NotPermitted` for
    whoever has not the case in hand, ValidationError for the purpose.
    """
    contact = (
        CaseContact.objects.select_related("case")
        .filter(case=case_id, case__in=Case.objects.visible_to(actor))
        .exclude(name="", phone="")
        .first()
    )
    if contact is None:
        raise NotFoundForYou(case_id)
    posts = posts_for_contact(actor, contact.case)
    if not posts:
        raise NotPermitted("look_at_contact")
    purpose = purpose.strip()
    if not LEAST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE:
        message = _("Say in %(least)d to %(most)d characters what you need it for.")
        raise invalid("purpose", message % {"least": LEAST_PURPOSE, "most": LONGEST_PURPOSE}, "no_purpose")
    look: ContactLook = ContactLook.objects.create(
        contact=contact, user=actor, post=posts[0], purpose=purpose, at=clock.now()
    )
    return look


def forget_contacts() -> int:
    """Clear who is behind cases that ended longer ago than `CONTACT_KEEP_DAYS`; returns of how many contacts.

    Name and phone, and of followers where they are told, what they added and by which they are known again; their
    codes go on. A merged case ends with the one it was merged into. Who looked stays.
    """
    before = clock.now() - timedelta(days=settings.CONTACT_KEEP_DAYS)
    over = Q(case__closed_at__lt=before) | Q(case__closed_at=None, case__stage_started_at__lt=before)
    waits = Q(case__status=Status.MERGED) & (
        Q(case__merged_into__status__in=OPEN) | Q(case__merged_into__closed_at__gte=before)
    )

    def ids_of(rows: QuerySet[Any]) -> list[int]:
        ended = rows.exclude(case__status__in=OPEN).filter(over).exclude(waits)
        return list(ended.order_by("pk").values_list("pk", flat=True))

    traces = {"email": "", "note": "", "address_hash": "", "device_hash": ""}
    followers = ids_of(Follower.objects.exclude(**traces))
    Follower.objects.filter(pk__in=followers).update(**traces)
    forget_browsers(f"follower:{pk}" for pk in followers)
    contacts = ids_of(CaseContact.objects.exclude(name="", phone=""))
    return int(CaseContact.objects.filter(pk__in=contacts).update(name="", phone=""))
