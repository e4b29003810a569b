"""Who has a case open, shown to the others who see it."""

from collections.abc import Iterable

from cases.models import Case
from cases.notices import live_topics
from gridgov.live import tell_live
from gridgov.presence import Viewer, enter, leave, open_now
from grids.models import User


def open_case(case: Case, user: User) -> list[str]:
    """Note that somebody has the case open, tell the others if that is new; returns the names of the others."""
    if enter(case.number, _viewer(user)):
        tell_live("presence", case.number, live_topics(case))
    return [viewer.name for viewer in open_now().get(case.number, ()) if viewer.pk != user.pk]


def close_case_page(case: Case, user: User) -> None:
    """Note that somebody has closed the case, and tell the others."""
    if leave(case.number, _viewer(user)):
        tell_live("presence", case.number, live_topics(case))


def show_who_has_open(cases: Iterable[Case], user: User) -> None:
    """Set `open_with` of each case to the names of the others who have it open; no query, one question to Redis."""
    everyone = open_now()
    for case in cases:
        others = [viewer.name for viewer in everyone.get(case.number, ()) if viewer.pk != user.pk]
        case.open_with = others  # type: ignore[attr-defined]


def _viewer(user: User) -> Viewer:
    return Viewer(user.pk, str(user))
