"""What the simulated city looks like: a small table."""

from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent, CasePhoto
from cases.workflow import Action, Capacity, Status
from gridgov.models import Notice
from grids.demo.places import DISTRICT
from grids.models import AreaLevel


def summary_lines() -> Iterator[str]:
    """Cases by status, then what became late, in lines for a terminal."""
    cases = Case.objects.filter(district__code=DISTRICT)
    by_status = dict(cases.order_by().values_list("status").annotate(Count("pk")))
    events = CaseEvent.objects.filter(district__code=DISTRICT)
    climbed = events.filter(action=Action.ESCALATE, capacity=Capacity.CLOCK)
    reached = dict(climbed.order_by().values_list("level").annotate(Count("case", distinct=True)))
    supervised = events.filter(action=Action.SUPERVISE).values("case").distinct()
    photos = CasePhoto.objects.filter(case__district__code=DISTRICT)
    for number, title in (
        *((by_status.get(status, 0), status.label) for status in Status),
        (sum(by_status.values()), _("all cases")),
        (reached.get(AreaLevel.STREET, 0), _("late, climbed to the street")),
        (reached.get(AreaLevel.DISTRICT, 0), _("late, climbed to the district")),
        (supervised.count(), _("late, put under supervision")),
        (events.filter(action=Action.VERIFY_FAIL).count(), _("sent back for rework")),
        (cases.filter(settled_on_the_spot=True).count(), _("settled on the spot")),
        (cases.filter(grid=None).count(), _("in no grid")),
        (cases.exclude(request="").count(), _("requests to decide")),
        (events.count(), _("timeline rows")),
        (photos.count(), _("photos")),
        (Notice.objects.filter(read_at=None).count(), _("unread notices")),
    ):
        # The number first: how wide a word is depends on its letters.
        yield f"{number:>8}  {title}"
