"""How a person wants to be told: which kinds of events through which channel, and when they want quiet."""

from collections.abc import Collection
from datetime import time

from django.contrib.auth.models import AbstractBaseUser

from gridgov.models import NoticeChoice


def choice_of(person: AbstractBaseUser) -> NoticeChoice:
    """What the person has chosen; everything at any time if nothing. One query."""
    found: NoticeChoice | None = NoticeChoice.objects.filter(user_id=person.pk).first()
    return found or NoticeChoice(user_id=person.pk)


def choose_notices(
    *,
    actor: AbstractBaseUser,
    no_email: Collection[str],
    no_push: Collection[str],
    quiet_from: time | None,
    quiet_to: time | None,
) -> NoticeChoice:
    """Keep what the actor wants; what is on its way already goes as it was to go. Raises ValidationError."""
    choice = NoticeChoice(
        user_id=actor.pk,
        no_email=sorted(no_email),
        no_push=sorted(no_push),
        quiet_from=quiet_from,
        quiet_to=quiet_to,
    )
    choice.full_clean(validate_unique=False)
    NoticeChoice.objects.update_or_create(
        user_id=actor.pk,
        defaults={
            "no_email": choice.no_email,
            "no_push": choice.no_push,
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
        },
    )
    return choice
