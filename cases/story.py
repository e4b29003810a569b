"""A case's timeline told as a story: who did what, after how long, with what photo."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.after_close import verdict_in_words
from cases.models import Case, CaseEvent, CasePhoto, PhotoKind, UrgingLevel
from cases.workflow import Action, Capacity, ReturnKind, Status
from gridgov.models import Photo
from gridgov.templatetags.ui import moment


@dataclass(frozen=True)
class ShownPhoto:
    """A photo as the photo grid shows it."""

    url: str
    thumb_url: str
    kind: str
    caption: str
    alt: str
    # Tells where it comes from.
    photo: Photo


@dataclass(frozen=True)
class Entry:
    """One step as the timeline shows it; `minutes` have passed since the step before.

    `at` is when it was done, `received_at` when it arrived, if that was later.
    """

    did: str
    at: datetime
    icon: str
    # Which row of the timeline it is, for addresses; 0 where it is none.
    seq: int = 0
    who: str = ""
    post: str = ""
    machine: bool = False
    late: bool = False
    stands_out: bool = False
    minutes: int | None = None
    received_at: datetime | None = None
    note: str = ""
    photos: list[ShownPhoto] = field(default_factory=list)


# Action → icon and sentence. Names in them: see `_Names`.
TOLD: dict[Action, tuple[str, str | Promise]] = {
    Action.REPORT: ("megaphone", gettext_lazy("Reported")),
    Action.AMEND: ("pencil", gettext_lazy("Corrected: %(changed)s")),
    Action.SETTLE: ("circle-check", gettext_lazy("Settled on the spot")),
    Action.ORDER_CHECK: ("footprints", gettext_lazy("Asked for a check on the spot")),
    Action.ANSWER_CHECK: ("eye", gettext_lazy("Checked on the spot: %(answer)s")),
    Action.REGISTER: ("clipboard-check", gettext_lazy("Registered")),
    Action.REFUSE: ("circle-x", gettext_lazy("Refused")),
    Action.MERGE: ("merge", gettext_lazy("Merged into %(into)s")),
    Action.UNMERGE: ("split", gettext_lazy("Taken apart again")),
    Action.DISPATCH: ("send", gettext_lazy("Dispatched to %(unit)s")),
    Action.RECALL: ("corner-up-left", gettext_lazy("Recalled from %(unit)s")),
    Action.ACCEPT: ("check", gettext_lazy("Accepted")),
    Action.ASK_RETURN: ("undo-2", gettext_lazy("Asked to return it: %(kind)s")),
    Action.ASK_EXTENSION: ("calendar-clock", gettext_lazy("Asked for time until %(until)s")),
    Action.ASK_DEFERRAL: ("hourglass", gettext_lazy("Asked for a deferral until %(until)s")),
    Action.ASK_SUSPENSION: ("pause", gettext_lazy("Asked for a suspension until %(until)s")),
    Action.REFUSE_REQUEST: ("x", gettext_lazy("Refused the request")),
    Action.RETURN: ("undo-2", gettext_lazy("Took it back from %(unit)s")),
    Action.EXTEND: ("calendar-check", gettext_lazy("Gave more time: due %(due)s")),
    Action.DEFER: ("hourglass", gettext_lazy("Deferred: the clock stands, it counts in no rate")),
    Action.SUSPEND: ("pause", gettext_lazy("Suspended: the clock stands")),
    Action.RESUME: ("play", gettext_lazy("Resumed: due %(due)s")),
    Action.JOIN: ("users", gettext_lazy("Called in %(unit)s")),
    Action.RELEASE: ("corner-up-left", gettext_lazy("Released %(unit)s")),
    Action.ACCEPT_PART: ("check", gettext_lazy("%(unit)s accepted its part")),
    Action.FEED_BACK_PART: ("camera", gettext_lazy("%(unit)s did its part")),
    Action.FEED_BACK: ("camera", gettext_lazy("Reported as handled")),
    Action.VERIFY_PASS: ("shield-check", gettext_lazy("Verified: solved, closed")),
    Action.VERIFY_FAIL: ("shield-alert", gettext_lazy("Verified: not solved")),
    Action.ESCALATE: ("circle-arrow-up", gettext_lazy("Moved up to %(holder)s")),
    Action.SUPERVISE: ("siren", gettext_lazy("Put under supervision")),
    Action.RING: ("bell", gettext_lazy("Rang again: still overdue")),
    Action.URGE: ("megaphone", gettext_lazy("Urged (%(level)s), answer by %(until)s")),
    Action.ANSWER_URGING: ("message-square", gettext_lazy("Answered the urging")),
    Action.ALARM: ("siren", gettext_lazy("Declared an emergency")),
    Action.CALM: ("circle-check", gettext_lazy("Ended the emergency")),
    Action.REOPEN: ("rotate-ccw", gettext_lazy("Reopened")),
    Action.ANSWER: ("message-square", gettext_lazy("Said how it ended: %(verdict)s")),
    Action.VOID: ("ban", gettext_lazy("Declared void")),
    Action.COMMENT: ("message-square", gettext_lazy("Commented")),
}
# A leader's word (点评) is not one comment among others.
_LEADERS_COMMENT = ("flag", gettext_lazy("The leader commented"))
# What a correction may change, as its row names it.
_CHANGED = {
    "point": gettext_lazy("place"),
    "address": gettext_lazy("address"),
    "description": gettext_lazy("description"),
    "case_class": gettext_lazy("class"),
    "extent": gettext_lazy("how far it reaches"),
    "holder": gettext_lazy("who leads"),
}
# Who did something without an account.
_WITHOUT_ACCOUNT = (Capacity.CITIZEN, Capacity.DEVICE)
_LATE = (Action.ESCALATE, Action.SUPERVISE, Action.RING)


def events_of(case: Case) -> list[CaseEvent]:
    """The timeline's rows with all that the story names, oldest first; two queries."""
    return list(
        case.events.select_related(
            "actor", "post__organisation", "post__deputy_of__user", "holder", "unit"
        ).prefetch_related(Prefetch("photos", CasePhoto.objects.select_related("photo").order_by("pk")))
    )


