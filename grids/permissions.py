"""Who may see and change areas, organisations and posts; the only judge."""

from django.contrib.auth.models import AnonymousUser

from grids.models import Area, Post, User


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


def can_change_posts(user: User | None) -> bool:
    return user is None or user.has_perm("grids.change_post")


def can_change_objects(user: User | None) -> bool:
    """Administrators of the registry; None is a command at the server."""
    return user is None or user.has_perm("grids.change_gridobject")


def posts_covering(user: User, area: Area) -> list[Post]:
    """The posts the person holds today whose area is this one or one above it."""
    return [post for post in user.current_posts if area.path.startswith(post.area.path)]
