"""Who may see and change areas, organisations, posts and the registry; the only judge."""

from collections.abc import Collection
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from grids.models import (
    Area,
    DepartmentForm,
    GridObject,
    Organisation,
    OrganisationKind,
    Post,
    ProposedChange,
    Role,
    User,
)
from grids.models.grid_object import serves_residents
from grids.object_history import before


def can_see_area(user: User | AnonymousUser, area: Area) -> bool:
    """Everybody on the staff: where a border runs and who answers there is no secret inside."""
    return user.is_authenticated and user.is_active


def can_change_areas(user: User | None) -> bool:
    """Administrators of areas; None is a command at the server, run by whoever runs the server."""
    return user is None or user.has_perm("grids.change_area")


def can_change_organisations(user: User | None) -> bool:
    return user is None or user.has_perm("grids.change_organisation")


def can_change_staff(user: User | None) -> bool:
    return user is None or user.has_perm("grids.change_user")


def can_end_sign_ins(user: User, person: User) -> bool:
    """One's own; those of others who looks after staff, but a superuser's only a superuser."""
    if user.pk == person.pk:
        return True
    return can_change_staff(user) and (user.is_superuser or not person.is_superuser)


def can_change_posts(user: User | None) -> bool:
    return user is None or user.has_perm("grids.change_post")


def can_change_api_keys(user: User | None) -> bool:
    """Administrators of keys; None is a command at the server."""
    return user is None or user.has_perm("grids.change_apikey")


def can_change_objects(user: User | None) -> bool:
    """Administrators of the registry; None is a command at the server."""
    return user is None or user.has_perm("grids.change_gridobject")


def posts_covering(user: User, area: Area) -> list[Post]:
    """The posts the person holds today whose area is this one or one above it."""
    return [post for post in user.current_posts if area.path.startswith(post.area.path)]


def could_see_object(user: User, seen: GridObject, since: datetime) -> bool:
    """Whether the person sees an object, or would where it lay, or as whose it was, at some time since then."""
    if GridObject.objects.visible_to(user).filter(pk=seen.pk).exists():
        return True
    was, is_public = before(seen, since), not seen.type.is_private
    return any(
        ((is_public or serves_residents(post)) and any(path.startswith(post.area.path) for path in was.paths))
        or (is_public and post.organisation.code in was.owners)
        for post in user.current_posts
    )


def forms_seen_by(user: User, area: Area) -> QuerySet[DepartmentForm]:
    """The departments' forms whose records of a place the person may see.

    Always those of the department they work for, and of the one above it; others where one of their posts that
    cover the place has a role that the form names.
    """
    forms: QuerySet[DepartmentForm] = DepartmentForm.objects.all()
    if user.is_superuser:
        return forms
    mine = [post.organisation for post in user.current_posts]
    departments = {organisation.pk for organisation in mine} | {
        organisation.parent_id for organisation in mine if organisation.parent_id
    }
    roles = {post.role for post in posts_covering(user, area)}
    return forms.filter(Q(department__in=departments) | Q(seen_by__overlap=sorted(roles)))


def can_see_residents(user: User, dwelling: GridObject) -> bool:
    """Whether the person may see who lives in a dwelling: masked, and each in full for a stated purpose.

    Inspectors and grid leaders of the place, and the officers of its offices for residents and for civil affairs
    (by the organisation's code). Everybody else, administrators too, sees only how many there are.
    """
    return bool(posts_serving_residents(user, dwelling))


def posts_serving_residents(user: User, dwelling: GridObject) -> list[Post]:
    """The posts under which the person may see who lives there."""
    return [post for post in posts_covering(user, dwelling.area) if serves_residents(post)]


def can_see_resident_looks(user: User, dwelling: GridObject) -> bool:
    """Supervisors of the place see who looked at a resident's record, when and what for."""
    return any(post.role == Role.SUPERVISOR for post in posts_covering(user, dwelling.area))


def areas_of_resident_looks(user: User) -> list[Area]:
    """Where the person sees all looks at residents' records, also at homes that they do not see themselves."""
    return [post.area for post in user.current_posts if post.role == Role.SUPERVISOR]


