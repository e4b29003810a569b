"""Every write to the message board."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from cases.board_notices import tell_of_message
from cases.models import BoardAnswer, BoardMessage, BoardState, BoardTopic
from cases.permissions import can_answer_on_board, can_look_over_board, can_see_board_message
from cases.services.citizen import Sender
from cases.services.register import required_reason
from cases.services.senders import block_hash
from cases.tracking_codes import new_code
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted, StepNotAllowed, invalid
from grids.models import Area, Organisation, User

KEPT_OUT = timedelta(days=30)


@transaction.atomic
def write_on_board(*, sender: Sender, area: Area, topic: str, text: str, name: str = "") -> BoardMessage:
    """Keep what somebody without an account wrote; nobody outside reads it until it was looked over."""
    text = text.strip()
    if not text:
        raise invalid("text", "", "empty")
    message: BoardMessage = BoardMessage.objects.create(
        code=new_code(),
        area=area,
        topic=BoardTopic(topic),
        text=text,
        name=" ".join(name.split()),
        sent_at=clock.now(),
        address_hash=sender.address_hash,
        device_hash=sender.device_hash,
    )
    tell_of_message(message)
    return message


@transaction.atomic
def show_on_board(message_id: int, *, actor: User) -> BoardMessage:
    """Let strangers read a message. Raises `NotFoundForYou`, `NotPermitted`, `StepNotAllowed` where they do already."""
    return _decide(message_id, actor, BoardState.SHOWN, "")


@transaction.atomic
def hide_from_board(message_id: int, *, actor: User, reason: str, keep_out: bool = False) -> BoardMessage:
    """Do not show a message, or no longer, and say why; whoever wrote it reads the reason by their code.

    `keep_out`: nor take anything from that device for `KEPT_OUT`, while it is still known.
    """
    message = _decide(message_id, actor, BoardState.HIDDEN, required_reason(reason)[:200])
    if keep_out and message.device_hash:
        block_hash(message.device_hash, actor=actor, reason=message.reason, until=clock.now() + KEPT_OUT)
    return message


@transaction.atomic
def answer_on_board(message_id: int, *, actor: User, organisation: Organisation, text: str) -> BoardAnswer:
    """Answer in the name of an organisation; what it answered before stays in the history.

    Raises `NotFoundForYou`, and `NotPermitted` for an organisation that the person does not speak for there.
    """
    message = _lock(message_id, actor)
    if not can_answer_on_board(actor, message, organisation):
        raise NotPermitted("answer_on_board")
    answer: BoardAnswer = BoardAnswer.objects.create(
        message=message,
        organisation=organisation,
        text=text.strip(),
        answered_by=actor,
        answered_at=clock.now(),
    )
    return answer


def forget_board_senders() -> int:
    """Clear by what senders are known again, some months after they wrote; returns of how many messages."""
    before = clock.now() - timedelta(days=settings.CONTACT_KEEP_DAYS)
    known = BoardMessage.objects.exclude(address_hash="", device_hash="")
    return int(known.filter(sent_at__lt=before).update(address_hash="", device_hash=""))


def _decide(message_id: int, actor: User, state: BoardState, reason: str) -> BoardMessage:
    message = _lock(message_id, actor)
    if not can_look_over_board(actor, message):
        raise NotPermitted("look_over_board")
    if message.state == state:
        raise StepNotAllowed(state)
    message.state, message.reason = state, reason
    message.decided_by, message.decided_at = actor, clock.now()
    message.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return message


def _lock(message_id: int, actor: User) -> BoardMessage:
    message: BoardMessage | None = (
        BoardMessage.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(pk=message_id)
        .first()
    )
    if message is None or not can_see_board_message(actor, message):
        raise NotFoundForYou(message_id)
    return message
