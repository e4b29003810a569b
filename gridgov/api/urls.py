"""The API: /api/v1/, its schema and its documentation."""

from django.urls import URLPattern, URLResolver, path

from gridgov.api.notices import NoticeList, ReadAllNotices, ReadNotice
from gridgov.api.token import ObtainToken

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/auth/token/", ObtainToken.as_view(), name="api-token"),
    path("v1/notices/", NoticeList.as_view(), name="api-notices"),
    path("v1/notices/read/", ReadAllNotices.as_view(), name="api-read-all-notices"),
    path("v1/notices/<int:notice_id>/read/", ReadNotice.as_view(), name="api-read-notice"),
]
