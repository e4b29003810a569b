"""Addresses of areas."""

from django.urls import URLPattern, path

from grids.views.areas import area_detail, area_list
from grids.views.outlines import outlines

app_name = "grids"
urlpatterns: list[URLPattern] = [
    path("", area_list, name="area_list"),
    path("outlines/", outlines, name="outlines"),
    path("<slug:code>/", area_detail, name="area_detail"),
]
