"""How the departments' feeds stand: what arrived last, what is good, what is late."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from gridgov import clock
from grids.models import DepartmentForm, FeedRun, FeedState


@dataclass(frozen=True)
class Standing:
    """One form with its newest delivery and its newest good one."""

    form: DepartmentForm
    last: FeedRun | None
    last_good: FeedRun | None

    @property
    def is_broken(self) -> bool:
        return self.last is not None and self.last.state == FeedState.BROKEN

    @property
    def is_overdue(self) -> bool:
        """Whether a delivery should have come by now; a form that never had one is late from the beginning."""
        days = self.form.expected_every_days
        if not days:
            return False
        return self.last_good is None or clock.now() - self.last_good.at > timedelta(days=days)


def standings(forms: QuerySet[DepartmentForm]) -> list[Standing]:
    """How forms stand, in their order; two queries."""
    runs = FeedRun.objects.filter(form=OuterRef("pk")).order_by("-id").values("pk")
    found = list(
        forms.select_related("department__area").annotate(
            last_id=Subquery(runs[:1]), last_good_id=Subquery(runs.filter(state=FeedState.GOOD)[:1])
        )
    )
    by_id = FeedRun.objects.select_related("by").in_bulk(
        {pk for form in found for pk in (form.last_id, form.last_good_id) if pk}
    )
    return [Standing(form, by_id.get(form.last_id), by_id.get(form.last_good_id)) for form in found]
