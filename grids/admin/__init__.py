"""Areas, organisations, staff and posts in the admin; every edit goes through the services."""

from grids.admin.areas import AreaAdmin
from grids.admin.organisations import OrganisationAdmin
from grids.admin.staff import PostAdmin, StaffAdmin

__all__ = ["AreaAdmin", "OrganisationAdmin", "PostAdmin", "StaffAdmin"]
