"""Who may look at and change the responsibility list; the only judge."""

from grids.models import User


def can_see_responsibilities(user: User) -> bool:
    """Everybody on the staff: who answers for what is no secret inside."""
    return bool(user.is_active and (user.is_staff or user.current_posts))


def can_add_responsibility(user: User) -> bool:
    """Administrators of the list."""
    return user.is_staff and user.has_perm("dispatch.add_responsibility")
