"""Who goes out, and who handles; what they may do with a case is judged in cases."""

from grids.models import Role, User


def can_verify_cases(user: User) -> bool:
    """The finding side: inspectors and grid leaders."""
    return any(post.role in (Role.INSPECTOR, Role.GRID_LEADER) for post in user.current_posts)


def can_handle_cases(user: User) -> bool:
    """Members of units that handle."""
    return any(post.role in (Role.HANDLER, Role.OFFICER) for post in user.current_posts)
