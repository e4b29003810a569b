"""Browsers that ask to be pushed to, and those that no longer do: of staff, and of those without an account."""

import hashlib
from collections.abc import Collection, Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from gridgov import clock
from gridgov.models import PushSubscription

# In a session: the browser that asks from there, to be forgotten with it.
IN_SESSION = "push_subscription"
MOST = 10  # browsers that one owner may have; the oldest makes room

# A staff member, or the name of somebody outside: "follower:12".
Owner = AbstractBaseUser | str


@transaction.atomic
def subscribe_to_push(owner: Owner, *, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Let a browser show what concerns its owner; asked again, its keys are renewed.

    A browser shows the notices of one staff member alone, whoever asked last.
    """
    keys = {"p256dh": p256dh, "auth": auth}
    mine = {"subject": owner} if isinstance(owner, str) else {"user": owner}
    same = PushSubscription.objects.filter(_shared_with(owner), endpoint=endpoint)
    if not same.update(**mine, **keys):
        try:
            with transaction.atomic():
                PushSubscription.objects.create(endpoint=endpoint, since=clock.now(), **mine, **keys)
        except IntegrityError:  # two windows at once
            same.update(**mine, **keys)
    kept = subscriptions_of(owner).order_by("-pk").values("pk")[:MOST]
    subscriptions_of(owner).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return same.get()


def end_push(owner: Owner, *, endpoint: str) -> bool:
    """Push nothing more to this browser for this owner; whether it was pushed to."""
    return subscriptions_of(owner).filter(endpoint=endpoint).delete()[0] > 0


def end_all_push(owner: Owner, *, but: str = "") -> None:
    """Push nothing more to any browser of this owner, but for the one at an address."""
    subscriptions_of(owner).exclude(endpoint=but).delete()


def forget_browsers(names: Iterable[str]) -> None:
    """Push nothing more to any browser of these outside."""
    PushSubscription.objects.filter(subject__in=list(names)).delete()


def subscriptions_of(owner: Owner) -> QuerySet[PushSubscription]:
    which = Q(subject=owner) if isinstance(owner, str) else Q(user=owner)
    found: QuerySet[PushSubscription] = PushSubscription.objects.filter(which)
    return found


def marks_of(owner: Owner) -> Collection[str]:
    """By these a browser knows whether it is among its owner's: its address itself must not stand in a page."""
    return [
        hashlib.sha256(endpoint.encode()).hexdigest()
        for endpoint in subscriptions_of(owner).values_list("endpoint", flat=True)
    ]


def _shared_with(owner: Owner) -> Q:
    return Q(subject=owner) if isinstance(owner, str) else Q(user__isnull=False)
