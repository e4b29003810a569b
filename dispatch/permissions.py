"""Who may look at and change the responsibility list, and who commands operations and emergencies; the only judge."""

from django.db.models import Q

from cases.models import Case
from cases.permissions import IN_UNIT, can_see_case, touching, units_of
from dispatch.models import Emergency, Operation, OperationKind, OperationState, OperationUnit, Shift
from grids.models import AreaLevel, Organisation, OrganisationKind, Post, Role, User

# A whistle (吹哨) is blown by those below, for those above or beside them: by whoever commands, and by the grid leader,
# who stands in the street. A joint operation (联合执法) binds other units for hours: the desk calls it, or a department.
_WHISTLES = (Role.DISPATCHER, Role.SUPERVISOR, Role.GRID_LEADER)
_CALLS_JOINT = (Role.DISPATCHER, Role.SUPERVISOR)
_WATCHES = (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.GRID_LEADER)
_COMMANDS_EMERGENCY = _SEATS = (Role.OPERATOR, Role.DISPATCHER)
_OVERSEES_EMERGENCY = _ABOVE = (Role.SUPERVISOR, Role.LEADER)


def can_see_responsibilities(user: User) -> bool:
    """Everybody on the staff: who answers for what is no secret inside."""
    return bool(user.is_active and (user.is_staff or user.current_posts))


def can_add_responsibility(user: User) -> bool:
    """Administrators of the list."""
    return user.is_staff and user.has_perm("dispatch.add_responsibility")


# Operations


def callers(user: User, kind: str) -> list[Organisation]:
    """The organisations in whose name the person may call an operation of a kind, in the order of their posts."""
    found = [post.organisation for post in user.current_posts if _may_call(post, kind)]
    return list(dict.fromkeys(found))


def can_call_operation(user: User, kind: str, caller: Organisation) -> bool:
    return caller in callers(user, kind)


def can_call_about(user: User, case: Case, *, kind: str) -> bool:
    """Whether the person may call an operation about a case: it is open, and lies in their area."""
    return case.is_open and any(caller.area_id in case.touched_area_ids for caller in callers(user, kind))


def _may_call(post: Post, kind: str) -> bool:
    centre = post.organisation.kind == OrganisationKind.COMMAND
    if kind == OperationKind.WHISTLE:
        return centre and post.organisation.level > AreaLevel.DISTRICT and post.role in _WHISTLES
    return post.role in (_CALLS_JOINT if centre else (Role.OFFICER,)) and (
        post.organisation.kind != OrganisationKind.TEAM
    )


def can_command_operation(user: User, operation: Operation) -> bool:
    """Whoever called it, and their colleagues who could have: they cancel, end and rate."""
    return user.pk == operation.called_by_id or any(
        post.organisation_id == operation.caller_id and _may_call(post, operation.kind)
        for post in user.current_posts
    )


def can_decide_operation(user: User, operation: Operation) -> bool:
    """A supervisor of the area or one above it, or of the organisation above the caller; never who called it."""
    return user.pk != operation.called_by_id and any(
        post.role == Role.SUPERVISOR
        and (
            operation.area.path.startswith(post.area.path)
            or post.organisation_id == operation.caller.parent_id
        )
        for post in user.current_posts
    )


def where_may_decide(user: User) -> Q:
    """The filter of the operations that wait for the person's decision: the rule of `can_decide_operation`."""
    where = Q(pk__in=[])
    for post in user.current_posts:
        if post.role == Role.SUPERVISOR:
            where |= Q(area__path__startswith=post.area.path) | Q(caller__parent=post.organisation_id)
    return where & Q(state=OperationState.ASKED) & ~Q(called_by=user.pk)


def can_act_for_unit(user: User, unit: OperationUnit) -> bool:
    """The unit's people report in and say what was done."""
    return unit.organisation_id in units_of(user)


def can_see_case_of(user: User, operation: Operation) -> bool:
    """Units that are called see the operation, and learn of its case only if it is open to them: not even its number."""
    return operation.case is not None and can_see_case(user, operation.case)


