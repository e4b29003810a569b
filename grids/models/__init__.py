"""Areas and their versions, organisations, staff and posts; the registry of what is in a grid."""

from grids.models.announcement import Announcement, AnnouncementKind, AnnouncementReceipt
from grids.models.api_key import ApiKey, ApiKeyUse, Scope
from grids.models.area import Area, AreaLevel, AreaVersion, GridKind, ManagementGrade
from grids.models.department_record import DepartmentForm, DepartmentRecord, FeedRun, FeedState, MatchBy
from grids.models.grid_object import GridObject, Licence, ObjectState, RiskGrade
from grids.models.notice_address import NoticeAddress
from grids.models.object_type import ObjectKind, ObjectType
from grids.models.organisation import Organisation, OrganisationKind
from grids.models.registry_change import (
    ChangeKind,
    ChangeSource,
    ProposalState,
    ProposedChange,
    RegistryChange,
)
from grids.models.registry_import import ImportKind, ImportRow, ImportState, RegistryImport, RowOutcome
from grids.models.resident import Resident, ResidentLook, ResidentService
from grids.models.sign_in import ClaimPost, SignIn
from grids.models.staff import Post, Role, User

__all__ = [
    "Announcement",
    "AnnouncementKind",
    "AnnouncementReceipt",
    "ApiKey",
    "ApiKeyUse",
    "Area",
    "AreaLevel",
    "AreaVersion",
    "ChangeKind",
    "ChangeSource",
    "ClaimPost",
    "DepartmentForm",
    "DepartmentRecord",
    "FeedRun",
    "FeedState",
    "GridKind",
    "GridObject",
    "ImportKind",
    "ImportRow",
    "ImportState",
    "Licence",
    "ManagementGrade",
    "MatchBy",
    "NoticeAddress",
    "ObjectKind",
    "ObjectState",
    "ObjectType",
    "Organisation",
    "OrganisationKind",
    "Post",
    "ProposalState",
    "ProposedChange",
    "RegistryChange",
    "RegistryImport",
    "Resident",
    "ResidentLook",
    "ResidentService",
    "RiskGrade",
    "Role",
    "RowOutcome",
    "Scope",
    "SignIn",
    "User",
]
