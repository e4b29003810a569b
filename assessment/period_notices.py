"""Who hears that the scores of a period are published, and that one of them was corrected."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessment.kinds import AREAS, PEOPLE, Kind
from assessment.models import Correction, Period, Score
from gridgov.outbox import register_texts, send_notices
from grids.models import Area, Organisation, Post, Role, User

register_texts(
    {
        "scores_published": _("%(scheme)s, %(first)s to %(last)s: the scores are published"),
        "score_corrected": _("%(whose)s, %(first)s to %(last)s: the score was corrected"),
    }
)

# Who answers for an organisation itself.
_OF_ORGANISATION = (Role.OFFICER, Role.SUPERVISOR, Role.LEADER)
_OF_AREA = (Role.GRID_LEADER, Role.SUPERVISOR, Role.LEADER)


def tell_of_scores(period: Period) -> None:
    """Tell who was scored and who leads them, in the transaction of the publishing."""
    scheme = period.scheme
    send_notices(
        told_of_scores(period),
        "scores_published",
        params={
            "scheme": scheme.name,
            "first": f"{period.first_day:%Y-%m-%d}",
            "last": f"{period.last_day:%Y-%m-%d}",
        },
        # It leads on to one's own score, or to the ranking for who has none or several in it.
        url=f"{reverse('assessment:my_scores')}?period={period.pk}",
    )


def tell_of_correction(correction: Correction) -> None:
    """Tell who was scored, or who answers for it, in the transaction of the correction."""
    score = correction.score
    send_notices(
        _told_of_score(score),
        "score_corrected",
        params={
            "whose": str(score.whose),
            "first": f"{score.period.first_day:%Y-%m-%d}",
            "last": f"{score.period.last_day:%Y-%m-%d}",
        },
        url=f"{reverse('assessment:score_detail', args=[score.pk])}#corrections",
        subject=f"correction:{correction.pk}",
    )


def _told_of_score(score: Score) -> QuerySet[User]:
    if score.user_id:
        return _people(Q(pk=score.user_id))
    posts = Post.objects.current().order_by()
    if score.organisation_id:
        posts = posts.filter(organisation=score.organisation_id, role__in=_OF_ORGANISATION)
    else:
        posts = posts.filter(area=score.area_id, role__in=_OF_AREA)
    return _people(Q(posts__in=posts))


def told_of_scores(period: Period) -> QuerySet[User]:
    """Who has a score in the period or answers for an organisation or area that has, and their leaders."""
    kind, scores = period.scheme.kind, period.scores.order_by()
    posts = Post.objects.current().order_by()
    if kind in PEOPLE:
        own = Q(pk__in=scores.values("user"))
        held = posts.filter(user__in=scores.values("user"))
        return _people(own | Q(posts__in=_leading(posts, kind, held.values("area"))))
    if kind in AREAS:
        return _people(Q(posts__in=_leading(posts, kind, scores.values("area"))))
    answering = posts.filter(organisation__in=scores.values("organisation"), role__in=_OF_ORGANISATION)
    seats = Organisation.objects.filter(pk__in=scores.values("organisation")).order_by().values("area")
    return _people(Q(posts__in=answering) | Q(posts__in=_leading(posts, kind, seats)))


def _leading(posts: QuerySet[Post], kind: str, areas: Any) -> QuerySet[Post]:
    """Those over one of the areas, or over one around it, who lead there."""
    roles = [Role.SUPERVISOR, Role.LEADER]
    if kind in (Kind.INSPECTOR, Kind.GRID, Kind.COMMUNITY):
        roles.append(Role.GRID_LEADER)
    return posts.filter(role__in=roles, area__code__in=_codes_around(areas))


def _codes_around(areas: Any) -> Collection[str]:
    paths = Area.objects.filter(pk__in=areas).order_by().values_list("path", flat=True)
    return {code for path in paths for code in path.strip("/").split("/")}


def _people(who: Q) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(who, is_active=True).distinct()
    return found