def operations_seen_by(user: User) -> Q:
    """The filter behind `Operation.objects.visible_to`; units see what calls them, not what is only asked for."""
    if user.is_superuser:
        return Q()
    where = Q(called_by=user.pk)
    mine: set[int] = set()
    for post in user.current_posts:
        mine.add(post.organisation_id)
        if post.role in _WATCHES:
            where |= Q(area__path__startswith=post.area.path)
        if post.role == Role.SUPERVISOR:
            where |= Q(caller__parent=post.organisation_id)
    if mine:
        called = OperationUnit.objects.filter(organisation__in=mine).values("operation")
        where |= Q(caller__in=mine) | Q(called_at__isnull=False, pk__in=called)
    return where


# Emergencies


def emergencies_seen_by(user: User) -> Q:
    """The filter behind `Emergency.objects.visible_to`: the holder's seats, supervisors and leaders of the place."""
    if user.is_superuser:
        return Q()
    where = Q(pk__in=[])
    for post in user.current_posts:
        if post.role in _COMMANDS_EMERGENCY:
            where |= Q(case__holder=post.organisation_id)
        if post.role in _OVERSEES_EMERGENCY:
            where |= touching(post.area, of="case__")
    return where


def can_see_case_of_emergency(user: User, emergency: Emergency) -> bool:
    """Not everybody who is alerted sees the case."""
    return can_see_case(user, emergency.case)


def can_see_emergency(user: User, emergency: Emergency) -> bool:
    return Emergency.objects.visible_to(user).filter(pk=emergency.pk).exists()


def can_command_emergency(user: User, case: Case) -> bool:
    """The holder's seats and the supervisors of the place draw the circle, alert, and write down; leaders look on."""
    return any(
        (post.role in _COMMANDS_EMERGENCY and post.organisation_id == case.holder_id)
        or (post.role == Role.SUPERVISOR and post.area_id in case.touched_area_ids)
        for post in user.current_posts
    )


# Urgings


def can_answer_urgings(user: User) -> bool:
    """Units, and the seats of command centres; whether one case is theirs says `cases.permissions`."""
    return user.is_superuser or any(post.role in (*IN_UNIT, *_SEATS) for post in user.current_posts)


def can_urge(user: User) -> bool:
    """Supervisors and leaders; whether one case is theirs says `cases.permissions`."""
    return user.is_superuser or any(post.role in _ABOVE for post in user.current_posts)


# The duty rota

# Who sits at a centre; inspectors of the same organisation walk its areas.
SEAT_ROLES = (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR)
_SEES_ROTA = (Role.SUPERVISOR, Role.LEADER, Role.GRID_LEADER)


def rota_centres(user: User) -> list[Organisation]:
    """The organisations with a rota that the person works for, in the order of their posts."""
    mine = [post.organisation for post in user.current_posts]
    return [one for one in dict.fromkeys(mine) if one.kind == OrganisationKind.COMMAND]


def can_see_rota(user: User, centre: Organisation) -> bool:
    """Whoever works there, and who supervises or leads above."""
    return user.is_superuser or any(
        post.organisation_id == centre.pk
        or (post.role in _SEES_ROTA and centre.area.path.startswith(post.area.path))
        for post in user.current_posts
    )


def can_fill_rota(user: User, centre: Organisation) -> bool:
    """A supervisor of the centre's area or above, its grid leader, and the dispatcher who answers for it."""
    return user.is_superuser or any(
        (post.role == Role.SUPERVISOR and centre.area.path.startswith(post.area.path))
        or (
            post.organisation_id == centre.pk
            and (post.role == Role.GRID_LEADER or (post.role == Role.DISPATCHER and post.is_responsible))
        )
        for post in user.current_posts
    )


def sits_at(user: User, centre: Organisation) -> bool:
    return any(post.organisation_id == centre.pk and post.role in SEAT_ROLES for post in user.current_posts)


def can_hand_over(user: User, shift: Shift) -> bool:
    """One's own shift; for somebody who left without doing so, whoever fills the rota."""
    return shift.user_id == user.pk or can_fill_rota(user, shift.organisation)


def can_take_over(user: User, shift: Shift) -> bool:
    """Who was named; where nobody was, anybody who sits there. Never whoever handed it over."""
    if user.pk == shift.user_id:
        return False
    return (
        user.pk == shift.handed_over_to_id if shift.handed_over_to_id else sits_at(user, shift.organisation)
    )
