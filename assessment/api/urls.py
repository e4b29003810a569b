"""Addresses of scores in the API."""

from django.urls import URLPattern, path

from assessment.api.scores import ScoreList, ScoreView

urlpatterns: list[URLPattern] = [
    path("scores/", ScoreList.as_view(), name="api-scores"),
    path("scores/<int:score_id>/", ScoreView.as_view(), name="api-score"),
]
