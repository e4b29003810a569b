"""What the timeline told too late for a published period: listed beside it, never mixed in."""

from django.db.models import QuerySet

from assessment.computing import span_of
from assessment.models import Period
from cases.deeds import LATEST
from cases.models import Case, CaseEvent
from grids.models import Area, AreaLevel, User


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
