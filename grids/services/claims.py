"""What the organisation's sign-in service says of a person: who they are here, and which posts they hold."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import pghistory
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.errors import DomainError
from grids.models import Area, ClaimPost, Organisation, Post, Role, User
from grids.services.staff import check_post, stop_post

logger = logging.getLogger(__name__)
# Role, organisation and area of a post, by their ids.
Key = tuple[str, int, int]


class SignInRefused(DomainError):
    """The service knows the person, we don't let them in."""

    code = "sign_in_refused"
    status = 403


@dataclass(frozen=True)
class Claims:
    """What the service said of a person."""

    name: str
    email: str  # "" unless the service has verified it
    display_name: str
    groups: tuple[str, ...]

    @classmethod
    def from_answer(cls, answer: dict[str, Any]) -> Self:
        """From what userinfo and the signed token say; userinfo wins. Raises ValueError when they are of two people."""
        signed, asked = answer.get("id_token") or {}, answer.get("userinfo") or {}
        if asked and asked.get("sub") != signed.get("sub"):
            raise ValueError("userinfo is of somebody else")
        said = {**signed, **asked}
        return cls(
            name=_text(said.get(settings.OIDC_NAME_CLAIM)),
            email=_text(said.get("email")) if said.get("email_verified") is True else "",
            display_name=_text(said.get("name")),
            groups=_texts(said.get(settings.OIDC_POSTS_CLAIM)) if settings.OIDC_POSTS_CLAIM else (),
        )


@transaction.atomic
def person_of_claims(claims: Claims, *, known: User | None) -> User:
    """Who that is here: as linked before (`known`), else by user name, else by a verified e-mail that one person has.

    Raises `SignInRefused` for somebody unknown, unless settings say to enter them, and for a person who is linked to
    another account of the service.
    """
    if known is not None:
        return known
    person = _by_name(claims.name) or _by_email(claims.email)
    if person is None:
        if not settings.OIDC_ADD_PEOPLE:
            raise SignInRefused(
                message=_(
                    "The sign-in service knows you, but nobody has entered you here. Ask your administrator."
                )
            )
        return _add(claims)
    if SocialAccount.objects.filter(user=person).exists():
        raise SignInRefused(
            message=_(
                "Your name here belongs to another account of the sign-in service. Ask your administrator."
            )
        )
    return person


def _by_name(name: str) -> User | None:
    return User.objects.select_for_update(no_key=True).filter(username=name).first() if name else None


def _by_email(email: str) -> User | None:
    people = (
        list(User.objects.select_for_update(no_key=True).filter(email__iexact=email)[:2]) if email else []
    )
    return people[0] if len(people) == 1 else None


def _add(claims: Claims) -> User:
    person = User(username=claims.name, display_name=claims.display_name[:60], email=claims.email)
    person.set_unusable_password()
    try:
        UnicodeUsernameValidator()(person.username)
        person.full_clean()
    except ValidationError as error:
        raise SignInRefused(
            claims.name,
            message=_("The sign-in service gives you no name that can be used here. Ask your administrator."),
        ) from error
    person.save()
    return person


@transaction.atomic
def set_claimed_posts(person: User, groups: Iterable[str]) -> None:
    """Give the person the posts that the service names, and end those it once named and names no more.

    Posts given by hand are never touched, and not given a second time. A group that means nothing here is passed over.
    """
    # Two log-ins at once go one after the other.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    today = clock.today()
    held = list(
        Post.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), user=person, deputy_of=None)
        .select_related("organisation", "area")
        .order_by("pk")
    )
    wanted = _posts_of(person, tuple(groups))
    with pghistory.context(source="sign-in service"):
        for post in held:
            if post.by_claim and _key(post) not in wanted:
                stop_post(post, today)
            elif post.by_claim and post.valid_to is not None:
                post.valid_to = None
                post.save(update_fields=["valid_to"])
        for key in wanted.keys() - {_key(post) for post in held}:
            post = wanted[key]
            post.valid_from = today
            post.save()


def _posts_of(person: User, groups: tuple[str, ...]) -> dict[Key, Post]:
    """The posts that the groups mean here, not saved yet."""
    found: dict[Key, Post] = {}
    mapped = ClaimPost.objects.filter(group__in=groups).select_related("organisation", "area")
    posts = [_post(person, each.role, each.organisation, each.area) for each in mapped]
    if settings.OIDC_POSTS_DIRECT:
        posts += [post for group in groups if (post := _named(person, group))]
    for post in posts:
        try:
            check_post(post)
        except ValidationError as error:
            logger.warning("The sign-in service's post %s of %s: %s", _key(post), person.pk, error)
        else:
            found[_key(post)] = post
    return found


def _named(person: User, text: str) -> Post | None:
    """The post that `role:organisation[:area]` names, both by their codes; None for anything else."""
    role, _colon, rest = text.partition(":")
    code, _colon, area_code = rest.partition(":")
    if role not in Role.values:
        return None
    organisation = Organisation.objects.select_related("area").filter(code=code, is_active=True).first()
    if organisation is None:
        return None
    area = Area.objects.filter(code=area_code).first() if area_code else organisation.area
    return _post(person, role, organisation, area) if area else None


def _post(person: User, role: str, organisation: Organisation, area: Area) -> Post:
    return Post(user=person, role=role, organisation=organisation, area=area, by_claim=True)


def _key(post: Post) -> Key:
    return post.role, post.organisation_id, post.area_id


def _text(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return "" if "\0" in text else text.strip()[:254]


def _texts(value: Any) -> tuple[str, ...]:
    """A list of words, or one text with blanks or commas between them."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    return tuple(text for each in value if (text := _text(each))) if isinstance(value, list) else ()
