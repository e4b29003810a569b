"""Addresses of the pages for everybody, without an account."""

from django.urls import URLPattern, path

from cases.views.public_report import public_report
from cases.views.public_track import (
    answer_how_it_ended,
    reopen_as_citizen,
    track,
    track_case,
    track_photo,
)

urlpatterns: list[URLPattern] = [
    path("report/", public_report, name="public_report"),
    path("track/", track, name="track"),
    path("track/<str:code>/", track_case, name="track_case"),
    path("track/<str:code>/answer/", answer_how_it_ended, name="answer_how_it_ended"),
    path("track/<str:code>/reopen/", reopen_as_citizen, name="reopen_as_citizen"),
    path("track/<str:code>/photos/<uuid:photo_id>/<slug:size>/", track_photo, name="track_photo"),
]
