"""Whose figures and scores somebody sees, who runs the assessment, who appeals and who reviews it; the only judge."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects

from assessment.kinds import PEOPLE, Kind
from assessment.models import Appeal, Score
from assessment.models.period import SHOWN
from cases.models import Case
from cases.permissions import AREA_FIELD, posts_that_see
from gridgov.errors import NotFoundForYou
from grids.models import Area, AreaLevel, Organisation, Post, Role, User

# Whose people they answer for, within the area of their post.
_LEADS: dict[str, tuple[Kind, ...]] = {
    Role.GRID_LEADER: (Kind.INSPECTOR,),
    Role.SUPERVISOR: PEOPLE,
    Role.LEADER: PEOPLE,
}
# Of the organisations within the area as well.
_LEADS_ORGANISATIONS = (Role.SUPERVISOR, Role.LEADER)


def can_see_figures(user: User) -> bool:
    """Whoever sees all cases of an area or of a unit."""
    return user.is_superuser or any(posts_that_see(user))


def can_see_reports(user: User) -> bool:
    """Whoever sees all cases of an area."""
    return user.is_superuser or bool(posts_that_see(user)[0])


def scope_of(
    user: User, area: Area | None, unit: Organisation | None
) -> tuple[Area | None, Organisation | None]:
    """What is asked for, with what the person must not leave open filled in: the area or unit of their post.

    Raises `NotFoundForYou` for what is neither within an area of theirs nor of a unit of theirs.
    """
    if user.is_superuser:
        return area, unit
    over, within = posts_that_see(user)
    if area is None and over and not (unit and any(post.organisation_id == unit.pk for post in within)):
        area = over[0].area
    if area and any(area.path.startswith(post.area.path) for post in over):
        return area, unit
    if within and unit is None:
        unit = within[0].organisation
    if unit and any(post.organisation_id == unit.pk for post in within):
        return area, unit
    raise NotFoundForYou("figures")


def is_trusted_with(user: User, permission: str) -> bool:
    """What the admin gives out by name goes to people of the admin; nobody else's pages ask for it."""
    return user.is_staff and user.has_perm(f"assessment.{permission}")


def can_change_schemes(user: User) -> bool:
    """Write versions of schemes and put them in force: administrators of schemes."""
    return is_trusted_with(user, "change_schemeversion")


def can_run_assessment(user: User) -> bool:
    """Compute, publish, correct: a supervisor of a whole district, or an administrator who may change periods."""
    return any(
        post.role == Role.SUPERVISOR and post.area.level == AreaLevel.DISTRICT for post in user.current_posts
    ) or is_trusted_with(user, "change_period")


def can_type_points(user: User) -> bool:
    """Type in points for what is not counted: whoever runs the assessment, or was given that alone."""
    return can_run_assessment(user) or is_trusted_with(user, "add_typedpoints")


def scores_seen_by(user: User) -> Q:
    """The filter of the scores that a person sees; the only rule.

    Whoever runs the assessment sees all of them, published or not. Everybody else sees published ones: their own; of
    the area and of the organisation of each post; of all areas within the post's area for those who lead there, and of
    the people whom they lead: who held a post there in that period. Grid leaders lead inspectors, supervisors and
    leaders everybody and the organisations too. Volunteers see their own. And what strangers see, all see.
    """
    if can_run_assessment(user):
        return Q()
    return scores_opened_by(user) | scores_seen_by_all()


def scores_opened_by(user: User) -> Q:
    """The filter of the scores that open to a person down to the cases, with the names and reasons of corrections.

    All that they see, but for what they see only because strangers do: of that they read what strangers read.
    """
    if can_run_assessment(user):
        return Q()
    found = Q(user_id=user.pk)
    for post in user.current_posts:
        if post.role != Role.VOLUNTEER:
            found |= Q(organisation_id=post.organisation_id) | Q(area_id=post.area_id)
        if post.role in _LEADS:
            found |= Q(area__path__startswith=post.area.path)
            found |= Q(_held_a_post_in(post.area), period__scheme__kind__in=_LEADS[post.role])
        if post.role in _LEADS_ORGANISATIONS:
            found |= Q(organisation__area__path__startswith=post.area.path)
    return Q(period__state__in=SHOWN) & found


def _held_a_post_in(area: Area) -> Exists:
    return Exists(
        Post.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=OuterRef("period__first_day")),
            user=OuterRef("user_id"),
            valid_from__lte=OuterRef("period__last_day"),
            area__path__startswith=area.path,
        )
    )


def scores_seen_by_all() -> Q:
    """The filter of the scores that strangers see: areas and units, never people, where the scheme is public."""
    return Q(period__state__in=SHOWN, period__scheme__is_public=True, user=None)


def can_see_scores(user: User) -> bool:
    """Whether there is a way to the scores for somebody: who works here, or runs the assessment."""
    return bool(user.current_posts) or can_run_assessment(user)


def areas_watched_by(user: User) -> list[Area]:
    """Where somebody may look into signs of gaming: where they supervise; a superuser everywhere."""
    if user.is_superuser:
        return list(Area.objects.filter(level=AreaLevel.DISTRICT, retired_on=None).order_by("code"))
    areas = {post.area_id: post.area for post in user.current_posts if post.role == Role.SUPERVISOR}
    return sorted(areas.values(), key=lambda area: (area.level, area.code))


def can_judge_suspicion(user: User, *, person: int | None, unit: int | None) -> bool:
    """Whoever supervises, but never of themselves or of an organisation of theirs."""
    if person == user.pk or any(post.organisation_id == unit for post in user.current_posts):
        return False
    return user.is_superuser or any(post.role == Role.SUPERVISOR for post in user.current_posts)


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
    return bool(user.current_posts) or is_trusted_with(user, "change_period")


def can_review_some(user: User) -> bool:
    """Whether there can be an appeal that somebody reviews."""
    return is_trusted_with(user, "change_period") or any(
        post.role == Role.SUPERVISOR for post in user.current_posts
    )


def own_scores(user: User) -> Q:
    """The filter of a person's own scores: theirs, and of the unit, centre and area of each post that answers for it."""
    posts = [post for post in user.current_posts if post.role != Role.VOLUNTEER]
    return (
        Q(user_id=user.pk)
        | Q(organisation_id__in={post.organisation_id for post in posts})
        | Q(area_id__in={post.area_id for post in posts if post.role in _ANSWERS_FOR})
    )


def where_may_appeal(user: User) -> Q:
    """The filter of the scores against which somebody may appeal: `can_appeal` for many."""
    found = own_scores(user)
    for post in user.current_posts:
        if post.role == Role.GRID_LEADER:
            found |= Q(area__path__startswith=post.area.path, area__level=AreaLevel.GRID)
    return found


def where_may_review(user: User) -> Q:
    """The filter of the cases that may be the matter of an appeal that somebody reviews."""
    if is_trusted_with(user, "change_period"):
        return Q()
    found = Q(pk__in=[])
    for post in user.current_posts:
        if post.role == Role.SUPERVISOR:
            found |= Q(**{AREA_FIELD[AreaLevel(post.area.level)]: post.area_id})
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


def _runs_over(user: User, case: Case) -> bool:
    return is_trusted_with(user, "change_period") or any(
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
