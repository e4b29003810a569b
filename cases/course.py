"""What a follower reads of a case: its course in plain words, without staff, units, notes or what others said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.after_close import has_answered, reopen_until, verdict_in_words, why_not_reopen
from cases.models import Case, CaseEvent, CasePhoto, Follower, Publicity
from cases.promises import Promise, promise_of
from cases.public_cases import public_place, publication_of
from cases.tracking_codes import read_code
from cases.workflow import Action, Status
from gridgov.errors import DomainError, NotFoundForYou
from gridgov.models import Photo
from gridgov.templatetags.ui import moment

# How it stands, in a citizen's words.
STANDS: dict[str, str | LazyText] = {
    Status.REPORTED: gettext_lazy("It waits to be looked at"),
    Status.CHECKING: gettext_lazy("Somebody goes there to look"),
    Status.REGISTERED: gettext_lazy("It is accepted"),
    Status.DISPATCHED: gettext_lazy("It is with those who put it right"),
    Status.HANDLING: gettext_lazy("It is being put right"),
    Status.SUSPENDED: gettext_lazy("It has to wait"),
    Status.HANDLED: gettext_lazy("It is reported as done"),
    Status.CLOSED: gettext_lazy("It is closed"),
    Status.REFUSED: gettext_lazy("It was not accepted"),
    Status.VOID: gettext_lazy("It was taken off the list"),
}
# What happened, in a citizen's words. All else (requests, returns, recalls, urgings, escalations, comments) is how the
# house works within itself.
TOLD: dict[str, str | LazyText] = {
    Action.REPORT: gettext_lazy("It was reported"),
    Action.SETTLE: gettext_lazy("It was put right on the spot"),
    Action.ORDER_CHECK: gettext_lazy("Somebody was asked to go there and look"),
    Action.ANSWER_CHECK: gettext_lazy("Somebody was there and looked"),
    Action.REGISTER: gettext_lazy("It was accepted"),
    Action.REFUSE: gettext_lazy("It was not accepted"),
    Action.MERGE: gettext_lazy("Somebody else has reported the same: both go on together"),
    Action.UNMERGE: gettext_lazy("It goes its own way again"),
    Action.DISPATCH: gettext_lazy("It was passed on to those who put it right"),
    Action.ACCEPT: gettext_lazy("Work on it has begun"),
    Action.EXTEND: gettext_lazy("It takes longer: until %(due)s"),
    Action.SUSPEND: gettext_lazy("It has to wait until %(until)s"),
    Action.DEFER: gettext_lazy("It is put off until %(until)s"),
    Action.RESUME: gettext_lazy("It goes on: until %(due)s"),
    Action.FEED_BACK: gettext_lazy("It was reported as done"),
    Action.VERIFY_PASS: gettext_lazy("Somebody looked: it is solved and closed"),
    Action.VERIFY_FAIL: gettext_lazy("Somebody looked: it is not solved yet"),
    Action.REOPEN: gettext_lazy("It was opened again"),
    Action.VOID: gettext_lazy("It was taken off the list"),
}
# Their notes are written for whoever reported. Every other note is written for colleagues and stays with them.
OUTWARD_NOTES = (Action.REFUSE,)
# Said again only once the work begins anew: how often it went to and fro is nobody's business outside.
_ONCE = (Action.ORDER_CHECK, Action.ANSWER_CHECK, Action.REGISTER, Action.DISPATCH, Action.ACCEPT)
_ANEW = (Action.REOPEN, Action.VERIFY_FAIL, Action.UNMERGE)
# What shows the result, by the step that it came with: a look that failed shows none.
_RESULTS = (Action.SETTLE, Action.FEED_BACK, Action.FEED_BACK_PART, Action.VERIFY_PASS)


@dataclass(frozen=True)
class Told:
    """One thing that happened, as a follower reads it; the `note` is outward, or their own."""

    words: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Course:
    """All that a follower may know of a case now, the newest first."""

    follower: Follower
    # The one that counts: what theirs was merged into, if it was.
    case: Case
    told: list[Told]
    promise: Promise | None
    # What they wrote, where it lies and what it is about, no more exactly than they know already or every stranger may.
    description: str
    place: str
    subject: str
    before: list[Photo]
    after: list[Photo]
    has_answered: bool
    refusal: DomainError | None

    @property
    def own(self) -> Case:
        """What they reported or joined."""
        return self.follower.case

    @property
    def stands(self) -> str:
        return str(STANDS[self.case.status])

    @property
    def reopen_until(self) -> datetime | None:
        """The last moment at which a citizen may open it again; None where they may not."""
        return reopen_until(self.case) if self.asks == "reopen" or self.may_reopen else None

    @property
    def may_reopen(self) -> bool:
        return self.case.status == Status.CLOSED and self.refusal is None

    @property
    def asks(self) -> str:
        """What a follower is asked now: "answer", "reopen" or nothing."""
        if self.case.status != Status.CLOSED:
            return ""
        if not self.has_answered:
            return "answer"
        return "reopen" if self.may_reopen else ""


def follower_by(typed: str) -> Follower:
    """Whoever holds a code, in whatever spelling, with the case that they reported or joined; one query.

    Raises `NotFoundForYou`, whatever is wrong with the code.
    """
    joined = ("case_class", "publication", "district", "street", "community", "merged_into__case_class")
    followers = Follower.objects.select_related(*(f"case__{name}" for name in joined))
    found: Follower | None = followers.filter(code=read_code(typed[:60])).first()
    if found is None:
        raise NotFoundForYou("tracking code")
    return found


def course_of(follower: Follower) -> Course:
    """What a follower reads now; a fixed number of queries."""
    own = follower.case
    case = own.merged_into or own
    events = _events(own, case)
    known = follower.has_reported or _is_known(own)
    return Course(
        follower=follower,
        case=case,
        told=list(_told(events, follower))[::-1],
        promise=promise_of(case, [event for event in events if event.case_id == case.pk]),
        description=own.description if _are_their_words(events, follower) else "",
        place=_place(follower) if known else "",
        subject=own.case_class.name if known and own.case_class else "",
        before=_own_photos(events, follower),
        after=_results(events, follower, case),
        has_answered=has_answered(follower, case),
        refusal=why_not_reopen(case) if case.status == Status.CLOSED else None,
    )


def photo_for(follower: Follower, photo_id: UUID) -> Photo:
    """A photo that a follower may see; raises `NotFoundForYou`."""
    own = follower.case
    case = own.merged_into or own
    events = _events(own, case)
    for photo in [*_own_photos(events, follower), *_results(events, follower, case)]:
        if photo.pk == photo_id:
            return photo
    raise NotFoundForYou(photo_id)


def _events(own: Case, case: Case) -> list[CaseEvent]:
    """The rows of what they reported and of what it was merged into, as they came; two queries."""
    photos = CasePhoto.objects.select_related("photo").order_by("pk")
    events = CaseEvent.objects.filter(case__in={own.pk, case.pk}).order_by("at", "case_id", "seq")
    return list(events.prefetch_related(Prefetch("photos", photos)))


def _told(events: Sequence[CaseEvent], follower: Follower) -> Iterator[Told]:
    said: set[str] = set()
    until = note = ""
    joined = None if follower.has_reported else Told(_("You follow it from here on"), follower.since)
    for event in events:
        if joined and event.at > joined.at:
            yield joined
            joined = None
        if event.action in _ANEW:
            said.clear()
        # What a suspension is granted for stands in the row that asked.
        until = event.data.get("until", until)
        is_own = event.data.get("follower") == follower.pk
        if event.action == Action.ANSWER and is_own:
            note = event.note
            yield Told(
                _("You said: %(verdict)s") % {"verdict": verdict_in_words(event.data)}, event.at, event.note
            )
        if event.action not in TOLD or event.action in said or _is_of_another(event, follower):
            continue
        if event.action in _ONCE:
            said.add(event.action)
        # "Not solved" opens it again in the same breath: what they wrote stands there once.
        said_before, note = note, event.note if event.action in OUTWARD_NOTES or is_own else ""
        yield Told(_words(event, follower, until), event.happened_at, "" if note == said_before else note)
    if joined:
        yield joined


def _is_of_another(event: CaseEvent, follower: Follower) -> bool:
    """The other report of a pair that was merged."""
    return event.action == Action.REPORT and event.case_id != follower.case_id


def _words(event: CaseEvent, follower: Follower, until: str) -> str:
    if event.action == Action.REPORT and follower.has_reported:
        return _("You reported it")
    if event.action == Action.REOPEN and event.data.get("follower") == follower.pk:
        return _("You said that it is not solved: it was opened again")
    named = {"due": moment(event.due_after), "until": moment(datetime.fromisoformat(until)) if until else "—"}
    return str(TOLD[event.action]) % named


def _is_known(case: Case) -> bool:
    """Whether strangers may still know what somebody joined; it may have been withheld since."""
    publication = publication_of(case)
    is_withheld = publication is not None and publication.is_withheld
    return not is_withheld and bool(case.case_class and case.case_class.publicity != Publicity.PRIVATE)


def _place(follower: Follower) -> str:
    case = follower.case
    return (follower.has_reported and case.address) or public_place(case).words


def _are_their_words(events: Sequence[CaseEvent], follower: Follower) -> bool:
    """Whether the description is what they wrote: what an operator made of it is written for the house."""
    changed = {
        name
        for event in events
        for name in event.data.get("changed", ())
        if event.case_id == follower.case_id
    }
    return follower.has_reported and "description" not in changed


def _own_photos(events: Sequence[CaseEvent], follower: Follower) -> list[Photo]:
    if not follower.has_reported:
        return []
    reports = [e for e in events if e.action == Action.REPORT and e.case_id == follower.case_id]
    return [hung.photo for event in reports for hung in event.photos.all()]


def _results(events: Sequence[CaseEvent], follower: Follower, case: Case) -> list[Photo]:
    """What the staff took of the result; of a matter that others reported, what was chosen for strangers."""
    results = [event for event in events if event.action in _RESULTS and event.case_id == case.pk]
    hung = [photo for event in results for photo in event.photos.all()]
    return [photo.photo for photo in hung if follower.has_reported or photo.is_public]
