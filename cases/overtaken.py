"""Two people on one case: the second write is told what changed meanwhile, and nothing is overwritten."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.story import Entry, events_of, story_of
from cases.workflow import Action
from gridgov.errors import DomainError

# Case id → the version that somebody saw, until the service has locked it.
_seen: ContextVar[dict[int, int] | None] = ContextVar("seen", default=None)


class Overtaken(DomainError):
    """Somebody took a step with the case since the version that this person saw."""

    code = "overtaken"
    message = _("Meanwhile somebody else has worked on this case.")
    advice = _("Nothing was overwritten. See what has changed, then decide again.")


@contextmanager
def as_seen(case_id: int, version: int | None) -> Iterator[None]:
    """Services called in the block act on the case only as it was seen; None asks for nothing.

    `lock_case` looks at it, once, so that the version is compared under the service's own lock and in its order.
    """
    token = _seen.set(None if version is None else {case_id: version})
    try:
        yield
    finally:
        _seen.reset(token)


def require_as_seen(case: Case) -> None:
    """Raises `Overtaken` when a locked case is no longer as it was seen; what comes after is the service's own doing."""
    seen = _seen.get() or {}
    version = seen.pop(case.pk, None)
    if version is not None and is_overtaken(case, version):
        raise Overtaken(case, version)


def is_overtaken(case: Case, version: int) -> bool:
    """Whether somebody did more than comment since that version: what was said takes nobody's decision away."""
    return (
        case.version != version
        and case.events.filter(seq__gt=version).exclude(action=Action.COMMENT).exists()
    )


def changes_since(case: Case, version: int) -> list[Entry]:
    """What happened after that version as the timeline tells it, the newest first; two queries."""
    events = events_of(case)
    return story_of(case, events)[: sum(event.seq > version for event in events)]
