"""Who hears of a new message on the board: the operators on duty of the centre that looks it over."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import BoardMessage
from cases.notices import at_seat
from gridgov.outbox import register_texts, send_notices
from grids.command import lowest_centre
from grids.models import Post, Role, User
from grids.selectors import chain_of

register_texts({"board_message": _("Message board, %(area)s: a new message waits to be looked over")})


def tell_of_message(message: BoardMessage) -> None:
    """Tell the operators of the lowest centre of its area, in the transaction of the message; never its words."""
    chain = chain_of(message.area)
    centre = lowest_centre(chain)
    if centre is None:
        return
    seats = Post.objects.current().filter(at_seat(Role.OPERATOR, centre.pk), area__in=chain)
    people = seats.order_by().values_list("user_id", "user__email").distinct()
    send_notices(
        [User(pk=pk, email=email) for pk, email in people],
        "board_message",
        params={"area": message.area.name},
        url=reverse("cases:board_message", args=[message.pk]),
    )
