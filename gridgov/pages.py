"""Addresses of the ground floor: log-in, home, notices, health."""

from django.contrib.auth import views as auth
from django.urls import include, path

from gridgov.views.styleguide import styleguide

pages = [path("styleguide/", styleguide, name="styleguide")]

urlpatterns = [
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include((pages, "gridgov"))),
]
