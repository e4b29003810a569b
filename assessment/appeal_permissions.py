"""Who may appeal against a score, and who reviews it; the only judge of that."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, prefetch_related_objects

from assessment.models import Appeal, Score
from assessment.permissions import is_trusted_with
from cases.models import Case
from grids.models import Area, AreaLevel, Post, Role, User

# Who answers for an area itself; a grid leader for all grids within theirs.
_ANSWERS_FOR = (Role.GRID_LEADER, Role.SUPERVISOR, Role.LEADER)


def can_appeal(user: User, score: Score) -> bool:
    """Who was scored: the person, a member of the unit or centre, who answers for the area."""
    return _is_whose(score, user.pk, user.current_posts)


def can_review_first(user: User, appeal: Appeal) -> bool:
    """Who runs the assessment over the case's district, or supervises who was scored; never in their own matter."""
    return (_runs_over(user, appeal.case) or _supervises(user, appeal)) and _is_impartial(user, appeal)


def can_decide_appeal(user: User, appeal: Appeal) -> bool:
    """Who runs the assessment, but for who reviewed it first; never in their own matter."""
    return user.pk != appeal.first_by_id and _runs_over(user, appeal.case) and _is_impartial(user, appeal)


def can_see_appeal(user: User, appeal: Appeal) -> bool:
    """Who appealed, who was scored, who reviews or has reviewed it."""
    return (
        user.pk in (appeal.filed_by_id, appeal.first_by_id, appeal.second_by_id)
        or can_appeal(user, appeal.score)
        or can_review_first(user, appeal)
    )


def has_appeals(user: User) -> bool:
    """Whether there can be an appeal that somebody sees."""
    return bool(user.current_posts) or _administers(user)


def can_review_some(user: User) -> bool:
    """Whether there can be an appeal that somebody reviews."""
    return _administers(user) or any(post.role == Role.SUPERVISOR for post in user.current_posts)


def scores_of(user: User) -> Q:
    """The filter of the scores against which somebody may appeal: `can_appeal` for many."""
    posts = [post for post in user.current_posts if post.role != Role.VOLUNTEER]
    found = Q(user_id=user.pk) | Q(organisation_id__in={post.organisation_id for post in posts})
    for post in posts:
        if post.role in _ANSWERS_FOR:
            found |= Q(area_id=post.area_id)
        if post.role == Role.GRID_LEADER:
            found |= Q(area__path__startswith=post.area.path, area__level=AreaLevel.GRID)
    return found


def cases_reviewed_by(user: User) -> Q:
    """The filter of the cases that may be the matter of an appeal that somebody reviews."""
    if _administers(user):
        return Q()
    found = Q(pk__in=[])
    for post in user.current_posts:
        if post.role == Role.SUPERVISOR:
            found |= Q(**{f"{AreaLevel(post.area.level).name.lower()}_id": post.area_id})
    return found


def _is_whose(score: Score, person_id: int, posts: Iterable[Post]) -> bool:
    if score.user_id:
        return bool(score.user_id == person_id)
    posts = [post for post in posts if post.role != Role.VOLUNTEER]
    if score.organisation_id:
        return any(post.organisation_id == score.organisation_id for post in posts)
    area = score.area
    assert area is not None
    return any(post.role in _ANSWERS_FOR and _answers_for(post, area) for post in posts)


def _answers_for(post: Post, area: Area) -> bool:
    if post.role == Role.GRID_LEADER and area.level == AreaLevel.GRID:
        return area.path.startswith(post.area.path)
    return bool(post.area_id == area.pk)


def _is_impartial(user: User, appeal: Appeal) -> bool:
    """Neither who appealed, nor scored by it: now or at any time since the period began."""
    since = appeal.score.period.first_day
    return user.pk != appeal.filed_by_id and not _is_whose(appeal.score, user.pk, _posts_since(user, since))


def _posts_since(user: User, day: date) -> list[Post]:
    # Read once, however many appeals are judged.
    prefetch_related_objects([user], Prefetch("posts", Post.objects.select_related("area")))
    return [post for post in user.posts.all() if post.valid_to is None or post.valid_to >= day]


def _administers(user: User) -> bool:
    return is_trusted_with(user, "change_period")


def _runs_over(user: User, case: Case) -> bool:
    return _administers(user) or any(
        post.role == Role.SUPERVISOR and post.area_id == case.district_id for post in user.current_posts
    )


def _supervises(user: User, appeal: Appeal) -> bool:
    return any(post.role == Role.SUPERVISOR and _is_over(post, appeal) for post in user.current_posts)


def _is_over(post: Post, appeal: Appeal) -> bool:
    score = appeal.score
    if score.area:
        return score.area.path.startswith(post.area.path)
    # Of a department of the district, nobody of a street.
    at_level = score.organisation is None or post.area.level <= score.organisation.level
    return at_level and post.area_id in appeal.case.area_ids
