"""The formula of an indicator in words, read from what it counts: so it can't say anything else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q

from assessment.countables import Count, Span
from assessment.indicators import INDICATORS
from assessment.indicators.indicator import Indicator, NoneOf

_KNOWN = datetime(2026, 2, 2, tzinfo=UTC)
_SPAN = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), _KNOWN)
_SIGNS = {"gte": "≥", "gt": ">", "lte": "≤", "lt": "<"}


def formula_of(indicator: Indicator) -> str:
    """What is counted, over what; another indicator that counts the same stands for itself by its code.

    A moment that is "known" was told before the figures were made; "no" moment: none was.
    """
    of_all = [_conditions(count) for count in (indicator.numerator, indicator.denominator) if count]
    names = [_same_as(conditions, indicator) for conditions in of_all]
    if len(of_all) == 1:
        return names[0] or _of_another(of_all[0], indicator) or _count_words(indicator.numerator, of_all[0])
    assert indicator.denominator
    denominator = names[1] or f"({_count_words(indicator.denominator, of_all[1])})"
    return f"{names[0] or _part_words(indicator, *of_all)} / {denominator}"


def _part_words(indicator: Indicator, conditions: list[str], whole: list[str]) -> str:
    more = [each for each in conditions if each not in whole]
    if whole != [each for each in conditions if each not in more]:
        return f"({_count_words(indicator.numerator, conditions)})"
    words = " and ".join(more) or "all"
    weight = indicator.numerator.weight
    return f"(of these, {words})" if weight is None else f"(of these, the sum of {_weight_words(weight)})"


def _of_another(conditions: list[str], indicator: Indicator) -> str:
    """The count that narrows another one down: by its code, with what is asked besides."""
    for code, other in INDICATORS.items():
        whole = _conditions(other.numerator)
        if other.denominator is None and code != indicator.code and _is_within(conditions, whole):
            return f"of `{code}`: {' and '.join(each for each in conditions if each not in whole)}"
    return ""


def _is_within(conditions: list[str], whole: list[str]) -> bool:
    # More than the source and the moment, and less than the conditions themselves.
    return conditions[:2] == whole[:2] and 2 < len(whole) < len(conditions) and set(whole) < set(conditions)


def _same_as(conditions: list[str], indicator: Indicator) -> str:
    """The code of the first count that counts just these, other than the indicator itself."""
    for code, other in INDICATORS.items():
        if code == indicator.code:
            if other.denominator is None:
                break
            continue
        if other.denominator is None and _conditions(other.numerator) == conditions:
            return f"`{code}`"
    return ""


def _count_words(count: Count, conditions: list[str]) -> str:
    begin = f"{count.source.name} by `{count.moment.replace('__', '.')}`"
    # The first two are the source and the moment.
    more = " and ".join(conditions[2:])
    return f"{begin}: {more}" if more else begin


def _conditions(count: Count) -> list[str]:
    parts = [count.source.name, count.moment]
    if count.weight is not None:
        parts.append(_weight_words(count.weight))
    return [*parts, *dict.fromkeys(_all_of(count.where(_SPAN)))]


def _weight_words(weight: Any) -> str:
    if isinstance(weight, F):
        return _name(weight)
    cases = getattr(weight, "cases", None)
    if cases:
        named = [f"{each.result.value:g} for {_words(each.condition)}" for each in cases]
        return ", ".join(named)
    return f"{_name(weight.lhs)} / {weight.rhs.value:g}"


def _all_of(where: Any) -> Iterator[str]:
    if isinstance(where, Q) and where.connector == Q.AND and not where.negated:
        for child in where.children:
            yield from _all_of(child)
    else:
        yield _words(where)


def _words(where: Any) -> str:
    if isinstance(where, tuple):
        return _leaf(*where)
    if isinstance(where, NoneOf):
        return where.words
    assert isinstance(where, Q)
    if name := _not_known(where):
        return f"no `{name}` known"
    words = f" {where.connector.lower()} ".join(_words(child) for child in where.children)
    if where.negated:
        return f"not ({words})"
    return f"({words})" if len(where.children) > 1 else words


def _not_known(where: Q) -> str:
    """The moment's name, of "none, or told later"."""
    pairs = [child for child in where.children if isinstance(child, tuple)]
    if where.connector != Q.OR or len(pairs) != 2 or len(where.children) != 2:
        return ""
    (first, none), (second, known) = pairs
    return str(first) if none is None and second == f"{first}__gte" and known == _KNOWN else ""


def _leaf(path: str, value: Any) -> str:
    name, _, lookup = path.rpartition("__")
    if lookup not in {*_SIGNS, "in"}:
        name, lookup = path, ""
    name = f"`{name.replace('__', '.')}`"
    if value == _KNOWN:
        return f"{name} known" if lookup == "lt" else f"{name} not known yet"
    if isinstance(value, F):
        return f"{name} {_SIGNS[lookup]} {_name(value)}"
    if lookup == "in":
        return f"{name} is {' or '.join(str(each) for each in value)}" if value else "nothing"
    if isinstance(value, datetime):
        return f"{name} {_SIGNS[lookup]} {(_KNOWN - value).days} days before they were made"
    return f"no {name}" if value is None else f"{name} is {value}"


def _name(column: Any) -> str:
    return f"`{column.name.replace('__', '.')}`"
