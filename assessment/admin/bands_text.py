"""Bands as people type them: a line each, from which value on, then the points."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessment.templatetags.scores import plain

Bands = list[tuple[Decimal, Decimal]]

_BETWEEN = re.compile(r"[\s:：=→]+")
_LINES = re.compile(r"[\r\n;；]+")
_HUNDRED = Decimal(100)
# What the columns hold.
_MOST, _PLACES, _CENT = Decimal(10**6), Decimal("0.0001"), Decimal("0.01")


def in_text(bands: Iterable[tuple[Decimal, Decimal]]) -> str:
    """As they are typed, lowest first."""
    return "\n".join(f"{plain(at_least)} {plain(points)}" for at_least, points in sorted(bands))


def bands_of(text: str) -> Bands:
    """What was typed, lowest first; raises ValidationError with everything that is wrong at once."""
    found: Bands = []
    wrong = []
    for line in filter(None, (line.strip() for line in _LINES.split(text))):
        numbers = _numbers(line)
        if numbers is None:
            wrong.append(
                _("“%(line)s”: two numbers, from which value on and how many points.") % {"line": line}
            )
            continue
        at_least, points = numbers
        if not 0 <= points <= _HUNDRED or points != points.quantize(_CENT):
            wrong.append(_("“%(line)s”: points are from 0 to 100, with two places at most.") % {"line": line})
        elif not 0 <= at_least < _MOST or at_least != at_least.quantize(_PLACES):
            wrong.append(_("“%(line)s”: a value is 0 or more, with four places at most.") % {"line": line})
        elif at_least in dict(found):
            wrong.append(_("“%(line)s”: there is a band from this value on already.") % {"line": line})
        else:
            found.append((at_least, points))
    if wrong:
        raise ValidationError(wrong)
    return sorted(found)


def _numbers(line: str) -> tuple[Decimal, Decimal] | None:
    try:
        at_least, points = (Decimal(word) for word in _BETWEEN.split(line))
    except (InvalidOperation, ValueError):
        return None
    return (at_least, points) if at_least.is_finite() and points.is_finite() else None
