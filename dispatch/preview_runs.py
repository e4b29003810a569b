"""Previews of escalation rules that run in the background: begun, followed, and forgotten after a day."""

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core import serializers
from django.core.cache import cache

from cases.models import EscalationRule
from cases.models.catalogue import COMMAND_LEVEL_CHOICES
from dispatch.escalation_preview import Counted, Preview, preview
from gridgov import clock

# Back from now; a calendar month has fewer days.
PERIOD = timedelta(days=30)
_KEPT_SECONDS = 24 * 3600
_MOST_CLASSES = 12
# The workers have the sweep to do as well: one preview at a time, and none for ever.
LONGEST_SECONDS = 600
_RUNNING = "escalation_preview:running"


class Busy(Exception):
    """Another preview is just being worked out."""


class _TooLong(Exception):
    pass


def begin_preview(rules: list[EscalationRule]) -> UUID:
    """Lay down what a worker is to work out; returns the key under which `shown_preview` tells of it."""
    key, now = uuid4(), clock.now()
    _keep(
        key,
        {
            "rules": serializers.serialize("json", rules),
            "start": (now - PERIOD).isoformat(),
            "end": now.isoformat(),
            "done": 0,
            "total": 0,
        },
    )
    return key


def run_preview(key: UUID) -> None:
    """Work it out; a second run of the same one comes to the same.

    One that takes longer than `LONGEST_SECONDS` is given up, and says so. Raises `Busy` while another one runs.
    """
    state = cache.get(_name(key))
    if state is None or "result" in state or "given_up" in state:
        return
    # Whoever begins again what a worker left undone has the place already.
    if not cache.add(_RUNNING, key, LONGEST_SECONDS + 60) and cache.get(_RUNNING) != key:
        raise Busy(key)
    try:
        _work_out(key, state)
    except _TooLong:
        _keep(key, {**state, "given_up": True})
    finally:
        cache.delete(_RUNNING)


def _work_out(key: UUID, state: dict[str, Any]) -> None:
    last = time.monotonic() + LONGEST_SECONDS
    rules: list[Any] = [each.object for each in serializers.deserialize("json", state["rules"])]
    started = clock.now()

    def advance(done: int, total: int) -> None:
        if time.monotonic() > last and done < total:
            raise _TooLong
        _keep(key, {**state, "done": done, "total": total})

    start, end = (datetime.fromisoformat(state[name]) for name in ("start", "end"))
    found = preview(rules, start=start, end=end, advance=advance)
    _keep(key, {**state, "result": _told(found), "seconds": (clock.now() - started).total_seconds()})


def shown_preview(key: UUID) -> dict[str, Any] | None:
    """What a page shows of it; None when it is forgotten."""
    state = cache.get(_name(key))
    if state is None:
        return None
    return {
        **{name: state.get(name) for name in ("done", "total", "result", "seconds", "given_up")},
        "start": datetime.fromisoformat(state["start"]),
        "end": datetime.fromisoformat(state["end"]),
    }


def _told(found: Preview) -> dict[str, Any]:
    levels = dict(COMMAND_LEVEL_CHOICES)
    return {
        "there_are": found.there_are,
        "looked_at": found.looked_at,
        "not_followed": found.not_followed,
        "is_sample": found.looked_at + found.not_followed < found.there_are,
        "happened": found.happened.cases,
        "today": found.today.cases,
        "then": found.then.cases,
        "by_level": [
            (str(levels[level]), *_pair(found, "by_level", level)) for level in sorted(levels, reverse=True)
        ],
        "by_class": [(name, *_pair(found, "by_class", name)) for name in _classes(found)],
    }


def _pair(found: Preview, by: str, key: Any) -> tuple[int, int]:
    return _count(found.today, by, key), _count(found.then, by, key)


def _count(counted: Counted, by: str, key: Any) -> int:
    return int(getattr(counted, by)[key])


def _classes(found: Preview) -> list[str]:
    """The classes with the most cases under either set of rules."""
    return [name for name, _n in (found.today.by_class + found.then.by_class).most_common(_MOST_CLASSES)]


def _keep(key: UUID, state: dict[str, Any]) -> None:
    cache.set(_name(key), state, _KEPT_SECONDS)


def _name(key: UUID) -> str:
    return f"escalation_preview:{key}"
