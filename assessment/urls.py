"""Addresses of figures, scores, appeals, periods and signs of gaming."""

from django.urls import URLPattern, path

from assessment.views.appeals import appeal, appeal_list, decide_appeal, new_appeal, review_appeal
from assessment.views.corrections import correct_points
from assessment.views.late import late_list
from assessment.views.open_scores import open_score, open_scores
from assessment.views.periods import (
    close_period,
    compute_period,
    period_detail,
    period_list,
    publish_period,
)
from assessment.views.report import late_handling, make_report_pdf, report, report_excel, report_pdf
from assessment.views.score_detail import score_detail, score_item
from assessment.views.score_list import my_scores, score_list
from assessment.views.score_map import score_map_page
from assessment.views.spots import make_campaign, spots
from assessment.views.statistics import figures_file, statistics
from assessment.views.suspicion import note_suspicion, suspicion, suspicion_cases
from assessment.views.typed_points import type_in_points
from assessment.views.what_if import what_if

app_name = "assessment"

urlpatterns: list[URLPattern] = [
    path("figures/", statistics, name="statistics"),
    path("figures/file/", figures_file, name="figures_file"),
    path("figures/spots/", spots, name="spots"),
    path("figures/spots/campaign/", make_campaign, name="make_campaign"),
    path("assessment/report/", report, name="report"),
    path("assessment/report/late/", late_handling, name="late_handling"),
    path("assessment/report/pdf/", make_report_pdf, name="make_report_pdf"),
    path("assessment/report/pdf/<slug:run>/", report_pdf, name="report_pdf"),
    path("assessment/report/excel/<int:period_id>/", report_excel, name="report_excel"),
    path("assessment/what-if/", what_if, name="what_if"),
    path("assessment/", score_list, name="score_list"),
    path("assessment/mine/", my_scores, name="my_scores"),
    path("assessment/map/", score_map_page, name="score_map"),
    path("assessment/scores/<int:score_id>/", score_detail, name="score_detail"),
    path("assessment/scores/<int:score_id>/<slug:indicator>/", score_item, name="score_item"),
    path("assessment/scores/<int:score_id>/points/<int:item_id>/", correct_points, name="correct_points"),
    path("open/scores/", open_scores, name="open_scores"),
    path("open/scores/<int:score_id>/", open_score, name="open_score"),
    path("assessment/appeals/", appeal_list, name="appeal_list"),
    path("assessment/appeals/new/", new_appeal, name="new_appeal"),
    path("assessment/appeals/<int:appeal_id>/", appeal, name="appeal"),
    path("assessment/appeals/<int:appeal_id>/review/", review_appeal, name="review_appeal"),
    path("assessment/appeals/<int:appeal_id>/decide/", decide_appeal, name="decide_appeal"),
    path("assessment/periods/", period_list, name="period_list"),
    path("assessment/periods/<int:period_id>/", period_detail, name="period_detail"),
    path("assessment/periods/<int:period_id>/compute/", compute_period, name="compute_period"),
    path("assessment/periods/<int:period_id>/publish/", publish_period, name="publish_period"),
    path("assessment/periods/<int:period_id>/close/", close_period, name="close_period"),
    path("assessment/periods/<int:period_id>/points/", type_in_points, name="type_in_points"),
    path("assessment/periods/<int:period_id>/late/", late_list, name="late_list"),
    path("assessment/suspicion/", suspicion, name="suspicion"),
    path(
        "assessment/suspicion/<slug:sign>/<slug:kind>/<int:whose>/", suspicion_cases, name="suspicion_cases"
    ),
    path(
        "assessment/suspicion/<slug:sign>/<slug:kind>/<int:whose>/note/",
        note_suspicion,
        name="note_suspicion",
    ),
]