def can_change_department_forms(user: User | None) -> bool:
    """Administrators of departments' forms; None is a command at the server."""
    return user is None or user.has_perm("grids.change_departmentform")


def can_change_residents(user: User | None) -> bool:
    """Administrators of residents' records, who add and end them; None is a command at the server."""
    return user is None or user.has_perm("grids.change_resident")


def forms_fed_by(user: User) -> QuerySet[DepartmentForm]:
    """The forms whose records the person may deliver: officers for their department or the one above it, administrators all."""
    forms: QuerySet[DepartmentForm] = DepartmentForm.objects.filter(is_active=True)
    if can_change_objects(user):
        return forms
    mine = [post.organisation for post in user.current_posts if post.role == Role.OFFICER]
    return forms.filter(department__in={one.pk for one in mine} | {one.parent_id for one in mine})


def can_feed_form(user: User | None, form: DepartmentForm) -> bool:
    """None is a command at the server."""
    return user is None or forms_fed_by(user).filter(pk=form.pk).exists()


# The people of a unit who decide what is written; the others of the unit are those who look and report.
DECIDING_ROLES = (Role.OPERATOR, Role.DISPATCHER, Role.OFFICER, Role.HANDLER, Role.SUPERVISOR)


def can_propose_change(user: User, area: Area) -> bool:
    """Whoever works in the place, whatever their post there."""
    return bool(posts_covering(user, area))


def can_withdraw_proposal(user: User, proposal: ProposedChange) -> bool:
    """Only the one who proposed it."""
    return user.pk == proposal.proposed_by_id


def can_decide_proposal(user: User, proposal: ProposedChange) -> bool:
    """The people of the unit it waits for, and administrators; never the one who proposed it (查办分离)."""
    if user.pk == proposal.proposed_by_id:
        return False
    return can_change_objects(user) or any(
        post.organisation_id == proposal.owner_id and post.role in DECIDING_ROLES
        for post in user.current_posts
    )


# Who speaks for a command centre.
_PUBLISHING_ROLES = (Role.LEADER, Role.SUPERVISOR, Role.OPERATOR)


def publishing_posts(user: User) -> list[Post]:
    """The posts under which the person may publish: as leader, supervisor or operator of a command centre."""
    return [
        post
        for post in user.current_posts
        if post.role in _PUBLISHING_ROLES and post.organisation.kind == OrganisationKind.COMMAND
    ]


def can_publish_announcement(user: User, organisation: Organisation, area: Area) -> bool:
    """Leaders, supervisors and operators of a command centre, for their area and what lies under it.

    They also see who has read what was published so, remind them and withdraw it.
    """
    return any(
        post.organisation_id == organisation.pk and area.path.startswith(post.area.path)
        for post in publishing_posts(user)
    )


# Whose leave a grid leader sets; a supervisor sets anybody's of the area.
_LED = (Role.INSPECTOR, Role.VOLUNTEER)


def can_set_leave(user: User, person: User, first: date | None = None, last: date | None = None) -> bool:
    """One's own; and for their people, who lead all areas that these work in; administrators of posts.

    `first` and `last` are the days of the leave; without them it is who leads the person today.
    """
    return user.pk == person.pk or can_change_posts(user) or _leads(user, _own_posts(person, first, last))


def _own_posts(person: User, first: date | None, last: date | None) -> list[Post]:
    """What the person is in their own right, today or on these days."""
    if first is None or last is None:
        return [post for post in person.current_posts if post.deputy_of_id is None]
    return list(Post.objects.between(first, last).filter(user=person, deputy_of=None).select_related("area"))


def _leads(user: User, posts: Collection[Post]) -> bool:
    """Whether there are posts, and each lies in an area that the user supervises, or, of inspectors, leads."""
    return bool(posts) and all(
        any(
            post.area.path.startswith(own.area.path)
            and (own.role == Role.SUPERVISOR or (own.role == Role.GRID_LEADER and post.role in _LED))
            for own in user.current_posts
        )
        for post in posts
    )
