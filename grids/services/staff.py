"""Changes to staff and the posts they hold."""

from collections.abc import Sequence
from datetime import date, timedelta

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from gridgov.errors import NotPermitted
from grids.models import Post, User
from grids.permissions import can_change_posts, can_change_staff


@transaction.atomic
def add_people(people: Sequence[User], *, actor: User | None) -> list[User]:
    """Add members of staff; those without a password can't log in.

    Raises `NotPermitted`; `IntegrityError` for a user name that is taken.
    """
    if not can_change_staff(actor):
        raise NotPermitted()
    for person in people:
        if not person.password:
            person.set_unusable_password()
    return User.objects.bulk_create(people)


@transaction.atomic
def appoint(posts: Sequence[Post], *, actor: User | None) -> list[Post]:
    """Give people posts; a post's area lies within its organisation's.

    Raises `ValidationError` for one that doesn't, `NotPermitted`; `IntegrityError` for a post that the person
    already holds in that time.
    """
    if not can_change_posts(actor):
        raise NotPermitted()
    for post in posts:
        check_post(post)
    with pghistory.context(user=actor.pk if actor else None):
        return Post.objects.bulk_create(posts)


@transaction.atomic
def save_post(post: Post, *, actor: User | None) -> Post:
    """Add or change one post, checked as a form would check it.

    Raises `ValidationError`, `NotPermitted`.
    """
    if not can_change_posts(actor):
        raise NotPermitted()
    post.full_clean()
    check_post(post)
    with pghistory.context(user=actor.pk if actor else None):
        post.save()
    return post


@transaction.atomic
def end_post(post: Post, *, last_day: date, actor: User | None) -> Post:
    """End a post after a day; the row stays, so that what was done under it can be told.

    Raises `ValidationError` for a day before the post began, `NotPermitted`.
    """
    if not can_change_posts(actor):
        raise NotPermitted()
    locked = Post.objects.select_for_update(of=("self",), no_key=True).get(pk=post.pk)
    if last_day < locked.valid_from:
        raise ValidationError({"valid_to": _("The post began later.")})
    locked.valid_to = last_day
    with pghistory.context(user=actor.pk if actor else None):
        locked.save(update_fields=["valid_to"])
    return locked


def stop_post(post: Post, today: date) -> None:
    """End a post with yesterday; one of today is taken back, or lasts until tonight where others refer to it.

    Within the service that says who may, which has locked whose post it is.
    """
    if post.valid_from < today:
        post.valid_to = today - timedelta(days=1)
        post.save(update_fields=["valid_to"])
        return
    try:
        with transaction.atomic():
            post.delete()
    except ProtectedError:
        post.valid_to = today
        post.save(update_fields=["valid_to"])


def check_post(post: Post) -> None:
    """Refuse a post over an area that isn't its organisation's business."""
    if not post.area.path.startswith(post.organisation.area.path):
        raise ValidationError(
            {
                "area": _("%(area)s doesn't lie within the area of %(organisation)s.")
                % {"area": post.area, "organisation": post.organisation}
            }
        )


@transaction.atomic
def save_person(person: User, *, actor: User | None) -> User:
    """Add or change one member of staff. Nobody is ever deleted: what they did stays theirs.

    Only a superuser makes or changes a superuser. Raises `NotPermitted`.
    """
    if not can_change_staff(actor):
        raise NotPermitted()
    was_superuser = person.pk is not None and User.objects.filter(pk=person.pk, is_superuser=True).exists()
    if (person.is_superuser or was_superuser) and actor is not None and not actor.is_superuser:
        raise NotPermitted()
    person.save()
    return person
