"""Those who wait for a case without an account: what the staff see of them, and what they are told in their language."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseEvent, Follower
from cases.tracking_codes import spaced
from cases.workflow import Action, Status
from gridgov.models import Channel
from gridgov.outbox import Way, register_outsiders, register_subject, register_texts, send_notices
from grids.models import User

register_texts(
    {
        "follower_register": _("No. %(number)s was accepted and will be dealt with"),
        "follower_refuse": _("No. %(number)s was not accepted: %(note)s"),
        "follower_merge": _("Somebody else has reported the same as No. %(number)s: both go on together"),
        "follower_unmerge": _("No. %(number)s goes its own way again"),
        "follower_extend": _("No. %(number)s takes longer: to be solved by %(due_at)s"),
        "follower_suspend": _("No. %(number)s has to wait until %(due_at)s"),
        "follower_closed": _("No. %(number)s is closed. Is it solved? Please answer three short questions"),
        "follower_reopen": _("No. %(number)s was opened again"),
        "follower_void": _("No. %(number)s was taken off the list"),
    }
)
_TOLD = {
    Action.REGISTER: "follower_register",
    Action.REFUSE: "follower_refuse",
    Action.MERGE: "follower_merge",
    Action.UNMERGE: "follower_unmerge",
    Action.EXTEND: "follower_extend",
    Action.SUSPEND: "follower_suspend",
    Action.DEFER: "follower_suspend",
    Action.REOPEN: "follower_reopen",
    Action.VOID: "follower_void",
}


@dataclass(frozen=True)
class Followers:
    """Who waits for a case and those merged into it, as far as the staff know: how many, and what they added."""

    case: Case
    everybody: list[Follower]

    def __len__(self) -> int:
        return len(self.everybody)

    @property
    def reported(self) -> int:
        return sum(follower.has_reported for follower in self.everybody)

    @property
    def app(self) -> User | None:
        """The app that the case was reported through; none where that was on our own pages."""
        own = (one for one in self.everybody if one.has_reported and one.case_id == self.case.pk)
        return next((follower.app for follower in own), None)

    @property
    def notes(self) -> list[Follower]:
        return [follower for follower in self.everybody if follower.note]


def followers_of(case: Case) -> Followers:
    """Whoever waits for a case, or for one that was merged into it; one query, and never their codes."""
    waiting = _waiting(case).select_related("app").defer("code", "email")
    return Followers(case, list(waiting.order_by("pk")))


def _waiting(case: Case) -> QuerySet[Follower]:
    return Follower.objects.filter(Q(case=case) | Q(case__merged_into=case))


def tell_followers(case: Case, event: CaseEvent) -> None:
    """Tell the followers of a case, and of those merged into it, of a step; in its transaction, but not who took it.

    Notices hold the number of a follower, never the code: the link to their page is made when it is sent. One query for
    a step that concerns them, none where nobody could be reached.
    """
    name = "follower_closed" if _closes(event) else _TOLD.get(Action(event.action))
    if name is None or not {Channel.EMAIL, Channel.WEBPUSH} & set(settings.NOTICE_CHANNELS):
        return
    told: dict[tuple[int, str], list[int]] = {}
    for pk, case_id, number in _waiting(case).order_by("pk").values_list("pk", "case_id", "case__number"):
        if pk != event.data.get("follower"):
            told.setdefault((case_id, number), []).append(pk)
    for (case_id, number), followers in told.items():
        send_notices(
            [],
            name,
            params={
                "number": number,
                "note": event.note[:200] if event.action == Action.REFUSE else "",
                "due_at": case.suspended_until or case.stage_due_at,
            },
            url=reverse("cases:track"),
            subject=f"followed:{case_id}",
            outside=[f"follower:{pk}" for pk in followers],
        )


def _closes(event: CaseEvent) -> bool:
    return event.to_status == Status.CLOSED != event.from_status


def ways_to_followers(ids: Collection[int]) -> Iterator[Way]:
    """How followers are reached now, each with the link to their own page; one query."""
    for follower in (
        Follower.objects.filter(pk__in=ids)
        .select_related("case")
        .only("code", "email", "language", "case__number")
    ):
        yield Way(
            key=f"follower:{follower.pk}",
            channel=Channel.EMAIL,
            to=follower.email,
            receiver=str(_("follower of %(number)s")) % {"number": follower.case.number},
            secret=spaced(follower.code),
            language=follower.language,
            url=reverse("cases:track_case", args=[spaced(follower.code)]),
        )


def _in_words(ids: Collection[int]) -> dict[int, str]:
    """The class of cases, for their followers: where they lie not each of them may know exactly. One query."""
    named = Case.objects.filter(pk__in=ids, case_class__isnull=False).order_by()
    return dict(named.values_list("pk", "case_class__name"))


register_outsiders("follower", ways_to_followers)
register_subject("followed", _in_words)
