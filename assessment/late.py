"""What was told too late for a published period: listed beside it, never mixed in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.computing import span_of
from assessment.models import Period
from cases.deeds import LATEST
from cases.models import Case, CaseEvent
from cases.permissions import posts_that_see
from dispatch.models import Operation, OperationUnit
from grids.models import Area, AreaLevel, User
from inspections.models import DiaryEntry, GridCoverage

# Of each kind; a page that nobody reads to its end helps nobody.
MOST_TOLD = 100


@dataclass(frozen=True)
class Told:
    """What has no timeline and arrived late: what it is, of whom or where, when it was done and when it was told."""

    what: str | Promise
    whose: str
    done: date | datetime
    told_at: datetime


def late_rows(period: Period, user: User) -> QuerySet[CaseEvent]:
    """Rows that arrived after the scores were made, of what was done before the period ended, of cases the person sees.

    Nothing can be told later than a week after it was done, which bounds what is looked through.
    """
    assert period.known_until is not None
    end = span_of(period, period.known_until).end
    rows: QuerySet[CaseEvent] = CaseEvent.objects.filter(
        # Each district has its index.
        district__in=Area.objects.filter(level=AreaLevel.DISTRICT).values("pk"),
        at__gte=period.known_until,
        at__lte=end + LATEST,
        done_at__lt=end,
        case__in=Case.objects.visible_to(user),
    )
    return rows.select_related("case__case_class", "actor", "unit", "post").order_by("pk")


def late_told(period: Period, user: User) -> list[Told]:
    """Ways walked, pages of the diary and arrivals of the period that were told after its scores were made.

    As far as the person sees them, the first told first, at most so many of each kind; three queries.
    """
    assert period.known_until is not None
    span = span_of(period, period.known_until)
    ways = GridCoverage.objects.filter(
        _walked_where_seen(user), inspector__isnull=False, day__range=(period.first_day, period.last_day), noted_at__gte=span.known_until
    )  # fmt: skip
    pages = DiaryEntry.objects.visible_to(user).filter(
        written_at__gte=span.start, written_at__lt=span.end, received_at__gte=span.known_until
    )
    arrivals = OperationUnit.objects.filter(
        operation__in=Operation.objects.visible_to(user),
        reported_in_at__gte=span.start,
        reported_in_at__lt=span.end,
        reported_in_told_at__gte=span.known_until,
    )
    found = [
        *(
            Told(_("What was walked of a grid"), str(way.grid), way.day, way.noted_at)
            for way in ways.select_related("grid").order_by("noted_at", "pk")[:MOST_TOLD]
        ),
        *(
            Told(_("A page of the diary"), str(page.author), page.written_at, page.received_at)
            for page in pages.select_related("author").order_by("received_at", "pk")[:MOST_TOLD]
        ),
        *(
            Told(
                _("Reported in when whistled"),
                str(unit.organisation),
                cast(datetime, unit.reported_in_at),
                cast(datetime, unit.reported_in_told_at),
            )
            for unit in arrivals.select_related("organisation").order_by("reported_in_told_at", "pk")[
                :MOST_TOLD
            ]
        ),
    ]
    return sorted(found, key=lambda told: told.told_at)


def _walked_where_seen(user: User) -> Q:
    """In the areas of which the person sees all cases."""
    if user.is_superuser:
        return Q()
    within = Q(pk__in=[])
    for post in posts_that_see(user)[0]:
        within |= Q(grid__path__startswith=post.area.path)
    return within
