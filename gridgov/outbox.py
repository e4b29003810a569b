"""Notices: written with the change they tell of, sent out afterwards, again and again if need be."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext

from gridgov import clock
from gridgov.live import person_topic, tell_live
from gridgov.models import Channel, Delivery, DeliveryState, Notice, PushSubscription
from gridgov.notice_texts import (
    kind_of,
    own_texts,
    register_subject,
    register_texts,
    require_fit,
    subjects_of,
    text_of,
)
from gridgov.push import SubscriptionEnded, post_push
from gridgov.robots import post_to_robot
from gridgov.ways_out import Out, Way, is_key, register_outsiders, way_of, ways_outside, ways_to_people
from gridgov.webhooks import TooFast, post_webhook

# What apps need to tell somebody of something, wherever it is kept.
__all__ = [
    "Way",
    "deliver_notices",
    "forget_notices",
    "own_texts",
    "register_outsiders",
    "register_subject",
    "register_texts",
    "send_again",
    "send_notices",
    "subjects_of",
    "text_of",
]

logger = logging.getLogger(__name__)

# How long after each failure the next try follows; after the last one it is given up.
BACKOFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
]
# So long a receiver that takes no more at once is waited for without counting it as a failure.
PATIENCE = timedelta(days=1)
BATCH = 20
SHORTEST_KEY = 16
FORGOTTEN_AT_ONCE = 5000
# Longer than a batch takes when every single call runs into its timeout.
LEASE = timedelta(minutes=10)


class NoLongerWanted(Exception):
    """Whom a delivery was for has gone, or has withdrawn; there is nothing to try again."""


# Writing


def send_notices(
    recipients: Iterable[AbstractBaseUser],
    event: str,
    *,
    params: Mapping[str, Any],
    url: str,
    subject: str = "",
    urgent: bool = False,
    webhooks: Iterable[str] = (),
    outside: Iterable[str] = (),
) -> list[Notice]:
    """Tell each recipient once, other systems at their addresses, and those `outside` that apps have registered.

    Call it inside the transaction of the change. The event must be registered and `params` must fill its
    text (KeyError otherwise); `url` is a path of this site. Deliveries are made for the channels that
    `settings.NOTICE_CHANNELS` names. Those outside are named "follower:12" or "organisation:5", see
    `gridgov.ways_out.register_outsiders`; their address, language and own link are found when it is sent.

    Three queries at most, however many are told, and for those outside one for each kind and one for their browsers.
    """
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError(f"a notice leads to a page of this site, not to {url}")
    require_fit(event, params)
    people = {person.pk: person for person in recipients}
    now, kind = clock.now(), kind_of(event)
    outs = [
        *(Out(Channel.WEBHOOK, address, "", now) for address in _plain(webhooks)),
        *ways_outside(outside, kind, urgent=urgent, now=now),
    ]
    told: list[Any] = [*people.values(), *([None] if outs else [])]
    notices = [
        Notice(
            recipient=person,
            event=event,
            params=dict(params),
            url=url,
            subject=subject,
            urgent=urgent,
            created_at=now,
        )
        for person in told
    ]
    if not notices:
        return []
    Notice.objects.bulk_create(notices)
    by_person = ways_to_people(people, kind, urgent=urgent, now=now)
    Delivery.objects.bulk_create(
        Delivery(notice=notice, **out._asdict())
        for notice in notices
        for out in (by_person.get(notice.recipient_id, ()) if notice.recipient_id else outs)
    )
    tell_live("notice", "", map(person_topic, people))
    return notices


def _plain(webhooks: Iterable[str]) -> list[str]:
    return sorted(set(webhooks) - {""}) if Channel.WEBHOOK in settings.NOTICE_CHANNELS else []


# Sending out


def deliver_notices() -> int:
    """Send whatever is due, until nothing is; returns how many were sent.

    Any number of these may run at once. A receiver may get a delivery twice (a worker dies after sending
    and before noting it); its key is then the same.
    """
    sent = 0
    while batch := _lease_batch():
        for delivery in batch:
            sent += _attempt(delivery)
    return sent


def send_again(deliveries: Iterable[Delivery]) -> int:
    """Let deliveries that were given up or still wait be tried again now; returns how many."""
    ids = [delivery.pk for delivery in deliveries]
    stuck = Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.DEAD], pk__in=ids)
    return stuck.update(state=DeliveryState.WAITING, attempts=0, next_try_at=clock.now(), leased_until=None)


def forget_notices(before: datetime) -> int:
    """Delete the notices made before a moment, but for those still on their way; returns how many."""
    old = Notice.objects.filter(created_at__lt=before).exclude(deliveries__state=DeliveryState.WAITING)
    gone = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        Notice.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


@transaction.atomic(durable=True)
def _lease_batch() -> list[Delivery]:
    """Take due deliveries for this worker alone; each taking counts as an attempt."""
    now = clock.now()
    batch = list(
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            Q(leased_until=None) | Q(leased_until__lte=now), state=DeliveryState.WAITING, next_try_at__lte=now
        )
        .select_related("notice__recipient")
        .order_by("next_try_at")[:BATCH]
    )
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch]).update(
        leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    for delivery in batch:
        delivery.leased_until = now + LEASE
        delivery.attempts += 1
    return batch


def _attempt(delivery: Delivery) -> bool:
    way: Way | None = None
    try:
        way = _way_of(delivery)
        _send(delivery, way)
    except NoLongerWanted as error:
        _note(delivery, state=DeliveryState.DROPPED, last_error=str(error))
        return False
    except Exception as error:  # whatever goes wrong at one receiver must not stop the others
        reason = _without_secrets(f"{type(error).__name__}: {error}", way)[:300]
        logger.warning("Delivery %s to %s failed: %s", delivery.key, delivery.receiver or delivery.pk, reason)
        _note(delivery, **_after_failure(delivery, error, reason))
        return False
    _note(delivery, state=DeliveryState.SENT, sent_at=clock.now(), last_error="")
    return True


def _after_failure(delivery: Delivery, error: Exception, reason: str) -> dict[str, Any]:
    now = clock.now()
    if isinstance(error, TooFast) and now < delivery.notice.created_at + PATIENCE:
        # Nothing is wrong with it: it waits, and that is no attempt.
        return {"next_try_at": now + error.pause, "attempts": delivery.attempts - 1, "last_error": reason}
    if delivery.attempts > len(BACKOFF):
        return {"state": DeliveryState.DEAD, "last_error": reason}
    return {"next_try_at": now + BACKOFF[delivery.attempts - 1], "last_error": reason}


def _note(delivery: Delivery, **changes: Any) -> None:
    # Only while the lease is still ours: a worker that comes late must not overwrite the next one's word.
    Delivery.objects.filter(pk=delivery.pk, leased_until=delivery.leased_until).update(
        leased_until=None, **changes
    )


def _without_secrets(reason: str, way: Way | None) -> str:
    """What went wrong, for logs and administrators, without what only the receiver may know."""
    if way is None:
        return reason
    parts = urlsplit(way.to)
    # A robot's key stands in its path or behind it; what is short is a common word.
    keys = [part for part in (parts.query, parts.path.strip("/")) if len(part) >= SHORTEST_KEY]
    for secret in filter(None, (way.secret, way.to, *keys)):
        reason = reason.replace(secret, "…")
    return reason


def _way_of(delivery: Delivery) -> Way:
    """Where a delivery goes, as it is known now; raises `NoLongerWanted` where nobody is there any more."""
    address, channel = delivery.address, delivery.channel
    if channel == Channel.WEBPUSH:
        return _way_to_browser(address)
    if not is_key(address):
        if delivery.notice.recipient is not None and not delivery.notice.recipient.is_active:
            raise NoLongerWanted("the person has left")
        return Way(address, channel, address, language=_language_of(delivery))
    way = way_of(address)
    if way is None or not way.to:
        raise NoLongerWanted("nobody is there any more")
    return way


def _way_to_browser(address: str) -> Way:
    """The way to the owner of a browser; `to` is the subscription's own number."""
    pk = address.partition(":")[2]
    browser = PushSubscription.objects.filter(pk=pk).select_related("user").first()
    if browser is None:
        raise NoLongerWanted("the browser has withdrawn")
    if browser.user is not None and not browser.user.is_active:
        raise NoLongerWanted("the person has left")
    if browser.user is not None:
        return Way(address, Channel.WEBPUSH, pk, language=getattr(browser.user, "language", ""))
    way = way_of(browser.subject)
    if way is None:
        browser.delete()
        raise NoLongerWanted("nobody is there any more")
    return way._replace(key=address, channel=Channel.WEBPUSH, to=pk)


