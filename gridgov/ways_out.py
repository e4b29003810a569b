"""Through which channels people, and those without an account, are reached at this moment."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from gridgov.models import Channel, NoticeKind, PushSubscription
from gridgov.quiet_hours import quiet_until

PUSH = "push"


class Way(NamedTuple):
    """One way to somebody outside, as it stands at this moment."""

    # Found again by it when it is sent: "follower:12". All that a delivery keeps.
    key: str
    channel: str
    # An e-mail or http address; "" where there is none, so that only web push reaches them.
    to: str
    # For those who look after what got stuck; nothing that is secret.
    receiver: str = ""
    secret: str = ""
    language: str = ""
    # The path of the page that is theirs, instead of the notice's.
    url: str = ""
    # What they want to hear; empty for everything.
    kinds: Collection[str] = ()
    urgent_only: bool = False

    def wants(self, kind: NoticeKind, urgent: bool) -> bool:
        return (urgent or not self.urgent_only) and (not self.kinds or kind in self.kinds)


class Out(NamedTuple):
    """What a delivery begins with."""

    channel: str
    address: str
    receiver: str
    next_try_at: datetime


_ways_by_kind: dict[str, Callable[[Collection[int]], Iterable[Way]]] = {}


def register_outsiders(kind: str, ways: Callable[[Collection[int]], Iterable[Way]]) -> None:
    """Make known how those of a kind are reached: `ways` answers for many ids of "kind:id" in one query.

    It is asked twice: for whom deliveries are made, and by the key of a way when it is sent; what has gone by then is
    simply not among the answers.
    """
    _ways_by_kind[kind] = ways


def way_of(key: str) -> Way | None:
    """The way with this key as it is now, None where it has gone."""
    return next((way for way in ways_of([key]) if way.key == key), None)


def ways_of(names: Iterable[str]) -> list[Way]:
    """The ways to those named "kind:id"; one query for each kind. KeyError for a kind that nobody registered."""
    ids: dict[str, set[int]] = {}
    for name in names:
        kind, _, pk = name.partition(":")
        ids.setdefault(kind, set()).add(int(pk))
    return [way for kind in sorted(ids) for way in _ways_by_kind[kind](ids[kind])]


def is_key(address: str) -> bool:
    """Whether a delivery's address is the name of one rather than an address itself."""
    kind, _, pk = address.partition(":")
    return kind in _ways_by_kind and pk.isdigit()


def ways_to_people(
    people: Mapping[Any, AbstractBaseUser], kind: NoticeKind, *, urgent: bool, now: datetime
) -> dict[Any, list[Out]]:
    """How each of these people is told besides their list, as they have chosen; one query, none without channels.

    What is urgent passes over what they do not want and over their quiet hours.
    """
    by_mail, by_push = (channel in settings.NOTICE_CHANNELS for channel in (Channel.EMAIL, Channel.WEBPUSH))
    if not people or not (by_mail or by_push):
        return {}
    browsers = PushSubscription.objects.filter(user=OuterRef("pk")).order_by("pk").values("pk")
    chosen = (
        get_user_model()
        .objects.filter(pk__in=people)
        .order_by("pk")
        .values_list(
            "pk",
            "username",
            "notice_choice__no_email",
            "notice_choice__no_push",
            "notice_choice__quiet_from",
            "notice_choice__quiet_to",
            ArraySubquery(browsers),
        )
    )
    ways: dict[Any, list[Out]] = {}
    for pk, name, no_email, no_push, quiet_from, quiet_to, subscriptions in chosen:
        due = now if urgent else quiet_until(now, quiet_from, quiet_to)
        email = getattr(people[pk], "email", "")
        ways[pk] = outs = []
        if by_mail and email and (urgent or kind not in (no_email or ())):
            outs.append(Out(Channel.EMAIL, email, "", due))
        if by_push and (urgent or kind not in (no_push or ())):
            outs += [Out(Channel.WEBPUSH, f"{PUSH}:{one}", name, due) for one in subscriptions]
    return ways


def ways_outside(names: Iterable[str], kind: NoticeKind, *, urgent: bool, now: datetime) -> list[Out]:
    """How those without an account, and other systems, are told; one query for each kind of them and one for browsers."""
    channels = settings.NOTICE_CHANNELS
    ways = [way for way in ways_of(names) if way.wants(kind, urgent)] if channels else []
    outs = [
        Out(way.channel, way.key, way.receiver, now) for way in ways if way.to and way.channel in channels
    ]
    if ways and Channel.WEBPUSH in channels:
        receivers = {way.key: way.receiver for way in ways}
        browsers = PushSubscription.objects.filter(subject__in=receivers).values_list("pk", "subject")
        outs += [Out(Channel.WEBPUSH, f"{PUSH}:{pk}", receivers[key], now) for pk, key in browsers]
    return outs
