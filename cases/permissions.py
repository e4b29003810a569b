"""Who may see a case and take which step; the only judge."""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from cases.models import BoardMessage, Case, Device, RequestSource, Survey
from cases.workflow import STEPS, Action, Capacity, Status, Step, find_step, steps_from
from gridgov.errors import NotPermitted, StepNotAllowed
from grids.models import Area, AreaLevel, Organisation, Post, Role, User
from grids.permissions import posts_covering

# Roles that see every case of their area.
_SEES_AREA = {
    Role.INSPECTOR, Role.GRID_LEADER, Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER,
}  # fmt: skip
_AT_HOLDER: dict[str, Capacity] = {Role.OPERATOR: Capacity.OPERATOR, Role.DISPATCHER: Capacity.DISPATCHER}
_OF_PLACE: dict[str, Capacity] = {
    Role.INSPECTOR: Capacity.FIELD,
    Role.GRID_LEADER: Capacity.FIELD,
    Role.SUPERVISOR: Capacity.SUPERVISOR,
    Role.LEADER: Capacity.LEADER,
}
# Who does the work of a unit.
IN_UNIT = (Role.HANDLER, Role.OFFICER)
# Roles whose work is in the street.
_OUTSIDE = {Role.INSPECTOR, Role.GRID_LEADER, Role.HANDLER}
AREA_FIELD = {
    AreaLevel.DISTRICT: "district_id",
    AreaLevel.STREET: "street_id",
    AreaLevel.SUBDISTRICT: "subdistrict_id",
    AreaLevel.COMMUNITY: "community_id",
    AreaLevel.GRID: "grid_id",
}
_VERIFY = (Action.VERIFY_PASS, Action.VERIFY_FAIL)
_LOOK_OVER = (Role.OPERATOR, Role.SUPERVISOR)
_ASK_THE_CALLER = (Capacity.OPERATOR, Capacity.DISPATCHER, Capacity.UNIT)
_KEEP_OUT = {Capacity.OPERATOR, Capacity.DISPATCHER, Capacity.SUPERVISOR}


def seen_by(user: User) -> Q:
    """The filter behind `Case.objects.visible_to`."""
    return reduce(or_, ways_to_see(user))


def ways_to_see(user: User) -> list[Q]:
    """Each reason to see a case as a filter of its own, so that a long list can take each from its index."""
    if user.is_superuser:
        return [Q()]
    areas: dict[str, set[int]] = {}
    units: set[int] = set()
    for post in user.current_posts:
        if post.role in _SEES_AREA:
            areas.setdefault(AREA_FIELD[AreaLevel(post.area.level)], set()).add(post.area_id)
        elif post.role in IN_UNIT:
            units.add(post.organisation_id)
    ways = [Q(reporter_id=user.pk), *(Q(**{f"{field}__in": ids}) for field, ids in areas.items())]
    if areas:
        ways.append(across_borders(set().union(*areas.values())))
    if units:
        ways += [Q(unit_id__in=units), with_joint_unit(units)]
    return ways


def lies_in(area: Area, of: str = "") -> Q:
    """The filter of the rows that lie in an area; `of` leads to the row that says where."""
    return Q(**{f"{of}{AREA_FIELD[AreaLevel(area.level)]}": area.pk})


def touching(area: Area, of: str = "") -> Q:
    """The filter of the cases that lie in an area or touch it (`Case.touched_area_ids`); `of` leads to the case."""
    return lies_in(area, of) | across_borders([area.pk], of)


def across_borders(areas: Collection[int], of: str = "") -> Q:
    """The filter of the cases whose line or further points touch one of these areas; `of` leads to the case."""
    return _shares(f"{of}more_area_ids", areas)


def with_joint_unit(units: Collection[int], of: str = "") -> Q:
    """The filter of the cases of which one of these units does, or did, a part beside the one that leads."""
    return _shares(f"{of}joint_unit_ids", units)


def _shares(column: str, ids: Collection[int]) -> Q:
    # Hardly any array holds something, which PostgreSQL does not guess: said aloud, it takes the index of those that do.
    return ~Q(**{column: []}) & Q(**{f"{column}__overlap": sorted(ids)})


def posts_that_see(user: User) -> tuple[list[Post], list[Post]]:
    """The posts by which a person sees all cases of an area, and those by which they see all of a unit."""
    posts = user.current_posts
    return [post for post in posts if post.role in _SEES_AREA], [
        post for post in posts if post.role in IN_UNIT
    ]


def units_of(user: User) -> set[int]:
    """Ids of the units whose work the person does."""
    return {post.organisation_id for post in user.current_posts if post.role in IN_UNIT}


