"""Notices: written with the change they tell of, sent out afterwards, again and again if need be."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise

from gridgov import clock
from gridgov.live import person_topic, tell_live
from gridgov.models import Channel, Delivery, DeliveryState, Notice
from gridgov.webhooks import post_webhook

logger = logging.getLogger(__name__)

# How long after each failure the next try follows; after the last one it is given up.
BACKOFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
]
BATCH = 20
FORGOTTEN_AT_ONCE = 5000
# Longer than a batch takes when every single call runs into its timeout.
LEASE = timedelta(minutes=10)

_texts: dict[str, Promise | str] = {}
# By the kind of a subject: what those with these ids are, in words.
_in_words_by_kind: dict[str, Callable[[Collection[int]], Mapping[int, str]]] = {}


# Writing


def register_texts(texts: Mapping[str, Promise | str]) -> None:
    """Make events known with their texts; apps call it in `AppConfig.ready`.

    A text is a lazy translation with `%(name)s` for each of the event's params. A param whose name ends
    in `_at` is a moment: it is shown in local time.
    """
    _texts.update(texts)


def text_of(notice: Notice) -> str:
    """The notice in the language that is active now; an old one may lack what today's text asks for."""
    return str(_texts.get(notice.event, notice.event)) % _Params(_shown(notice.params))


def register_subject(kind: str, in_words: Callable[[Collection[int]], Mapping[int, str]]) -> None:
    """Make known what subjects of a kind are: `in_words` answers for many ids of "kind:id" in one query."""
    _in_words_by_kind[kind] = in_words


def subjects_of(notices: Iterable[Notice]) -> dict[str, str]:
    """What notices are about, in words, by their subject; one query for each kind of subject."""
    ids: dict[str, set[int]] = {}
    for notice in notices:
        kind, _, pk = notice.subject.partition(":")
        if kind in _in_words_by_kind:
            ids.setdefault(kind, set()).add(int(pk))
    return {f"{kind}:{pk}": words for kind in ids for pk, words in _in_words_by_kind[kind](ids[kind]).items()}


def send_notices(
    recipients: Iterable[AbstractBaseUser],
    event: str,
    *,
    params: Mapping[str, Any],
    url: str,
    subject: str = "",
    urgent: bool = False,
    webhooks: Iterable[str] = (),
) -> list[Notice]:
    """Tell each recipient once, and other systems at their addresses; two queries at most.

    Call it inside the transaction of the change. The event must be registered and `params` must fill its
    text (KeyError otherwise); `url` is a path of this site. Deliveries are made for the channels that
    `settings.NOTICE_CHANNELS` names.
    """
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError(f"a notice leads to a page of this site, not to {url}")
    str(_texts[event]) % _shown(params)
    people = {person.pk: person for person in recipients}
    addresses = sorted(set(webhooks) - {""}) if Channel.WEBHOOK in settings.NOTICE_CHANNELS else []
    told: list[Any] = [*people.values(), *([None] if addresses else [])]
    now = clock.now()
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
    Delivery.objects.bulk_create(
        Delivery(notice=notice, channel=channel, address=address, next_try_at=now)
        for notice in notices
        for channel, address in _ways_out(notice, addresses)
    )
    tell_live("notice", "", map(person_topic, people))
    return notices


def _ways_out(notice: Notice, addresses: Sequence[str]) -> list[tuple[Channel, str]]:
    if notice.recipient is None:
        return [(Channel.WEBHOOK, address) for address in addresses]
    email = getattr(notice.recipient, "email", "")
    return [(Channel.EMAIL, email)] if email and Channel.EMAIL in settings.NOTICE_CHANNELS else []


class _Params(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def _shown(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _in_words(value) if name.endswith("_at") else value for name, value in params.items()}


def _in_words(value: Any) -> str:
    moment = parse_datetime(value) if isinstance(value, str) else value
    return (
        f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else str(value or "")
    )


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
    return Delivery.objects.filter(~Q(state=DeliveryState.SENT), pk__in=ids).update(
        state=DeliveryState.WAITING, attempts=0, next_try_at=clock.now(), leased_until=None
    )


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
    try:
        _send(delivery)
    except Exception as error:  # whatever goes wrong at one receiver must not stop the others
        reason = f"{type(error).__name__}: {error}"[:300]
        logger.warning("Delivery %s to %s failed: %s", delivery.key, delivery.address, reason)
        _note(delivery, **_after_failure(delivery, reason))
        return False
    _note(delivery, state=DeliveryState.SENT, sent_at=clock.now(), last_error="")
    return True


def _after_failure(delivery: Delivery, reason: str) -> dict[str, Any]:
    if delivery.attempts > len(BACKOFF):
        return {"state": DeliveryState.DEAD, "last_error": reason}
    return {"next_try_at": clock.now() + BACKOFF[delivery.attempts - 1], "last_error": reason}


def _note(delivery: Delivery, **changes: Any) -> None:
    # Only while the lease is still ours: a worker that comes late must not overwrite the next one's word.
    Delivery.objects.filter(pk=delivery.pk, leased_until=delivery.leased_until).update(
        leased_until=None, **changes
    )


def _send(delivery: Delivery) -> None:
    notice = delivery.notice
    language = getattr(notice.recipient, "language", "") or settings.LANGUAGE_CODE
    with translation.override(language):
        text = " ".join(text_of(notice).split())
    link = settings.PUBLIC_URL + notice.url
    if delivery.channel == Channel.EMAIL:
        EmailMessage(
            subject=text,
            body="\n\n".join([text, *subjects_of([notice]).values(), link]) + "\n",
            to=[delivery.address],
            headers={"Message-ID": f"<{delivery.key}@gridgov>"},
        ).send()
        return
    post_webhook(
        delivery.address,
        key=str(delivery.key),
        message={
            "id": str(delivery.key),
            "event": notice.event,
            "text": text,
            "params": notice.params,
            "subject": notice.subject,
            "url": link,
            "urgent": notice.urgent,
            "created_at": notice.created_at,
        },
    )
