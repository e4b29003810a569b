"""Areas and their versions, organisations, staff and posts."""

from grids.models.area import Area, AreaLevel, AreaVersion, GridKind, ManagementGrade
from grids.models.organisation import Organisation, OrganisationKind
from grids.models.staff import Post, Role, User

__all__ = [
    "Area",
    "AreaLevel",
    "AreaVersion",
    "GridKind",
    "ManagementGrade",
    "Organisation",
    "OrganisationKind",
    "Post",
    "Role",
    "User",
]