def can_report_case(user: User) -> bool:
    return bool(user.current_posts)


def can_change_devices(user: User | None) -> bool:
    """Administrators of devices; None is a command at the server."""
    return user is None or user.has_perm("cases.change_device")


def can_send_event(user: User, device: Device) -> bool:
    """The system that the device is registered for, where its posts reach."""
    return device.account_id == user.pk and bool(posts_covering(user, device.area))


def can_take_requests(user: User) -> bool:
    """Whoever registers takes over what hotlines and petition offices hand over."""
    return any(post.role == Role.OPERATOR for post in user.current_posts)


def sources_for(user: User) -> QuerySet[RequestSource]:
    """The sources in use whose organisation lies in an area for which the person registers."""
    paths = {post.area.path for post in user.current_posts if post.role == Role.OPERATOR}
    of_theirs = reduce(or_, (Q(organisation__area__path__startswith=path) for path in paths), Q(pk__in=[]))
    return RequestSource.objects.filter(of_theirs, is_active=True).select_related("organisation")


def capacities(user: User, case: Case) -> Mapping[Capacity, Post | None]:
    """What the person is to the case, each with the post that makes them so."""
    found: dict[Capacity, Post | None] = {}
    if case.reporter_id == user.pk:
        found[Capacity.REPORTER] = next(iter(user.current_posts), None)
    area_ids = case.area_ids
    for post in user.current_posts:
        role = post.role
        if post.organisation_id == case.holder_id and role in _AT_HOLDER:
            found.setdefault(_AT_HOLDER[role], post)
        elif post.area_id in area_ids and role in _OF_PLACE:
            found.setdefault(_OF_PLACE[role], post)
        elif role in IN_UNIT and case.unit_id is not None and post.organisation_id == case.unit_id:
            found.setdefault(Capacity.UNIT, post)
        elif role in IN_UNIT and post.organisation_id in case.joint_unit_ids:
            found.setdefault(Capacity.JOINT, post)
    return found


def can_see_case(user: User, case: Case) -> bool:
    """The same rule as `seen_by`, for a case at hand."""
    return (
        user.is_superuser
        or case.reporter_id == user.pk
        or any(
            (post.role in _SEES_AREA and post.area_id in case.touched_area_ids)
            or (post.role in IN_UNIT and post.organisation_id in (case.unit_id, *case.joint_unit_ids))
            for post in user.current_posts
        )
    )


def in_what_capacity(user: User, case: Case, step: Step) -> tuple[Capacity, Post | None] | None:
    """The capacity and post in which the person may take the step, or None if they may not."""
    held = capacities(user, case)
    if step.action in _VERIFY and not _may_judge(case, held):
        return None
    if step.action is Action.SETTLE and not _goes_out(user):
        return None  # a call that an operator took is settled by nobody at a desk
    # In the order of the list, so that the answer is always the same; but what a leader says, the leader said.
    for capacity in (Capacity.LEADER, *Capacity):
        if capacity in step.who and capacity in held:
            return capacity, held[capacity]
    return None


def _may_judge(case: Case, held: Mapping[Capacity, Post | None]) -> bool:
    """Whoever handles never checks their own work, nor whoever settled the case on the spot."""
    handles = Capacity.UNIT in held or Capacity.JOINT in held
    return not handles and not (case.settled_on_the_spot and Capacity.REPORTER in held)


def _goes_out(user: User) -> bool:
    return any(post.role in _OUTSIDE for post in user.current_posts)


def can_take_step(user: User, case: Case, action: Action) -> bool:
    return any(
        step.action == action and in_what_capacity(user, case, step) for step in steps_from(case.status)
    )


def where_may_take(user: User, action: Action) -> Q:
    """The filter of the cases in which the person may take a step now: the rule of `can_take_step`."""
    held = _where_held(user)
    where = Q(pk__in=[])
    for step in STEPS:
        if step.action == action:
            for capacity in step.who & held.keys():
                where |= Q(held[capacity], status=step.source)
    if action is Action.SETTLE and not _goes_out(user):
        where = Q(pk__in=[])
    if action in _VERIFY:
        nobody = Q(pk__in=[])
        where &= ~held.get(Capacity.UNIT, nobody) & ~held.get(Capacity.JOINT, nobody)
        where &= ~Q(settled_on_the_spot=True, reporter_id=user.pk)
    return where


