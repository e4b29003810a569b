"""Every address, by room."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("gridgov.pages")),
    path("", include("grids.urls")),
    path("", include("cases.urls")),
    path("", include("inspections.urls")),
    path("", include("dispatch.urls")),
    path("", include("assessment.urls")),
    path("api/", include("gridgov.api.urls")),
    path("open311/", include("cases.api.open311.urls")),
    path("admin/", admin.site.urls),
]
