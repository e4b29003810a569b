"""Addresses of the figures."""

from django.urls import URLPattern, path

from assessment.views.spots import make_campaign, spots
from assessment.views.statistics import figures_file, statistics

app_name = "assessment"

urlpatterns: list[URLPattern] = [
    path("figures/", statistics, name="statistics"),
    path("figures/file/", figures_file, name="figures_file"),
    path("figures/spots/", spots, name="spots"),
    path("figures/spots/campaign/", make_campaign, name="make_campaign"),
]
