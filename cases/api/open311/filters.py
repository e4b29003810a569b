"""What a list of requests is narrowed by, with the bounds of the specification."""

import re
from datetime import UTC, datetime, time, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from cases.api.open311.base import argument
from cases.api.open311.services import services_named
from cases.models import Case
from cases.workflow import OPEN
from gridgov import clock

LONGEST_SPAN = timedelta(days=90)
MOST_ROWS = 1000
# Nobody pages further than this: narrower dates lead there sooner.
_LAST_PAGE = 1000
_STATUSES = {"open", "closed"}


def requests_named(request: Request) -> list[str]:
    """The ids that were named, at most `MOST_ROWS`; they override all other arguments."""
    return [number for number in _listed(request, "service_request_id") if number.isprintable()][:MOST_ROWS]


def narrowed(cases: QuerySet[Case], request: Request) -> QuerySet[Case]:
    """The cases of the dates (the last 90 days unless others are named), services and statuses that were asked for."""
    start, end = _span(request)
    cases = cases.filter(reported_at__gte=start, reported_at__lte=end)
    if codes := _listed(request, "service_code"):
        cases = cases.filter(case_class__in=[each.pk for each in services_named(codes[:MOST_ROWS])])
    statuses = set(_listed(request, "status"))
    if not statuses <= _STATUSES:
        raise ValidationError({"status": [_("Choose open or closed.")]})
    if len(statuses) == 1:
        cases = cases.filter(status__in=OPEN) if statuses == {"open"} else cases.exclude(status__in=OPEN)
    return _updated(cases, request)


def page_of(request: Request) -> tuple[int, int]:
    """The first row of the page that was asked for, and the one after its last."""
    size = min(_number(request, "page_size", MOST_ROWS), MOST_ROWS)
    page = _number(request, "page", 1)
    if page > _LAST_PAGE:
        raise ValidationError({"page": [_("There are no pages so far on: narrow the dates.")]})
    return (page - 1) * size, page * size


def _span(request: Request) -> tuple[datetime, datetime]:
    start, end = _moment(request, "start_date"), _moment(request, "end_date", ends=True)
    try:
        if start is None:
            end = end or clock.now()
            start = end - LONGEST_SPAN
        elif end is None:
            end = start + LONGEST_SPAN
    except OverflowError:
        raise _no_moment("start_date") from None
    if end < start:
        raise ValidationError({"end_date": [_("It lies before start_date.")]})
    if end - start > LONGEST_SPAN:
        raise ValidationError({"end_date": [_("From start_date to end_date are more than 90 days.")]})
    return start, end


def _updated(cases: QuerySet[Case], request: Request) -> QuerySet[Case]:
    after, before = _moment(request, "updated_after"), _moment(request, "updated_before", ends=True)
    updated_at = Coalesce("closed_at", "stage_started_at")
    if after:
        cases = cases.filter(GreaterThanOrEqual(updated_at, after))
    return cases.filter(LessThanOrEqual(updated_at, before)) if before else cases


def _moment(request: Request, name: str, *, ends: bool = False) -> datetime | None:
    """A moment as the W3C note on dates writes it; a day alone begins, or ends, in the site's time zone."""
    # A plus that nobody escaped arrives as a blank.
    sent = re.sub(r"(?<=\d) (?=\d\d:?\d\d$)", "+", argument(request, name))
    if not sent:
        return None
    try:
        at = parse_datetime(sent) if "T" in sent else None
        if at is None and (day := parse_date(sent)):
            at = datetime.combine(day, time.max if ends else time.min)
        if at is None:
            raise _no_moment(name)
        return (at if at.tzinfo else at.replace(tzinfo=get_default_timezone())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_moment(name) from None


def _no_moment(name: str) -> ValidationError:
    return ValidationError({name: [_("Write it with a time zone, like 2026-01-31T00:00:00Z.")]})


def _number(request: Request, name: str, default: int) -> int:
    sent = argument(request, name)
    if not sent:
        return default
    if not (sent.isascii() and sent.isdecimal() and 1 <= len(sent) <= 9 and int(sent) > 0):
        raise ValidationError({name: [_("Give a whole number from 1.")]})
    return int(sent)


def _listed(request: Request, name: str) -> list[str]:
    """The values of an argument that may come several times, and with commas."""
    parts = ",".join(request.query_params.getlist(name)).split(",")
    return [part.strip() for part in parts if part.strip()]
