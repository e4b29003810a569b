"""What narrows a list without standing in its selects: said in words, kept when the selects change, taken away by a press."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from cases.api.filters import LACKING, WEEKDAYS
from cases.outcomes import Outcome
from gridgov.asked import number_asked

_NOT = ("not_area", "not_class", "not_major", "not_unit")
NAMES = ("was", "without", *_NOT, "hour", "weekday", "spot", "open", "overdue")


@dataclass(frozen=True)
class Further:
    """One such filter of an address, and the address without it."""

    name: str
    value: str
    words: str
    url: str


def further_filters(chosen: QueryDict) -> Iterator[Further]:
    """Those that the address holds and that mean something."""
    for name in NAMES:
        for value in chosen.getlist(name):
            if words := _words(name, value):
                yield Further(name, value, words, f"?{_without(chosen, name, value)}")


def _without(chosen: QueryDict, name: str, value: str) -> str:
    rest = chosen.copy()
    rest.setlist(name, [each for each in chosen.getlist(name) if each != value])
    rest.pop("page", None)
    return rest.urlencode()


def _words(name: str, value: str) -> str:
    if name in _NOT:
        return _("other than the %(n)d largest") % {"n": len(value.split(","))} if value else ""
    if name == "hour" and (hour := number_asked(value)) is not None and hour < 24:
        return _("reported from %(from)s to %(to)s") % {"from": f"{hour:02}:00", "to": f"{hour:02}:59"}
    if name == "spot":
        number, _sign, rest = value.partition("~")
        metres = rest.partition("~")[0]
        return (
            _("close to %(number)s (%(metres)s m)") % {"number": number, "metres": metres} if metres else ""
        )
    known = {
        "was": {str(outcome.value): str(outcome.label) for outcome in Outcome},
        "without": {lacked: str(label) for lacked, (_column, label) in LACKING.items()},
        "weekday": {str(day): str(label) for day, label in WEEKDAYS},
        "open": {"true": _("open")},
        "overdue": {"true": _("overdue")},
    }
    return known.get(name, {}).get(value, "")
