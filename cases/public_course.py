"""What happened to a case, as strangers read it: a few plain words and days, no names, no notes."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from cases.course import TOLD
from cases.models import Case
from cases.workflow import Action

_SHOWN = (
    Action.REPORT, Action.SETTLE, Action.REGISTER, Action.DISPATCH, Action.ACCEPT, Action.FEED_BACK,
    Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.REOPEN,
)  # fmt: skip
# Said again only after one of these: how often it went to and fro within the house is nobody's business outside.
_ANEW = (Action.VERIFY_FAIL, Action.REOPEN)


@dataclass(frozen=True)
class PublicEntry:
    """One thing that happened on a day."""

    words: str
    day: date


def public_course(case: Case) -> list[PublicEntry]:
    """The course of a case, oldest first; one query."""
    said: set[str] = set()
    entries = []
    events = case.events.filter(action__in=_SHOWN).order_by("seq").only("action", "at", "done_at", "case_id")
    for event in events:
        if event.action in _ANEW:
            said.clear()
        if event.action not in said:
            said.add(event.action)
            entries.append(PublicEntry(str(TOLD[event.action]), localtime(event.happened_at).date()))
    return entries
