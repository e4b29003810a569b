"""The API and its schema."""

from gridgov.settings.environment import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "gridgov.api.authentication.SessionAuthentication",
        "rest_framework.authentication.TokenAuthentication",
        "grids.api.keys.KeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "gridgov.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_THROTTLE_RATES": {
        "auth": "20/min",
        # What everybody may know, by address.
        "public": env.str("GRIDGOV_PUBLIC_RATE", "120/min"),
        # Of strangers, by address; keys have limits of their own.
        "open311": env.str("GRIDGOV_OPEN311_RATE", "120/min"),
    },
    # Whom to believe about the caller's address: nobody, or the one proxy in front.
    "NUM_PROXIES": 1 if env.bool("DJANGO_BEHIND_PROXY", False) else 0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "gridgov.api.errors.ExceptionHandler",
    "EXCEPTION_FORMATTER_CLASS": "gridgov.api.errors.ExceptionFormatter",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "GridGov API",
    "DESCRIPTION": "Areas, cases and their steps, assignments and notices of a district's grid governance.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "cases.workflow.Status",
        "LevelEnum": "grids.api.serializers.LEVELS",
        "FeatureTypeEnum": ["Feature"],
        "GridKindEnum": "grids.models.GridKind",
        "OrganisationKindEnum": "grids.models.OrganisationKind",
        "ClassKindEnum": "cases.models.ClassKind",
        "PhotoKindEnum": "cases.models.PhotoKind",
        "ObjectKindEnum": "grids.models.ObjectKind",
        "ObjectStateEnum": "grids.models.ObjectState",
        "ChangeKindEnum": "grids.models.ChangeKind",
        "ProposalStateEnum": "grids.models.ProposalState",
        "FeedStateEnum": "grids.models.FeedState",
        "TaskKindEnum": "inspections.models.TaskKind",
        "TaskStateEnum": "inspections.models.TaskState",
        "TaskActionEnum": "inspections.models.TaskAction",
        "FindingStateEnum": "inspections.models.FindingState",
        "PublishedStateEnum": "inspections.api.checklists.PUBLISHED",
        "UrgingLevelEnum": "cases.models.case.UrgingLevel",
        "OperationKindEnum": "dispatch.models.OperationKind",
        "OperationStateEnum": "dispatch.models.OperationState",
        "PublicStatusEnum": ["open", "closed"],
        "ScoredKindEnum": "assessment.kinds.Kind",
        "AnnouncementKindEnum": "grids.models.announcement.AnnouncementKind",
        "ErrorTypeEnum": "gridgov.api.schema.ERROR_TYPES",
    },
}
