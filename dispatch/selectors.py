"""Questions about assignments, answered from the timeline."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cases.models import Case, CaseEvent
from cases.workflow import Action

# What ends an assignment; a failed verification doesn't, the same unit goes on.
ENDINGS = (Action.RETURN, Action.RECALL, Action.VERIFY_PASS, Action.VOID)
_NEVER = 2**31 - 1


def assignments(cases: QuerySet[Case]) -> QuerySet[CaseEvent, Any]:
    """Which unit got which of these cases when, and what came of it: one row for each dispatch.

    Adds `accepted_at`, `handled_at` (the last report as handled), `ended_at`, `outcome` (the action that ended
    it, None while it goes on) and `reworks` (how often verification sent it back). There is no table of
    assignments that could disagree with the timeline.
    """
    later = CaseEvent.objects.filter(case=OuterRef("case"), seq__gt=OuterRef("seq"))
    ending = later.filter(action__in=ENDINGS).order_by("seq")
    meanwhile = later.filter(seq__lt=OuterRef("until_seq"))
    accepted = meanwhile.filter(action=Action.ACCEPT).order_by("seq")
    handled = meanwhile.filter(action=Action.FEED_BACK).order_by("-seq")
    reworks = meanwhile.filter(action=Action.VERIFY_FAIL).order_by().values("case")
    return (
        CaseEvent.objects.filter(action=Action.DISPATCH, case__in=cases)
        .annotate(
            until_seq=Coalesce(Subquery(ending.values("seq")[:1]), _NEVER),
            ended_at=Subquery(ending.values("at")[:1]),
            outcome=Subquery(ending.values("action")[:1]),
        )
        .annotate(
            accepted_at=Subquery(accepted.values("at")[:1]),
            handled_at=Subquery(handled.values(moment=Coalesce("done_at", "at"))[:1]),
            reworks=Coalesce(
                Subquery(reworks.annotate(number=Count("pk")).values("number"), output_field=IntegerField()),
                0,
            ),
        )
    )
