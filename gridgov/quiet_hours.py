"""When people want quiet."""

from datetime import datetime, time, timedelta

from django.utils import timezone


def quiet_until(now: datetime, begin: time | None, end: time | None) -> datetime:
    """The end of the quiet hours that now falls into, else now itself; hours of local time, across midnight too."""
    if begin is None or end is None:
        return now
    local = timezone.localtime(now, timezone.get_default_timezone())
    at = local.time()
    is_quiet = begin <= at < end if begin < end else at >= begin or at < end
    if not is_quiet:
        return now
    ends_on = local.date() + timedelta(days=at >= end)
    return timezone.make_aware(datetime.combine(ends_on, end), timezone.get_default_timezone())
