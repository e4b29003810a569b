"""Who hears of an appeal, and in which words."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessment.models import Appeal, AppealState, Score
from assessment.permissions import can_decide_appeal, can_review_first
from gridgov.outbox import register_texts, send_notices
from grids.models import Post, Role, User

_EVENTS = {
    AppealState.FILED: "appeal_filed",
    AppealState.REVIEWED: "appeal_reviewed",
    AppealState.GRANTED: "appeal_granted",
    AppealState.REFUSED: "appeal_refused",
}

register_texts(
    {
        "appeal_filed": _("%(whose)s, %(first)s to %(last)s: an appeal about case %(number)s waits for its first review"),
        "appeal_reviewed": _("%(whose)s, %(first)s to %(last)s: the appeal about case %(number)s was reviewed and waits for the second review"),
        "appeal_granted": _("%(whose)s, %(first)s to %(last)s: the appeal about case %(number)s is granted, the case no longer counts"),
        "appeal_refused": _("%(whose)s, %(first)s to %(last)s: the appeal about case %(number)s is refused"),
    }
)  # fmt: skip


def tell_of_appeal(appeal: Appeal, *, actor: User) -> None:
    """Tell everybody concerned how an appeal stands now but who did it, in the transaction of the change."""
    told = {person.pk: person for person in (*_concerned(appeal), *_next(appeal))}
    told.pop(actor.pk, None)
    period = appeal.score.period
    send_notices(
        told.values(),
        _EVENTS[AppealState(appeal.state)],
        params={
            "whose": str(appeal.score.whose),
            "first": f"{period.first_day:%Y-%m-%d}",
            "last": f"{period.last_day:%Y-%m-%d}",
            "number": appeal.case.number,
        },
        url=reverse("assessment:appeal", args=[appeal.pk]),
        subject=f"appeal:{appeal.pk}",
    )


def _concerned(appeal: Appeal) -> Iterable[User]:
    """Who appealed, who was scored, who reviewed it: by the posts that answer for a unit, a centre or an area."""
    people = (appeal.filed_by, appeal.score.user, appeal.first_by, appeal.second_by)
    yield from (person for person in people if person is not None)
    yield from _answering_for(appeal.score)


def _answering_for(score: Score) -> Iterable[User]:
    if score.user_id:
        return []
    posts = Post.objects.current().filter(
        Q(organisation_id=score.organisation_id, role__in=[Role.OFFICER, Role.LEADER])
        if score.organisation_id
        else Q(area_id=score.area_id, role__in=[Role.GRID_LEADER, Role.SUPERVISOR, Role.LEADER])
    )
    return _active(Q(posts__in=posts))


def _next(appeal: Appeal) -> Iterable[User]:
    """Who may give the review that it waits for; administrators only where nobody else may."""
    if appeal.state not in (AppealState.FILED, AppealState.REVIEWED):
        return []
    judge = can_review_first if appeal.state == AppealState.FILED else can_decide_appeal
    posts = Post.objects.current().filter(role=Role.SUPERVISOR, area_id__in=appeal.case.area_ids)
    found = [person for person in _active(Q(posts__in=posts)) if judge(person, appeal)]
    return found or [person for person in _administrators() if judge(person, appeal)]


def _administrators() -> Iterable[User]:
    found: Iterable[User] = get_user_model().objects.with_perm(
        "assessment.change_period", backend="django.contrib.auth.backends.ModelBackend"
    )
    return found


def _active(who: Q) -> Iterable[User]:
    return User.objects.filter(who, is_active=True).distinct()
