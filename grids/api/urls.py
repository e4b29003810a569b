"""Addresses of areas in the API."""

from django.urls import URLPattern, URLResolver, include, path

from grids.api.views import AreaList, AreaView, Locate

urlpatterns: list[URLPattern | URLResolver] = [
    path("registry/", include("grids.api.flow_urls")),
    path("areas/", AreaList.as_view(), name="api-areas"),
    path("areas/<slug:code>/", AreaView.as_view(), name="api-area"),
    path("locate/", Locate.as_view(), name="api-locate"),
]
