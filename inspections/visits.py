"""What visits say: one in full, and rows of many."""

from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q, QuerySet

from cases.models import Case
from gridgov.errors import NotFoundForYou
from grids.models import User
from inspections.models import Answer, Finding, Result, Visit, VisitPhoto


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


def cases_open_to(user: User, findings: Iterable[Finding]) -> set[int]:
    """Ids of the cases of findings that the person may open: only these are named to them; one query at most."""
    named = {finding.case_id for finding in findings if finding.case_id}
    if not named:
        return set()
    return set(Case.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True))
