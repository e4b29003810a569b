"""Addresses of what flows into the registry and out of it, in the API."""

from django.urls import URLPattern, path

from grids.api.changes import ChangeFeed
from grids.api.feeds import FeedList
from grids.api.proposals import (
    AcceptProposal,
    ProposalList,
    ProposalView,
    RefuseProposal,
    WithdrawProposal,
)
from grids.api.records import DeliverRecords

urlpatterns: list[URLPattern] = [
    path("changes/", ChangeFeed.as_view(), name="api-registry-changes"),
    path("forms/", FeedList.as_view(), name="api-registry-forms"),
    path("forms/<slug:code>/records/", DeliverRecords.as_view(), name="api-registry-records"),
    path("proposals/", ProposalList.as_view(), name="api-registry-proposals"),
    path("proposals/<int:proposal_id>/", ProposalView.as_view(), name="api-registry-proposal"),
    path("proposals/<int:proposal_id>/accept/", AcceptProposal.as_view(), name="api-accept-proposal"),
    path("proposals/<int:proposal_id>/refuse/", RefuseProposal.as_view(), name="api-refuse-proposal"),
    path("proposals/<int:proposal_id>/withdraw/", WithdrawProposal.as_view(), name="api-withdraw-proposal"),
]
