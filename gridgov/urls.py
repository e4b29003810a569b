"""Every address, by room."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("gridgov.pages")),
    path("", include("grids.sign_in_urls")),
    path("", include("grids.urls")),
    # Before the cases: /open/scores/ is no case's number.
    path("", include("assessment.urls")),
    path("", include("cases.urls")),
    path("", include("inspections.urls")),
    path("", include("dispatch.urls")),
    path("api/", include("gridgov.api.urls")),
    path("open311/", include("cases.api.open311.urls")),
    # One place to log in and to change a password, for pages and admin alike.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/password_change/", RedirectView.as_view(pattern_name="change_password")),
    path("admin/", admin.site.urls),
]
