"""Addresses of what flows into the registry and out of it, in the API."""

from django.urls import URLPattern, path

from grids.api.changes import ChangeFeed

urlpatterns: list[URLPattern] = [
    path("changes/", ChangeFeed.as_view(), name="api-registry-changes"),
]
