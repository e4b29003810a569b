"""Addresses of what flows into the registry and out of it, in the API."""

from django.urls import URLPattern, path

from grids.api.changes import ChangeFeed
from grids.api.proposals import ProposalCreate
from grids.api.records import DeliverRecords

urlpatterns: list[URLPattern] = [
    path("changes/", ChangeFeed.as_view(), name="api-registry-changes"),
    path("forms/<slug:code>/records/", DeliverRecords.as_view(), name="api-registry-records"),
    path("proposals/", ProposalCreate.as_view(), name="api-registry-proposals"),
]
