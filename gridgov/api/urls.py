"""The API: /api/v1/, its schema and its documentation."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from gridgov.api.nothing import NothingHere
from gridgov.api.notices import NoticeList, ReadAllNotices, ReadNotice
from gridgov.api.photos import PhotoAhead, PhotosAhead
from gridgov.api.schema_view import SchemaView
from gridgov.api.session import SessionView
from gridgov.api.token import ObtainToken

v1: list[URLPattern | URLResolver] = [
    path("auth/token/", ObtainToken.as_view(), name="api-token"),
    path("session/", SessionView.as_view(), name="api-session"),
    path("photos/", PhotosAhead.as_view(), name="api-photos"),
    path("photos/<uuid:client_uuid>/", PhotoAhead.as_view(), name="api-photo"),
    path("notices/", NoticeList.as_view(), name="api-notices"),
    path("notices/read/", ReadAllNotices.as_view(), name="api-read-all-notices"),
    path("notices/<int:notice_id>/read/", ReadNotice.as_view(), name="api-read-notice"),
    path("", include("grids.api.urls")),
    path("", include("cases.api.urls")),
    path("", include("inspections.api.urls")),
    path("", include("dispatch.api.urls")),
    path("", include("assessment.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    re_path(r"^v1/[\s\S]*/\Z", NothingHere.as_view()),  # also an address of several lines
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="gridgov/api_docs.html"),
        name="api-docs",
    ),
]