def _language_of(delivery: Delivery) -> str:
    return getattr(delivery.notice.recipient, "language", "")


def _send(delivery: Delivery, way: Way) -> None:
    notice = delivery.notice
    with translation.override(way.language or settings.LANGUAGE_CODE):
        text = " ".join(text_of(notice).split())
        about = list(subjects_of([notice]).values())
        site = gettext("GridGov")
    path = way.url or notice.url
    link = settings.PUBLIC_URL + path
    match way.channel:
        case Channel.EMAIL:
            EmailMessage(
                subject=text,
                body="\n\n".join([text, *about, link]) + "\n",
                to=[way.to],
                headers={"Message-ID": f"<{delivery.key}@gridgov>"},
            ).send()
        case Channel.WEBPUSH:
            _push(way, title=site, text=" · ".join([text, *about]), url=path, urgent=notice.urgent)
        case Channel.WEBHOOK:
            message = {
                "id": str(delivery.key),
                "event": notice.event,
                "text": text,
                "params": notice.params,
                "subject": notice.subject,
                "url": link,
                "urgent": notice.urgent,
                "created_at": notice.created_at,
            }
            post_webhook(way.to, key=str(delivery.key), message=message, secret=way.secret)
        case robot:
            post_to_robot(robot, way.to, text="\n".join([text, *about]), link=link, secret=way.secret)


def _push(way: Way, **message: Any) -> None:
    browser = PushSubscription.objects.get(pk=way.to)
    try:
        post_push(browser, **message)
    except SubscriptionEnded as error:
        browser.delete()
        raise NoLongerWanted("the browser has withdrawn") from error
