"""Who hears of shifts."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from dispatch.models import Shift
from gridgov.models import NoticeKind
from gridgov.outbox import register_texts, send_notices
from grids.models import Post, Role, User

register_texts(
    {
        "shift_handed_over": _("%(who)s hands the seat at %(centre)s over to you, please sign. %(note)s"),
        "shift_late": _("%(centre)s: the shift of %(who)s until %(ended_at)s is not handed over"),
    },
    kind=NoticeKind.DUTY,
)


def tell_of_handover(shift: Shift, people: Iterable[User]) -> None:
    send_notices(
        people,
        "shift_handed_over",
        params={"who": str(shift.user), "centre": str(shift.organisation), "note": shift.note[:200]},
        url=reverse("dispatch:hand_over", args=[shift.pk]),
    )


def tell_of_late_handover(shift: Shift) -> None:
    """The supervisors of the centre's area; of the nearest area above where it has none."""
    posts = Post.objects.current().filter(
        role=Role.SUPERVISOR, area__code__in=shift.organisation.area.ancestor_codes
    )
    by_level: dict[int, set[User]] = {}
    for post in posts.select_related("user", "area"):
        by_level.setdefault(post.area.level, set()).add(post.user)
    send_notices(
        by_level[max(by_level)] if by_level else [],
        "shift_late",
        params={
            "who": str(shift.user),
            "centre": str(shift.organisation),
            "ended_at": localtime(shift.ends_at).isoformat(),
        },
        url=reverse("dispatch:hand_over", args=[shift.pk]),
        urgent=True,
    )
