"""Addresses of the pages for everybody, without an account."""

from django.urls import URLPattern, path

from cases.views.public_board import (
    find_message,
    message_board,
    own_message,
    public_notice,
    public_notices,
    write_message,
)
from cases.views.public_cases import open_case, open_case_photo, open_map
from cases.views.public_figures import open_figures, open_figures_file
from cases.views.public_map import open_map_cases, open_outlines
from cases.views.public_push import follow_on_device, unfollow_on_device
from cases.views.public_report import (
    public_join,
    public_nearby,
    public_outlines,
    public_report,
    public_reported,
)
from cases.views.public_survey import fill_in_survey, survey_file, survey_list, survey_results
from cases.views.public_track import (
    answer_how_it_ended,
    reopen_as_citizen,
    track,
    track_case,
    track_photo,
)

urlpatterns: list[URLPattern] = [
    path("board/", message_board, name="message_board"),
    path("board/write/", write_message, name="write_message"),
    path("board/mine/", find_message, name="find_message"),
    path("board/mine/<str:code>/", own_message, name="own_message"),
    path("board/notices/", public_notices, name="public_notices"),
    path("board/notices/<int:notice_id>/", public_notice, name="public_notice"),
    path("surveys/", survey_list, name="survey_list"),
    path("surveys/<int:survey_id>/", fill_in_survey, name="survey"),
    path("surveys/<int:survey_id>/results/", survey_results, name="survey_results"),
    path("surveys/<int:survey_id>/results.csv", survey_file, name="survey_file"),
    path("open/", open_map, name="open_map"),
    path("open/map/", open_map_cases, name="open_map_cases"),
    path("open/outlines/", open_outlines, name="open_outlines"),
    path("open/figures/", open_figures, name="open_figures"),
    path("open/figures/file/", open_figures_file, name="open_figures_file"),
    path("open/<slug:number>/", open_case, name="open_case"),
    path("open/<slug:number>/photos/<uuid:photo_id>/<slug:size>/", open_case_photo, name="open_case_photo"),
    path("report/", public_report, name="public_report"),
    path("report/nearby/", public_nearby, name="public_nearby"),
    path("report/outlines/", public_outlines, name="public_outlines"),
    path("report/join/<slug:number>/", public_join, name="public_join"),
    path("report/done/<str:code>/", public_reported, name="public_reported"),
    path("track/", track, name="track"),
    path("track/<str:code>/", track_case, name="track_case"),
    path("track/<str:code>/answer/", answer_how_it_ended, name="answer_how_it_ended"),
    path("track/<str:code>/reopen/", reopen_as_citizen, name="reopen_as_citizen"),
    path("track/<str:code>/push/", follow_on_device, name="follow_on_device"),
    path("track/<str:code>/push/end/", unfollow_on_device, name="unfollow_on_device"),
    path("track/<str:code>/photos/<uuid:photo_id>/<slug:size>/", track_photo, name="track_photo"),
]