def _where_held(user: User) -> dict[Capacity, Q]:
    """Capacity → the filter of the cases in which the person has it: the rule of `capacities`."""
    held = {Capacity.REPORTER: Q(reporter_id=user.pk)}

    def hold(capacity: Capacity, where: Q) -> None:
        held[capacity] = held[capacity] | where if capacity in held else where

    for post in user.current_posts:
        role = Role(post.role)
        if role in _AT_HOLDER:
            hold(_AT_HOLDER[role], Q(holder_id=post.organisation_id))
        elif role in _OF_PLACE:
            hold(_OF_PLACE[role], Q(**{AREA_FIELD[AreaLevel(post.area.level)]: post.area_id}))
        elif role in IN_UNIT:
            unit = post.organisation_id
            hold(Capacity.UNIT, Q(unit_id=unit))
            hold(Capacity.JOINT, with_joint_unit([unit]) & (~Q(unit_id=unit) | Q(unit=None)))
    return held


def available_actions(user: User, case: Case) -> list[Action]:
    """What this person may do with the case now, in the table's order."""
    found: list[Action] = []
    for step in steps_from(case.status):
        if step.action not in found and in_what_capacity(user, case, step):
            found.append(step.action)
    return found


def require_step(
    user: User, case: Case, action: Action, target: Status | None = None
) -> tuple[Step, Capacity, Post | None]:
    """The table's row for the action, and in what capacity the person takes it.

    Raises `StepNotAllowed` when no such step leads on from the case's status, `NotPermitted` when it
    does but not for this person.
    """
    step = find_step(action, case.status, target)
    if step is None:
        raise StepNotAllowed(case, action)
    held = in_what_capacity(user, case, step)
    if held is None:
        raise NotPermitted(action)
    return step, *held


def posts_for_contact(user: User, case: Case) -> list[Post]:
    """The posts under which the person may look at the whole contact of a case: those who work on it while it is open."""
    if not case.is_open:
        return []
    held = capacities(user, case)
    return [post for capacity in _ASK_THE_CALLER if (post := held.get(capacity)) is not None]


def can_block_sender(user: User, case: Case) -> bool:
    """Whether the person may keep the sender of a case out: the seat that holds it, and its supervisor."""
    return bool(_KEEP_OUT & capacities(user, case).keys())


def can_publish_case(user: User, case: Case) -> bool:
    """Whether the person decides what strangers see of a case: operators and supervisors of its holder or its place."""
    return any(
        post.role in _LOOK_OVER and (post.organisation_id == case.holder_id or post.area_id in case.area_ids)
        for post in user.current_posts
    )


def where_may_publish(user: User) -> Q:
    """The filter of the cases for which the person decides what strangers see: the rule of `can_publish_case`."""
    where = Q(pk__in=[])
    for post in user.current_posts:
        if post.role in _LOOK_OVER:
            field = AREA_FIELD[AreaLevel(post.area.level)]
            where |= Q(holder_id=post.organisation_id) | Q(**{field: post.area_id})
    return where


def areas_of_contact_looks(user: User) -> Q | None:
    """The filter of the cases whose looks at contacts a supervisor sees; None for everybody else."""
    areas = [touching(post.area) for post in user.current_posts if post.role == Role.SUPERVISOR]
    return reduce(or_, areas) if areas else None


# Who answers on the message board; operators alone look over what is shown there.
ANSWERS_ON_BOARD = (Role.OPERATOR, Role.OFFICER, Role.SUPERVISOR, Role.LEADER)


def can_see_board_message(user: User, message: BoardMessage) -> bool:
    """Whether a message, shown or not, is one of those that the person looks over or answers."""
    return any(post.role in ANSWERS_ON_BOARD for post in posts_covering(user, message.area))


def can_look_over_board(user: User, message: BoardMessage) -> bool:
    """Operators of the place decide whether strangers read it."""
    return any(post.role == Role.OPERATOR for post in posts_covering(user, message.area))


def can_answer_on_board(user: User, message: BoardMessage, organisation: Organisation) -> bool:
    """Whether the person speaks there for an organisation."""
    return any(
        post.role in ANSWERS_ON_BOARD and post.organisation_id == organisation.pk
        for post in posts_covering(user, message.area)
    )


# Who reads what came of a survey, besides administrators of surveys.
_READS_SURVEYS = (Role.OPERATOR, Role.SUPERVISOR, Role.LEADER)


def can_see_survey_results(user: User, survey: Survey) -> bool:
    """Whether the person reads the results of a survey while it runs, and what people wrote in their own words."""
    if user.is_superuser or (user.is_staff and user.has_perm("cases.change_survey")):
        return True
    return any(
        post.role in _READS_SURVEYS
        and (survey.area.path.startswith(post.area.path) or post.area.path.startswith(survey.area.path))
        for post in user.current_posts
    )
