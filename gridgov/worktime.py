"""Working time: what a limit comes to, and how much of it has gone."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar.constants import holidays as chinese_holidays
from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from gridgov.models import CalendarDay, Holidays, WorkingCalendar
from gridgov.models.calendar import default_slots, minutes_of_day
from gridgov.remembered import remembered

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000  # in microseconds
# The years whose decrees the chinese_calendar package holds.
BUILT_IN_YEARS = range(min(chinese_holidays).year, max(chinese_holidays).year + 1)


class Unit(models.TextChoices):
    """Units of a time limit (GB/T 30428): 紧急工作时, 工作时, 工作日."""

    URGENT_HOUR = "urgent_hour", _("urgent hours")
    WORKING_HOUR = "working_hour", _("working hours")
    WORKING_DAY = "working_day", _("working days")


def span_words(amount: Decimal, unit: Unit) -> str:
    """A limit as it was set: "5 working days"."""
    n = 1 if amount == 1 else 2  # "0.5 working days"
    words = {
        Unit.URGENT_HOUR: ngettext("%(amount)s urgent hour", "%(amount)s urgent hours", n),
        Unit.WORKING_HOUR: ngettext("%(amount)s working hour", "%(amount)s working hours", n),
        Unit.WORKING_DAY: ngettext("%(amount)s working day", "%(amount)s working days", n),
    }
    return words[unit] % {"amount": f"{amount.normalize():f}"}


def hours_and_minutes(minutes: float) -> str:
    """A length of time in words: "35 h 30 min"."""
    hours, rest = divmod(int(minutes), 60)
    if not hours and not rest:
        return gettext("under 1 min")
    words = [gettext("%(count)d h") % {"count": hours}] if hours else []
    return " ".join([*words, gettext("%(count)d min") % {"count": rest}] if rest else words)


class _Span(NamedTuple):
    """All slots of some whole years, in microseconds since 1970, with the work done before each."""

    years: range
    starts: list[int]
    ends: list[int]
    before: list[int]

    @property
    def worked(self) -> int:
        return self.before[-1] + self.ends[-1] - self.starts[-1] if self.before else 0


class WorkingTime:
    """The working time of a district; immutable, safe to share between threads.

    Counts in whole minutes, rounded down. A slot is the time that passes between its two wall-clock
    edges, so a slot in which the clocks change is an hour shorter or longer than on other days.
    A limit used up exactly at the end of a slot ends there, not at the start of the next one.
    """

    def __init__(
        self,
        slots: Sequence[Sequence[str]],
        timezone: str,
        *,
        holidays: str = Holidays.CHINA,
        days: Mapping[date, bool] | None = None,
        loaded_through: int | None = None,
    ) -> None:
        """`days` are the exceptions that staff entered: date → is it a working day."""
        self._slots = [(minutes_of_day(start), minutes_of_day(end)) for start, end in slots]
        if not self._slots:
            raise ValueError("a working day needs a slot")
        self._zone = ZoneInfo(timezone)
        self._holidays = holidays
        self._days = dict(days or {})
        self._loaded_through = loaded_through
        self._span = _Span(range(0), [], [], [])

    def add(self, start: datetime, minutes: float, *, round_the_clock: bool = False) -> datetime:
        """The moment, in UTC, when so many minutes from an aware `start` are used up."""
        if minutes < 0:
            raise ValueError("a limit can't be negative")
        if round_the_clock or not minutes:
            return start.astimezone(UTC) + timedelta(minutes=minutes)
        span = self._cover(start)
        goal = _worked_until(start, span) + round(minutes * MINUTE)
        while span.worked < goal:
            span = self._cover(start, years_after=len(span.years))
            goal = _worked_until(start, span) + round(minutes * MINUTE)
        # The slot in which the goal is reached: the last that begins with less than it.
        slot = bisect_left(span.before, goal) - 1
        return EPOCH + (span.starts[slot] + goal - span.before[slot]) * MICROSECOND

    def end_of_next_slot(self, moment: datetime) -> datetime:
        """When, in UTC, the first slot that begins after an aware moment ends."""
        at = (moment - EPOCH) // MICROSECOND
        span = self._cover(moment)
        while (slot := bisect_right(span.starts, at)) == len(span.starts):
            span = self._cover(moment, years_after=len(span.years))
        return EPOCH + span.ends[slot] * MICROSECOND

    def minutes_between(self, start: datetime, end: datetime, *, round_the_clock: bool = False) -> int:
        """Whole minutes from one aware moment to another; 0 when `end` is not later."""
        if end <= start:
            return 0
        if round_the_clock:
            return (end - start) // timedelta(minutes=1)
        span = self._cover(start, end)
        return (_worked_until(end, span) - _worked_until(start, span)) // MINUTE

    def minutes(self, amount: Decimal, unit: Unit) -> float:
        """A limit in minutes of its own clock; a working day is the minutes of a day's slots."""
        per_unit = sum(end - start for start, end in self._slots) if unit is Unit.WORKING_DAY else 60
        return float(amount * per_unit)

    def words(self, minutes: float) -> str:
        """A stretch of working time: "5 working days" when it is just that, else "35 h 30 min"; never days of 24 hours."""
        days, rest = divmod(Decimal(int(minutes)), Decimal(self.minutes(Decimal(1), Unit.WORKING_DAY)))
        return span_words(days, Unit.WORKING_DAY) if days and not rest else hours_and_minutes(minutes)

    def is_working_day(self, day: date) -> bool:
        """Staff's own rows first, then the decreed holidays, then Monday to Friday."""
        if day in self._days:
            return self._days[day]
        if self._holidays == Holidays.CHINA and day.year in BUILT_IN_YEARS:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def knows_year(self, year: int) -> bool:
        """Whether the holidays of a year are loaded; if not, it counts Monday to Friday."""
        if self._holidays != Holidays.CHINA or year in BUILT_IN_YEARS:
            return True
        return self._loaded_through is not None and BUILT_IN_YEARS.stop <= year <= self._loaded_through

    def note(self, moment: datetime) -> str:
        """The sentence to show beside a due date whose year nobody has loaded; else empty."""
        year = moment.astimezone(self._zone).year
        if self.knows_year(year):
            return ""
        return gettext("The holidays of %(year)s are not loaded yet: counted Monday to Friday.") % {
            "year": year
        }

    def _cover(self, *moments: datetime, years_after: int = 0) -> _Span:
        """A span around the moments; one that grows is made anew, so other threads keep theirs whole."""
        years = [moment.astimezone(self._zone).year for moment in moments]
        span, first, last = self._span, min(years), max(years) + years_after
        if not (span.years and span.years[0] <= first and last <= span.years[-1]):
            known = span.years or range(first, last + 1)
            span = self._span = self._lay_out(range(min(first, known[0]), max(last, known[-1]) + 1))
        return span

    def _lay_out(self, years: range) -> _Span:
        span = _Span(years, [], [], [])
        worked, end = 0, self._instant(date(years[0], 1, 1), 0)
        for ordinal in range(date(years[0], 1, 1).toordinal(), date(years[-1], 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            if not self.is_working_day(day):
                continue
            for opens, closes in self._slots:
                # An edge that the change of clocks skips may fall behind the one before it.
                start = max(self._instant(day, opens), end)
                end = max(self._instant(day, closes), start)
                span.starts.append(start)
                span.ends.append(end)
                span.before.append(worked)
                worked += end - start
        return span

    def _instant(self, day: date, minutes: int) -> int:
        midnight = datetime.combine(day, time.min, tzinfo=self._zone)
        # Adding to an aware datetime moves its wall clock, which is what an edge of a slot is.
        return (midnight + timedelta(minutes=minutes) - EPOCH) // MICROSECOND


def _worked_until(moment: datetime, span: _Span) -> int:
    """Microseconds of working time from the start of the span to a moment in it."""
    at = (moment - EPOCH) // MICROSECOND
    slot = bisect_right(span.starts, at) - 1
    return span.before[slot] + min(at, span.ends[slot]) - span.starts[slot] if slot >= 0 else 0


_default = WorkingTime(default_slots(), "Asia/Shanghai")
_built: dict[str, tuple[int, WorkingTime]] = {}


@remembered
def working_time_of(district_code: str) -> WorkingTime:
    """The district's working time, the usual one where none is set; one query at most while nothing is edited."""
    row = WorkingCalendar.objects.filter(district_code=district_code).first()
    if row is None:
        return _default
    revision, built = _built.get(district_code, (0, _default))
    if revision != row.revision:
        days = dict(CalendarDay.objects.filter(calendar=row).values_list("date", "is_working"))
        built = WorkingTime(
            row.slots, row.timezone, holidays=row.holidays, days=days, loaded_through=row.loaded_through
        )
        _built[district_code] = (row.revision, built)
    return built


def calendar_note(moment: datetime, district_code: str) -> str:
    """The sentence to show beside a due date whose year nobody has loaded; else empty. One query."""
    return working_time_of(district_code).note(moment)
