"""Addresses of areas in the API."""

from django.urls import URLPattern, path

from grids.api.views import AreaList, AreaView, Locate

urlpatterns: list[URLPattern] = [
    path("areas/", AreaList.as_view(), name="api-areas"),
    path("areas/<slug:code>/", AreaView.as_view(), name="api-area"),
    path("locate/", Locate.as_view(), name="api-locate"),
]
