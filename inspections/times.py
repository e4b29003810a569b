"""Where a day begins and ends, and when something was done that a phone tells later."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from gridgov import clock

# How late a phone may tell something: as long as photos wait for what they belong to.
LATEST = timedelta(days=60)


def time_of_deed(at: datetime) -> datetime:
    """When something was done that is told later; not after now, nor longer ago than `LATEST`."""
    now = clock.now()
    return min(max(at, now - LATEST), now)


def day_of_deed(at: datetime) -> date:
    """The day by whose posts something is judged that is told later."""
    return timezone.localdate(time_of_deed(at))


def beginning_of(day: date) -> datetime:
    """Midnight, where the district is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def start_of_day() -> datetime:
    return beginning_of(clock.today())


def end_of_day() -> datetime:
    return beginning_of(clock.today() + timedelta(days=1))