def story_of(case: Case, events: Sequence[CaseEvent]) -> list[Entry]:
    """The events as entries, the newest first."""
    return list(_entries(case, events))[::-1]


def check_answer(case: Case, events: Sequence[CaseEvent]) -> bool | None:
    """What the check on the spot said of a case that waits to be registered; None when nobody was asked."""
    if case.status != Status.REPORTED:
        return None
    answers = [event.data["is_true"] for event in events if event.action == Action.ANSWER_CHECK]
    return answers[-1] if answers else None


def photos_of(case: Case, events: Sequence[CaseEvent]) -> list[ShownPhoto]:
    """All photos of a case, oldest first."""
    return [shown for event in events for shown in _photos(case, event)]


def essentials_of(case: Case) -> dict[str, list[ShownPhoto]]:
    """The photos as every page of a step shows them: a pair of before and after, and the others; two queries."""
    return in_pairs(photos_of(case, events_of(case)))


def last_step(case: Case, *actions: Action) -> tuple[Action, Entry] | None:
    """The last of some steps and how the timeline tells it; None when none of them was taken yet."""
    events = events_of(case)
    told = zip(events, _entries(case, events), strict=True)
    found = [(Action(event.action), entry) for event, entry in told if event.action in actions]
    return found[-1] if found else None


def in_pairs(photos: Sequence[ShownPhoto]) -> dict[str, list[ShownPhoto]]:
    """`pair` and the other `photos`."""
    pair = before_and_after(photos)
    return {"pair": pair, "photos": [photo for photo in photos if photo not in pair]}


def before_and_after(photos: Sequence[ShownPhoto]) -> list[ShownPhoto]:
    """The first photo of the trouble beside the last one of the result; empty unless there are both."""
    before = [photo for photo in photos if photo.kind in (PhotoKind.BEFORE, PhotoKind.CHECK)]
    after = [photo for photo in photos if photo.kind in (PhotoKind.AFTER, PhotoKind.VERIFICATION)]
    return [before[0], after[-1]] if before and after else []


