"""What limits come to on the working calendar."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.models import CalendarDay, Holidays, WorkingCalendar
from gridgov.models.calendar import default_slots
from gridgov.worktime import Unit, WorkingTime, calendar_note, working_time_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
BOSTON = ZoneInfo("America/New_York")
CHINA = WorkingTime(default_slots(), "Asia/Shanghai")
ALL_DAY = WorkingTime([["00:00", "24:00"]], "America/New_York", holidays=Holidays.NONE)
OFFICE_IN_BOSTON = WorkingTime([["08:00", "16:00"]], "America/New_York", holidays=Holidays.NONE)

# The State Council's decrees for 2025 and 2026: free days that are no weekend, and worked weekend days.
FREE_WEEKDAYS = [
    "2025-01-01",
    "2025-01-28",
    "2025-01-29",
    "2025-01-30",
    "2025-01-31",
    "2025-02-03",
    "2025-02-04",
    "2025-04-04",
    "2025-05-01",
    "2025-05-02",
    "2025-05-05",
    "2025-06-02",
    "2025-10-01",
    "2025-10-02",
    "2025-10-03",
    "2025-10-06",
    "2025-10-07",
    "2025-10-08",
    "2026-01-01",
    "2026-01-02",
    "2026-02-16",
    "2026-02-17",
    "2026-02-18",
    "2026-02-19",
    "2026-02-20",
    "2026-02-23",
    "2026-04-06",
    "2026-05-01",
    "2026-05-04",
    "2026-05-05",
    "2026-06-19",
    "2026-09-25",
    "2026-10-01",
    "2026-10-02",
    "2026-10-05",
    "2026-10-06",
    "2026-10-07",
]
WORKED_WEEKENDS = [
    "2025-01-26",
    "2025-02-08",
    "2025-04-27",
    "2025-09-28",
    "2025-10-11",
    "2026-01-04",
    "2026-02-14",
    "2026-02-28",
    "2026-05-09",
    "2026-09-20",
    "2026-10-10",
]


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_knows_every_decreed_day_of_2025_and_2026():
    day = date(2025, 1, 1)
    while day.year < 2027:
        expected = str(day) in WORKED_WEEKENDS or (day.weekday() < 5 and str(day) not in FREE_WEEKDAYS)
        assert CHINA.is_working_day(day) is expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        # Within a slot, across the noon break, across the night, across a weekend.
        ("2026-03-10 09:00", "2", Unit.WORKING_HOUR, "2026-03-10 11:00"),
        ("2026-03-10 11:00", "2", Unit.WORKING_HOUR, "2026-03-10 15:00"),
        ("2026-03-10 17:00", "1", Unit.WORKING_HOUR, "2026-03-11 09:00"),
        ("2026-03-13 17:00", "1", Unit.WORKING_HOUR, "2026-03-16 09:00"),
        # From outside the slots: before work, at noon, after work, on a Sunday.
        ("2026-03-10 06:00", "1", Unit.WORKING_HOUR, "2026-03-10 09:30"),
        ("2026-03-10 12:30", "1", Unit.WORKING_HOUR, "2026-03-10 15:00"),
        ("2026-03-10 20:00", "1", Unit.WORKING_HOUR, "2026-03-11 09:30"),
        ("2026-03-15 10:00", "1", Unit.WORKING_HOUR, "2026-03-16 09:30"),
        # Used up exactly at the end of a slot: due there, not at the start of the next.
        ("2026-03-10 08:30", "3.5", Unit.WORKING_HOUR, "2026-03-10 12:00"),
        ("2026-03-10 14:00", "3.5", Unit.WORKING_HOUR, "2026-03-10 17:30"),
        # Seconds are kept.
        ("2026-03-10 11:59:30", "1", Unit.WORKING_HOUR, "2026-03-10 14:59:30"),
        # A working day is the 7 hours of its slots, wherever it begins.
        ("2026-03-10 08:30", "1", Unit.WORKING_DAY, "2026-03-10 17:30"),
        ("2026-03-10 10:00", "1", Unit.WORKING_DAY, "2026-03-11 10:00"),
        ("2026-03-10 10:00", "0.5", Unit.WORKING_DAY, "2026-03-10 15:30"),
        ("2026-03-13 10:00", "5", Unit.WORKING_DAY, "2026-03-20 10:00"),
        # The Spring Festival of 2026 and the make-up Saturdays on both sides of it.
        ("2026-02-13 17:00", "1", Unit.WORKING_HOUR, "2026-02-14 09:00"),
        ("2026-02-14 17:00", "1", Unit.WORKING_HOUR, "2026-02-24 09:00"),
        ("2026-02-18 10:00", "2", Unit.WORKING_HOUR, "2026-02-24 10:30"),
        ("2026-02-27 10:00", "1", Unit.WORKING_DAY, "2026-02-28 10:00"),
        # National Day and Mid-Autumn Festival of 2025, eight days in one.
        ("2025-09-30 10:00", "1", Unit.WORKING_DAY, "2025-10-09 10:00"),
        ("2025-10-10 10:00", "1", Unit.WORKING_DAY, "2025-10-11 10:00"),
        # Into a year that nobody has loaded: Monday to Friday, so New Year's Day counts.
        ("2026-12-31 10:00", "1", Unit.WORKING_DAY, "2027-01-01 10:00"),
        # Urgent hours never stop.
        ("2026-02-17 23:30", "2", Unit.URGENT_HOUR, "2026-02-18 01:30"),
    ],
)
def test_a_limit_is_due_to_the_minute(start, amount, unit, due):
    minutes = CHINA.minutes(Decimal(amount), unit)

    assert CHINA.add(at(start), minutes, round_the_clock=unit is Unit.URGENT_HOUR) == at(due)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-10 09:00", "2026-03-10 09:00", 0),
        ("2026-03-10 10:00", "2026-03-10 09:00", 0),
        ("2026-03-10 09:00", "2026-03-10 09:00:59", 0),
        ("2026-03-10 09:00", "2026-03-10 09:01:59", 1),
        ("2026-03-10 11:30", "2026-03-10 14:30", 60),
        ("2026-03-10 00:00", "2026-03-11 00:00", 420),
        ("2026-03-14 00:00", "2026-03-16 08:30", 0),
        ("2026-02-14 17:00", "2026-02-24 09:00", 60),
        # 261 weekdays, 19 of them free, and 6 worked days of weekends.
        ("2026-01-01 00:00", "2027-01-01 00:00", 420 * (261 - 19 + 6)),
    ],
)
def test_counts_the_working_minutes_between_two_moments(start, end, minutes):
    assert CHINA.minutes_between(at(start), at(end)) == minutes


def test_round_the_clock_counts_every_minute():
    assert (
        CHINA.minutes_between(at("2026-02-17 23:00"), at("2026-02-18 01:00:59"), round_the_clock=True) == 120
    )


def test_a_day_in_which_the_clocks_change_is_an_hour_shorter_or_longer():
    # Boston springs forward on Sunday 2026-03-08, so the working Sunday here is declared by hand.
    days = {date(2026, 3, 8): True, date(2026, 11, 1): True}
    around = WorkingTime([["00:00", "24:00"]], "America/New_York", holidays=Holidays.NONE, days=days)

    def whole_day(day: str) -> int:
        start = at(day, BOSTON)
        return around.minutes_between(start, start + timedelta(days=1))

    assert [whole_day(day) for day in ("2026-03-06", "2026-03-08", "2026-11-01")] == [1440, 1380, 1500]
    assert around.add(at("2026-03-08 01:30", BOSTON), 60) == at("2026-03-08 03:30", BOSTON)


def test_slots_stay_on_the_wall_clock_through_summer_and_winter():
    friday = at("2026-03-06 15:30", BOSTON)

    assert OFFICE_IN_BOSTON.add(friday, 60) == at("2026-03-09 08:30", BOSTON)


def test_a_slot_that_the_clocks_skip_counts_nothing():
    days = {date(2026, 3, 8): True}
    night = WorkingTime(
        [["02:10", "02:20"], ["03:00", "03:10"]], "America/New_York", holidays=Holidays.NONE, days=days
    )
    midnight = at("2026-03-08 00:00", BOSTON)

    assert night.minutes_between(midnight, at("2026-03-08 12:00", BOSTON)) <= 20
    assert night.minutes_between(midnight, night.add(midnight, 5)) == 5


# Laying out the first years takes a while, once.
PATIENT = settings(deadline=None)
CALENDARS = st.sampled_from([CHINA, ALL_DAY, OFFICE_IN_BOSTON])
MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MINUTES = st.integers(0, 20_000)


@PATIENT
@given(CALENDARS, MOMENTS, MINUTES)
def test_what_is_added_is_what_lies_between(calendar, start, minutes):
    assert calendar.minutes_between(start, calendar.add(start, minutes)) == minutes


@PATIENT
@given(CALENDARS, MOMENTS, MINUTES, MINUTES)
def test_adding_twice_is_adding_the_sum(calendar, start, first, second):
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@PATIENT
@given(CALENDARS, MOMENTS, MOMENTS, MINUTES)
def test_who_starts_later_is_never_due_earlier(calendar, one, other, minutes):
    earlier, later = sorted([one, other])
    assert earlier <= calendar.add(earlier, minutes) <= calendar.add(later, minutes)


@PATIENT
@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_the_parts_of_a_time_never_exceed_the_whole(calendar, moments):
    start, middle, end = moments
    whole = calendar.minutes_between(start, end)
    parts = calendar.minutes_between(start, middle) + calendar.minutes_between(middle, end)
    assert whole - 1 <= parts <= whole


def test_a_negative_limit_is_refused():
    with pytest.raises(ValueError, match="negative"):
        CHINA.add(at("2026-03-10 09:00"), -1)


def test_threads_that_widen_the_same_calendar_agree():
    shared = WorkingTime(default_slots(), "Asia/Shanghai")
    starts = [at(f"{year}-03-10 11:00") for year in (2024, 2026, 2028)]
    found: list[int] = []

    def count() -> None:
        found.extend(shared.minutes_between(start, shared.add(start, 5000)) for start in starts)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {5000}


# The calendars of districts


@pytest.fixture
def calendar(db) -> WorkingCalendar:
    return WorkingCalendar.objects.create(district_code="440605")


def test_a_district_without_a_calendar_gets_the_usual_one(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        usual = working_time_of("000000")

    assert usual.add(at("2026-03-10 08:30"), 420) == at("2026-03-10 17:30")


def test_an_unchanged_calendar_costs_one_query(calendar, django_assert_num_queries):
    first = working_time_of("440605")

    with django_assert_num_queries(1):
        assert working_time_of("440605") is first


def test_staff_rows_go_before_the_decreed_days(calendar):
    calendar.days.create(date=date(2026, 3, 10), is_working=False, name="Flood")
    calendar.days.create(date=date(2026, 2, 17), is_working=True)

    found = working_time_of("440605")

    assert not found.is_working_day(date(2026, 3, 10))
    assert found.is_working_day(date(2026, 2, 17))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO gridgov_calendarday (calendar_id, date, is_working, name) SELECT id, '2026-03-11', false, '' FROM gridgov_workingcalendar",
        "UPDATE gridgov_calendarday SET is_working = true",
        "DELETE FROM gridgov_calendarday",
        "TRUNCATE gridgov_calendarday",
        'UPDATE gridgov_workingcalendar SET slots = \'[["00:00", "12:00"]]\'',
        "UPDATE gridgov_workingcalendar SET timezone = 'America/New_York'",
        "UPDATE gridgov_workingcalendar SET holidays = 'none'",
    ],
)
def test_every_edit_is_noticed_even_one_made_in_psql(calendar, statement):
    calendar.days.create(date=date(2026, 3, 10), is_working=False)
    before = working_time_of("440605")

    with connection.cursor() as cursor:
        # Deferred checks of the row just made would stop TRUNCATE in this one transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)

    assert working_time_of("440605") is not before


def test_an_edit_that_is_rolled_back_leaves_nothing_in_the_cache(calendar):
    with transaction.atomic():
        calendar.days.create(date=date(2026, 3, 10), is_working=False)
        assert not working_time_of("440605").is_working_day(date(2026, 3, 10))
        transaction.set_rollback(True)
    calendar.days.create(date=date(2026, 3, 11), is_working=False)

    found = working_time_of("440605")

    assert found.is_working_day(date(2026, 3, 10))
    assert not found.is_working_day(date(2026, 3, 11))


def test_a_day_stands_once_in_a_calendar(calendar):
    calendar.days.create(date=date(2026, 3, 10), is_working=False)

    with pytest.raises(IntegrityError):
        CalendarDay.objects.create(calendar=calendar, date=date(2026, 3, 10), is_working=True)


def test_says_so_where_a_date_lies_in_a_year_that_nobody_loaded(calendar):
    with translation.override("en"):
        assert calendar_note(at("2026-12-31 23:59"), "440605") == ""
        assert "2027" in calendar_note(at("2027-01-01 00:00"), "440605")


def test_staff_can_declare_a_year_loaded(calendar):
    WorkingCalendar.objects.update(loaded_through=2027)

    found = working_time_of("440605")

    assert [found.knows_year(year) for year in (2003, 2004, 2026, 2027, 2028)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_district_without_holidays_knows_every_year():
    assert OFFICE_IN_BOSTON.knows_year(2011)
    assert OFFICE_IN_BOSTON.knows_year(2040)


@pytest.mark.parametrize(
    "slots",
    [
        [],
        [["08:30"]],
        [["12:00", "08:30"]],
        [["08:30", "12:00"], ["11:00", "17:30"]],
        [["08:30", "08:30"]],
        [["8:30", "12:00"]],
        [["08:30", "25:00"]],
        [["08:30", 12]],
        "08:30-12:00",
        None,
    ],
)
def test_slots_that_make_no_day_are_refused(slots):
    with pytest.raises(ValidationError):
        WorkingCalendar(district_code="1", slots=slots).full_clean(
            validate_unique=False, validate_constraints=False
        )


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-19T07:00", "2026-11-19T12:00"),
        ("2026-11-19T10:00", "2026-11-19T17:30"),
        ("2026-11-19T14:00", "2026-11-20T12:00"),  # it has begun
        ("2026-11-20T20:00", "2026-11-23T12:00"),
        ("2026-09-30T20:00", "2026-10-08T12:00"),
        ("2026-12-31T20:00", "2027-01-01T12:00"),  # nobody has loaded 2027
    ],
)
def test_the_next_slot_ends(moment, end):
    at, ends = (datetime.fromisoformat(each).replace(tzinfo=SHANGHAI) for each in (moment, end))
    assert (
        CHINA.end_of_next_slot(at)
        == WorkingTime(default_slots(), "Asia/Shanghai").end_of_next_slot(at)
        == ends
    )
