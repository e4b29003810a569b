"""The message board: what strangers read of it, and what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import BoardAnswer, BoardMessage, BoardState
from cases.permissions import ANSWERS_ON_BOARD
from cases.tracking_codes import read_code
from gridgov.errors import NotFoundForYou
from grids.models import Organisation, Role, User

# The tabs of the desk.
TO_LOOK_OVER, TO_ANSWER, ANSWERED, NOT_SHOWN = "to_look_over", "to_answer", "answered", "not_shown"


@dataclass(frozen=True)
class Shown:
    """A message with the answers that hold: the last one of each organisation."""

    message: BoardMessage
    answers: list[BoardAnswer]


def shown_messages() -> QuerySet[BoardMessage]:
    """What strangers read, newest first."""
    return BoardMessage.objects.filter(state=BoardState.SHOWN).select_related("area").order_by("-id")


def with_answers(messages: Iterable[BoardMessage]) -> list[Shown]:
    """Messages with the answers that hold; one query."""
    found = list(messages)
    by_message: dict[int, dict[int, BoardAnswer]] = {}
    answers = BoardAnswer.objects.filter(message__in=found).select_related("organisation").order_by("id")
    for answer in answers:
        # Behind those of others that were there before it.
        held = by_message.setdefault(answer.message_id, {})
        held.pop(answer.organisation_id, None)
        held[answer.organisation_id] = answer
    return [Shown(message, list(by_message.get(message.pk, {}).values())) for message in found]


def message_by(typed: str) -> BoardMessage:
    """The message with a code, however it was typed; raises `NotFoundForYou`."""
    found: BoardMessage | None = (
        BoardMessage.objects.select_related("area").filter(code=read_code(typed)).first()
    )
    if found is None:
        raise NotFoundForYou("board message")
    return found


def messages_for(user: User) -> QuerySet[BoardMessage]:
    """Messages of the areas in which the person looks over or answers, each with whether it `is_answered`."""
    answered = BoardAnswer.objects.filter(message=OuterRef("pk"))
    return (
        BoardMessage.objects.filter(_within(user, *ANSWERS_ON_BOARD))
        .select_related("area", "decided_by")
        .annotate(is_answered=Exists(answered))
    )


def has_desk(user: User) -> bool:
    """Whether the person looks over or answers anywhere."""
    return any(post.role in ANSWERS_ON_BOARD for post in user.current_posts)


def waiting_for(user: User) -> QuerySet[BoardMessage]:
    """What this operator has to look over."""
    return BoardMessage.objects.filter(_within(user, Role.OPERATOR), state=BoardState.WAITING)


def at_desk(user: User) -> dict[str, QuerySet[BoardMessage]]:
    """What stands at the desk by its tabs; what waits is read from the oldest on."""
    own: QuerySet[Any] = messages_for(user)
    shown = own.filter(state=BoardState.SHOWN)
    return {
        TO_LOOK_OVER: own.filter(state=BoardState.WAITING).order_by("id"),
        TO_ANSWER: shown.filter(is_answered=False).order_by("id"),
        ANSWERED: shown.filter(is_answered=True).order_by("-id"),
        NOT_SHOWN: own.filter(state=BoardState.HIDDEN).order_by("-id"),
    }


def answers_for(user: User, message: BoardMessage) -> list[Organisation]:
    """The organisations in whose name the person may answer a message."""
    posts = [
        post
        for post in user.current_posts
        if post.role in ANSWERS_ON_BOARD and message.area.path.startswith(post.area.path)
    ]
    return list({post.organisation_id: post.organisation for post in posts}.values())


def _within(user: User, *roles: Role) -> Q:
    areas = [Q(area__path__startswith=post.area.path) for post in user.current_posts if post.role in roles]
    return reduce(or_, areas, Q(pk__in=[]))
