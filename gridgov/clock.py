"""The one source of the current time; tests, replays and what-if runs set their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The current moment, aware; the set one inside `at`, else the machine's."""
    return _moment.get() or timezone.now()


def today() -> date:
    """The current day where the district is."""
    return timezone.localdate(now())


def set_to(moment: datetime) -> None:
    """Move the clock of this context to an aware moment; only inside `at`."""
    if _moment.get() is None:
        raise RuntimeError("set_to works only inside clock.at()")
    _check(moment)
    _moment.set(moment)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Run the block as if it were this aware moment."""
    _check(moment)
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def _check(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
