"""What visits say: one in full, those of an object, and what was found there."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from cases.models import Case
from gridgov import clock
from gridgov.errors import NotFoundForYou
from grids.models import GridObject, User
from inspections.checklists import DepartmentDue, due_items
from inspections.models import Answer, Finding, Result, Visit, VisitPhoto

MOST_SHOWN = 20


@dataclass(frozen=True)
class History:
    """What is known of an object from outside: visits and findings, newest first, and what is due next."""

    visits: list[Visit]
    findings: list[Finding]
    # Ids of the findings' cases that the viewer may open.
    open_to_viewer: set[int]
    due: list[DepartmentDue]
    today: date


def visit_for(user: User, pk: int) -> Visit:
    """A visit with its answers, photos and findings, for somebody who may see it; five queries.

    Raises `NotFoundForYou`.
    """
    answers = (
        Answer.objects.select_related("item__version__checklist__department", "finding__case")
        .prefetch_related(Prefetch("photos", VisitPhoto.objects.select_related("photo").order_by("id")))
        .order_by("id")
    )
    of_the_whole = VisitPhoto.objects.filter(answer=None).select_related("photo").order_by("id")
    found: Visit | None = (
        for_rows(Visit.objects.visible_to(user))
        .filter(pk=pk)
        .prefetch_related(Prefetch("answers", answers), Prefetch("photos", of_the_whole))
        .first()
    )
    if found is None:
        raise NotFoundForYou(pk)
    return found


def for_rows(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """With what a row shows: object, people, how many answers and how many of them abnormal."""
    return visits.select_related("object__type", "inspector", "task", "area").annotate(
        answered=Count("answers"), abnormal=Count("answers", filter=Q(answers__result=Result.ABNORMAL))
    )


def history_of(seen: GridObject, user: User) -> History:
    """What a viewer may know of an object's past; a bounded number of queries."""
    visits = for_rows(Visit.objects.filter(object=seen)).order_by("-finished_at", "-id")[:MOST_SHOWN]
    findings = list(
        Finding.objects.filter(object=seen)
        .select_related("answer__item", "answer__visit", "case", "confirmed_by")
        .order_by("-id")[:MOST_SHOWN]
    )
    cases = Case.objects.visible_to(user).filter(pk__in=[each.case_id for each in findings if each.case_id])
    return History(
        visits=list(visits),
        findings=findings,
        open_to_viewer=set(cases.values_list("pk", flat=True)),
        due=due_items(seen),
        today=clock.today(),
    )
