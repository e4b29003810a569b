"""What the simulated city looks like: a small table."""

from collections.abc import Iterator

from django.db.models import Count

from cases.models import Case, CaseEvent, CasePhoto
from cases.workflow import Action, Capacity, Status
from gridgov.models import Notice
from grids.demo.places import DISTRICT
from grids.models import AreaLevel


def summary_lines() -> Iterator[str]:
    """Cases by status, then what became late, in lines for a terminal."""
    cases = Case.objects.filter(district__code=DISTRICT)
    by_status = dict(cases.order_by().values_list("status").annotate(Count("pk")))
    for status in Status:
        yield f"  {status.value:<32}{by_status.get(status, 0):>6}"
    yield f"  {'all cases':<32}{sum(by_status.values()):>6}"
    events = CaseEvent.objects.filter(district__code=DISTRICT)
    climbed = events.filter(action=Action.ESCALATE, capacity=Capacity.CLOCK)
    reached = dict(climbed.order_by().values_list("level").annotate(Count("case", distinct=True)))
    yield f"  {'late, climbed to the street':<32}{reached.get(AreaLevel.STREET, 0):>6}"
    yield f"  {'late, climbed to the district':<32}{reached.get(AreaLevel.DISTRICT, 0):>6}"
    supervised = events.filter(action=Action.SUPERVISE).values("case").distinct().count()
    yield f"  {'late, put under supervision':<32}{supervised:>6}"
    for title, number in (
        ("sent back for rework", events.filter(action=Action.VERIFY_FAIL).count()),
        ("settled on the spot", cases.filter(settled_on_the_spot=True).count()),
        ("in no grid", cases.filter(grid=None).count()),
        ("requests to decide", cases.exclude(request="").count()),
        ("timeline rows", events.count()),
        ("photos", CasePhoto.objects.filter(case__district__code=DISTRICT).count()),
        ("unread notices", Notice.objects.filter(read_at=None).count()),
    ):
        yield f"  {title:<32}{number:>6}"
