"""Ending log-ins, changing a password, taking a lost second factor away."""

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from rest_framework.authtoken.models import Token

from gridgov.errors import NotFoundForYou, NotPermitted
from grids.models import SignIn, User
from grids.permissions import can_end_sign_ins


@transaction.atomic
def end_sign_in(sign_in_id: int, *, actor: User) -> str:
    """End one log-in of one's own; answers the key of its session. Raises `NotFoundForYou`."""
    sign_in = SignIn.objects.select_for_update().filter(pk=sign_in_id, user=actor).first()
    if sign_in is None:
        raise NotFoundForYou()
    key = sign_in.session_id
    Session.objects.filter(pk=key).delete()
    return str(key)


@transaction.atomic
def end_all_sign_ins(person: User, *, actor: User, but: str = "") -> int:
    """Log somebody out everywhere, but for one session of theirs, and take back their key to the API.

    Answers how many log-ins were ended. Raises `NotPermitted`.
    """
    if not can_end_sign_ins(actor, person):
        raise NotPermitted("end_all_sign_ins")
    keys = list(
        SignIn.objects.filter(user=person).exclude(session_id=but).values_list("session_id", flat=True)
    )
    Session.objects.filter(pk__in=keys).delete()
    Token.objects.filter(user=person).delete()
    return len(keys)


@transaction.atomic
def change_password(password: str, *, actor: User) -> None:
    """Give oneself another password; a trigger ends all log-ins and takes back the key to the API."""
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    actor.password = locked.password


@transaction.atomic
def remove_second_factor(person: User, *, actor: User) -> None:
    """Let somebody who lost their phone and their codes set up the second factor anew; they are logged out everywhere.

    Raises `NotPermitted`.
    """
    end_all_sign_ins(person, actor=actor)
    Authenticator.objects.filter(user=person).delete()
