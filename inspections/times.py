"""Where a day begins and ends."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from gridgov import clock


def beginning_of(day: date) -> datetime:
    """Midnight, where the district is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def start_of_day() -> datetime:
    return beginning_of(clock.today())


def end_of_day() -> datetime:
    return beginning_of(clock.today() + timedelta(days=1))
