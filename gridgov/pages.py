"""Addresses of the ground floor: log-in, home, notices, health."""

from django.contrib.auth import views as auth
from django.urls import include, path

from gridgov.views.health import healthz
from gridgov.views.home import favicon, home, me, set_language
from gridgov.views.live import live
from gridgov.views.notice_choices import notice_choices
from gridgov.views.notices import notices, open_notice, read_all_notices, read_notice, unread
from gridgov.views.phone import manifest, offline, queue, service_worker
from gridgov.views.push import push_worker, subscribe, unsubscribe
from gridgov.views.sign_in import ask_code, log_in
from gridgov.views.styleguide import styleguide

pages = [
    path("", home, name="home"),
    path("me/", me, name="me"),
    path("me/notices/", notice_choices, name="notice_choices"),
    path("push/", subscribe, name="subscribe"),
    path("push/end/", unsubscribe, name="unsubscribe"),
    path("push/worker.js", push_worker, name="push_worker"),
    path("notices/", notices, name="notices"),
    path("notices/unread/", unread, name="unread"),
    path("notices/read/", read_all_notices, name="read_all_notices"),
    path("notices/<int:notice_id>/", open_notice, name="open_notice"),
    path("notices/<int:notice_id>/read/", read_notice, name="read_notice"),
    path("live/", live, name="live"),
    path("m/queue/", queue, name="queue"),
    path("m/offline/", offline, name="offline"),
    path("m/sw.js", service_worker, name="service_worker"),
    path("m/manifest.webmanifest", manifest, name="manifest"),
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", favicon, name="favicon"),
    path("styleguide/", styleguide, name="styleguide"),
]

urlpatterns = [
    path("login/", log_in, name="login"),
    path("login/", log_in, name="account_login"),  # as allauth calls it
    path("login/code/", ask_code, name="mfa_authenticate"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("", include((pages, "gridgov"))),
]
