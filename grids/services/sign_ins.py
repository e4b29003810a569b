"""Ending log-ins, changing a password, taking a lost second factor away."""

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from rest_framework.authtoken.models import Token

from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.subscriptions import IN_SESSION, end_all_push, end_push, subscribe_to_push, subscriptions_of
from grids.models import SignIn, User
from grids.permissions import can_end_sign_ins


@transaction.atomic
def end_sign_in(sign_in_id: int, *, actor: User) -> str:
    """End one log-in of one's own, and what is pushed to its browser; answers the key of its session.

    Raises `NotFoundForYou`.
    """
    sign_in = SignIn.objects.select_for_update().filter(pk=sign_in_id, user=actor).first()
    if sign_in is None:
        raise NotFoundForYou()
    key = sign_in.session_id
    end_push(actor, endpoint=_browser_of(key))
    Session.objects.filter(pk=key).delete()
    return str(key)


@transaction.atomic
def end_all_sign_ins(person: User, *, actor: User, but: str = "") -> int:
    """Log somebody out everywhere, but for one session of theirs; nothing more is pushed to them there, and their key to
    the API is taken back.

    Answers how many log-ins were ended. Raises `NotPermitted`.
    """
    if not can_end_sign_ins(actor, person):
        raise NotPermitted("end_all_sign_ins")
    keys = list(
        SignIn.objects.filter(user=person).exclude(session_id=but).values_list("session_id", flat=True)
    )
    Session.objects.filter(pk__in=keys).delete()
    end_all_push(person, but=_browser_of(but))
    Token.objects.filter(user=person).delete()
    return len(keys)


@transaction.atomic
def change_password(password: str, *, actor: User, session: str = "") -> None:
    """Give oneself another password: a trigger ends all log-ins, what is pushed to their browsers, and the key to the API.

    To the browser of `session` is pushed as before: there one stays logged in.
    """
    here = subscriptions_of(actor).filter(endpoint=_browser_of(session)).first()
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    actor.password = locked.password
    if here is not None:
        subscribe_to_push(actor, endpoint=here.endpoint, p256dh=here.p256dh, auth=here.auth)


@transaction.atomic
def remove_second_factor(person: User, *, actor: User) -> None:
    """Let somebody who lost their phone and their codes set up the second factor anew; they are logged out everywhere.

    Raises `NotPermitted`.
    """
    end_all_sign_ins(person, actor=actor)
    Authenticator.objects.filter(user=person).delete()


def _browser_of(session: str) -> str:
    """The address of the browser that asked in a session to be pushed to; "" for none."""
    found = Session.objects.filter(pk=session).first()
    return str(found.get_decoded().get(IN_SESSION, "")) if found else ""
