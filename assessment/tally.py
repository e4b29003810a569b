"""Counting countables for everybody who is scored, a query for each source."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count as CountRows
from django.db.models import F, Q, Sum

from assessment.countables import Count, Source, Span
from assessment.indicators import INDICATORS


class Value(NamedTuple):
    """What an indicator counted: `denominator` is None for a plain count."""

    numerator: Decimal
    denominator: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The count, or the rate from 0 to 1; None where it does not apply: there was nothing to count it of."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None


# Whoever has no rows has these.
Tally = dict[int, dict[str, Value]]
NOTHING = Decimal(0)


def tally(
    kind: str, codes: Iterable[str], span: Span, case_id: int | None = None, whose: int | None = None
) -> Tally:
    """Id of who is scored → indicator → what was counted, for all who have rows; one query for each source.

    Of one case alone (sources without cases are left out then), or of one who is scored alone.
    """
    wanted = {code: INDICATORS[code] for code in codes}
    counts: dict[tuple[str, bool], Count] = {}
    for code, indicator in wanted.items():
        counts[code, True] = indicator.numerator_of(kind)
        if indicator.denominator:
            counts[code, False] = indicator.denominator
    found: dict[int, dict[tuple[str, bool], Decimal]] = defaultdict(dict)
    for source, of_source in _by_source(counts):
        if case_id is not None and not source.case:
            continue
        only = {source.case: case_id} if case_id is not None else {}
        if whose is not None:
            only[source.of[kind]] = whose
        for who, names, row in _counted(kind, source, of_source, span, only):
            found[who] |= dict(zip(names, row, strict=True))
    return {
        who: {code: _value(code, wanted[code].denominator, numbers) for code in wanted}
        for who, numbers in found.items()
        # Of a source that counts other things as well.
        if any(numbers.values())
    }


def value_of_nothing(code: str) -> Value:
    """What an indicator counts for somebody who has no rows."""
    return Value(NOTHING, NOTHING if INDICATORS[code].denominator else None)


def _value(code: str, denominator: Count | None, numbers: dict[tuple[str, bool], Decimal]) -> Value:
    return Value(
        numbers.get((code, True), NOTHING), numbers.get((code, False), NOTHING) if denominator else None
    )


def _by_source(
    counts: dict[tuple[str, bool], Count],
) -> Iterator[tuple[Source, dict[tuple[str, bool], Count]]]:
    by_name: dict[str, dict[tuple[str, bool], Count]] = defaultdict(dict)
    for name, count in counts.items():
        by_name[count.source.name][name] = count
    for of_source in by_name.values():
        yield next(iter(of_source.values())).source, of_source


def _counted(
    kind: str, source: Source, counts: dict[tuple[str, bool], Count], span: Span, only: dict[str, int]
) -> Iterator[tuple[int, list[tuple[str, bool]], list[Decimal]]]:
    whose = source.of[kind]
    # Counted once where several indicators count the same.
    distinct: dict[Count, str] = {}
    for count in counts.values():
        distinct.setdefault(count, f"n{len(distinct)}")
    within = Q()
    for moment in {count.moment for count in distinct}:
        within |= next(count for count in distinct if count.moment == moment).falls_into(span)
    rows = source.rows().order_by().alias(**source.asked).filter(within, source.whose(kind, span), **only)
    aggregates = {
        name: CountRows("pk", filter=count.condition(span))
        if count.weight is None
        else Sum(count.weight, filter=count.condition(span), default=0)
        for count, name in distinct.items()
    }
    names = list(counts)
    for row in rows.values(who=F(whose)).annotate(**aggregates).iterator(chunk_size=5_000):
        yield row["who"], names, [Decimal(str(row[distinct[counts[name]]])) for name in names]