def _entries(case: Case, events: Sequence[CaseEvent]) -> Iterator[Entry]:
    previous: CaseEvent | None = None
    for event in events:
        by_leader = event.action == Action.COMMENT and event.capacity == Capacity.LEADER
        icon, told = _LEADERS_COMMENT if by_leader else TOLD[Action(event.action)]
        machine = event.by_the_clock
        yield Entry(
            did=str(told) % _Names(event),
            at=event.happened_at,
            received_at=event.received_at,
            icon=icon,
            seq=event.seq,
            who=_who(event),
            post=_post_of(event),
            machine=machine,
            late=machine and event.action in _LATE,
            stands_out=by_leader or event.action == Action.URGE,
            minutes=_minutes_between(previous, event),
            note=_note_of(event, previous),
            photos=_photos(case, event),
        )
        previous = event


def _minutes_between(previous: CaseEvent | None, event: CaseEvent) -> int | None:
    """From one deed to the next; what somebody wrote while it was on its way came after it."""
    if previous is None:
        return None
    return max(event.happened_at - previous.happened_at, timedelta()) // timedelta(minutes=1)


# What a row keeps as a bare value.
_IN_WORDS: dict[str, Callable[[Any], object]] = {
    "until": lambda value: moment(datetime.fromisoformat(value)),
    "kind": lambda value: ReturnKind(value).label,
    "level": lambda value: UrgingLevel(value).label,
}


class _Names(dict[str, str]):
    """What a sentence names, looked up when it does; a missing fact is a dash."""

    def __init__(self, event: CaseEvent) -> None:
        super().__init__()
        self.event = event

    def __missing__(self, name: str) -> str:
        data: dict[str, Any] = self.event.data
        match name:
            case "unit" | "holder":
                return str(getattr(self.event, name) or "—")
            case "due":
                return moment(self.event.due_after) or "—"
            case "answer":
                return _("it is as reported") if data.get("is_true") else _("it is not as reported")
            case "verdict":
                return verdict_in_words(data)
            case "changed":
                return _(", ").join(str(_CHANGED[key]) for key in data.get("changed", ()) if key in _CHANGED)
            case _:
                return str(_IN_WORDS.get(name, str)(data[name])) if name in data else "—"


def _who(event: CaseEvent) -> str:
    if event.actor is None and event.capacity in _WITHOUT_ACCOUNT:
        return event.get_capacity_display()
    return str(event.actor or "")


def _post_of(event: CaseEvent) -> str:
    if event.post is None:
        return ""
    post = f"{event.post.get_role_display()} · {event.post.organisation}"
    if event.post.deputy_of:
        return _("%(post)s, for %(who)s") % {"post": post, "who": event.post.deputy_of.user}
    return post


def _note_of(event: CaseEvent, previous: CaseEvent | None) -> str:
    """The person's own words; for the machine, what it acted on."""
    if reason := event.data.get("outside_reason"):
        return _("Outside their own grids: %(reason)s") % {"reason": reason}
    if event.note or not event.by_the_clock:
        return event.note
    if event.action == Action.RESUME:
        return _("Its date had come.")
    return _("Due %(due)s at %(holder)s, and nothing had happened.") % {
        "due": moment(event.due_before),
        "holder": previous.holder if previous else event.holder,
    }


def _when(event: CaseEvent) -> list[str]:
    """When it was done, and when it arrived if that was later."""
    done = f"{localtime(event.happened_at):%m-%d %H:%M}"
    if event.received_at is None:
        return [done]
    return [done, _("received %(at)s") % {"at": f"{localtime(event.received_at):%m-%d %H:%M}"}]


def _photos(case: Case, event: CaseEvent) -> list[ShownPhoto]:
    return [
        ShownPhoto(
            url=reverse("cases:case_photo", args=[case.number, photo.photo_id, "display"]),
            thumb_url=reverse("cases:case_photo", args=[case.number, photo.photo_id, "thumb"]),
            kind=photo.kind,
            caption=" · ".join([photo.get_kind_display(), *_when(event)]),
            alt=_("Photo: %(kind)s") % {"kind": photo.get_kind_display()},
            photo=photo.photo,
        )
        for photo in event.photos.all()
    ]
