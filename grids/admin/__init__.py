"""Areas, organisations, staff, posts and the registry in the admin; every edit goes through the services."""

from grids.admin.api_keys import ApiKeyAdmin, ApiKeyUseAdmin
from grids.admin.areas import AreaAdmin
from grids.admin.department_forms import DepartmentFormAdmin, FeedRunAdmin
from grids.admin.notice_addresses import NoticeAddressAdmin
from grids.admin.organisations import OrganisationAdmin
from grids.admin.registry import GridObjectAdmin, ObjectTypeAdmin, ResidentLookAdmin
from grids.admin.sign_in import ClaimPostAdmin, LinkedAccountAdmin, LogInRecordAdmin, WrongTriesAdmin
from grids.admin.staff import PostAdmin, StaffAdmin

__all__ = [
    "ApiKeyAdmin",
    "ApiKeyUseAdmin",
    "AreaAdmin",
    "ClaimPostAdmin",
    "DepartmentFormAdmin",
    "FeedRunAdmin",
    "GridObjectAdmin",
    "LinkedAccountAdmin",
    "LogInRecordAdmin",
    "NoticeAddressAdmin",
    "ObjectTypeAdmin",
    "OrganisationAdmin",
    "PostAdmin",
    "ResidentLookAdmin",
    "StaffAdmin",
    "WrongTriesAdmin",
]
