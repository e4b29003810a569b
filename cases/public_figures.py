"""Open figures: how many cases are open, how many were closed lately and how many of them in time, by area and class."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from cases.filters import start_of
from cases.models import Case, MajorClass, Publicity
from cases.models.case import CaseQuerySet
from cases.outcomes import WHERE, Outcome
from cases.permissions import AREA_FIELD
from cases.workflow import Status
from gridgov import clock
from gridgov.shared import shared
from grids.models import Area, AreaLevel

LATELY = timedelta(days=30)
KEPT_S = 300
_BELOW = {AreaLevel.DISTRICT: AreaLevel.STREET, AreaLevel.STREET: AreaLevel.COMMUNITY}
# What counts in none of the areas of a level, as the list is narrowed to it.
_REST = {AreaLevel.STREET: "street", AreaLevel.COMMUNITY: "community"}


@dataclass(frozen=True)
class Numbers:
    """Cases of one slice; of those closed lately, the ones handled in time and late (some count as neither)."""

    open: int = 0
    closed: int = 0
    in_time: int = 0
    late: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(
            self.open + other.open,
            self.closed + other.closed,
            self.in_time + other.in_time,
            self.late + other.late,
        )

    @property
    def share(self) -> int | None:
        """Of those that count as one or the other, how many per cent were in time; None where none does."""
        counted = self.in_time + self.late
        if not counted:
            return None
        whole = round(100 * self.in_time / counted)
        # Never to nothing or to all of it.
        return min(max(whole, int(self.in_time > 0)), 100 - int(self.late > 0))


@dataclass(frozen=True)
class Slice:
    """One row of a table; `query` narrows the list of cases to it."""

    label: str
    numbers: Numbers
    query: dict[str, str]
    # The figures of this area alone, where there are finer ones.
    code: str = ""


@dataclass(frozen=True)
class Figures:
    """What one page of figures shows; the slices of both tables add up to `total`."""

    area: Area | None
    level: AreaLevel
    since: date
    total: Numbers
    areas: list[Slice]
    majors: list[Slice]

    @property
    def query(self) -> dict[str, str]:
        return {"area": self.area.code} if self.area else {}


# (area's id or None for the rest, major class's id) → numbers
_Counted = dict[tuple[int | None, int], Numbers]


def open_figures(area: Area | None) -> Figures:
    """The figures of a district, of a street, or of everything; what a few minutes ago was asked for takes two queries."""
    level = _level_below(area)
    since = clock.today() - LATELY
    key = f"open:figures:{area.pk if area else 0}:{since}"
    counted = shared(key, KEPT_S, lambda: _count(area, level, since)).answer
    above = {"area": area.code} if area else {}
    names = {
        pk: (code, name)
        for pk, code, name in Area.objects.filter(pk__in={place for place, _major in counted if place})
        .order_by()
        .values_list("pk", "code", "name")
    }
    majors = dict(
        MajorClass.objects.filter(pk__in={major for _place, major in counted}).values_list("pk", "name")
    )

    def of_area(pk: int | None) -> Slice:
        numbers = _sum(counted[key] for key in counted if key[0] == pk)
        if pk is None:
            label = _("Not counted in one") if level == AreaLevel.STREET else _("Told by the street only")
            return Slice(label, numbers, {**above, "not_in": _REST[level]})
        code, name = names[pk]
        return Slice(name, numbers, {"area": code}, code if level in _BELOW else "")

    def of_major(pk: int) -> Slice:
        numbers = _sum(counted[key] for key in counted if key[1] == pk)
        return Slice(majors[pk], numbers, {**above, "major": str(pk)})

    return Figures(
        area,
        level,
        since,
        _sum(counted.values()),
        _sorted({place for place, _major in counted}, of_area),
        _sorted({major for _place, major in counted}, of_major),
    )


def _level_below(area: Area | None) -> AreaLevel:
    if area:
        return _BELOW[AreaLevel(area.level)]
    several = Area.objects.current().filter(level=AreaLevel.DISTRICT).order_by().values("pk")[:2].count() > 1
    return AreaLevel.DISTRICT if several else AreaLevel.STREET


def _sum(numbers: Iterable[Numbers]) -> Numbers:
    return sum(numbers, Numbers())


def _sorted(keys: set[Any], slice_of: Callable[[Any], Slice]) -> list[Slice]:
    """The largest first; what counts nowhere last."""
    found = [slice_of(key) for key in keys]
    return sorted(
        found, key=lambda each: ("not_in" in each.query, -each.numbers.open - each.numbers.closed, each.label)
    )


def _count(area: Area | None, level: AreaLevel, since: date) -> _Counted:
    """Two queries, each over what is open or was closed lately."""
    cases = Case.objects.public()
    if area:
        cases = cases.filter(**{AREA_FIELD[AreaLevel(area.level)]: area.pk})
    counted: _Counted = {}

    def add(found: CaseQuerySet, **counts: Count) -> None:
        field = AREA_FIELD[level]
        groups = found.order_by().values(field, "case_class__major_id", "case_class__publicity")
        names = list(counts)
        for place, major, publicity, *numbers in groups.annotate(**counts).values_list(
            field, "case_class__major_id", "case_class__publicity", *names
        ):
            told = publicity == Publicity.PLACE or level != AreaLevel.COMMUNITY
            key = (place if told else None, major)
            more = Numbers(**{name.removeprefix("n_"): n for name, n in zip(names, numbers, strict=True)})
            counted[key] = counted.get(key, Numbers()) + more

    add(cases.open(), n_open=Count("pk"))
    add(
        cases.filter(status=Status.CLOSED, closed_at__gte=start_of(since)),
        n_closed=Count("pk"),
        n_in_time=Count("pk", filter=WHERE[Outcome.IN_TIME]),
        n_late=Count("pk", filter=WHERE[Outcome.LATE]),
    )
    return counted
