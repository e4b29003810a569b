"""Addresses of going out in the API."""

from django.urls import URLPattern, path

from inspections.api.campaigns import CampaignList, CampaignView
from inspections.api.checklists import ChecklistList, ChecklistVersionView
from inspections.api.day import Day
from inspections.api.diary import DiaryList, RateEntry
from inspections.api.duty import DutyView, TrackView
from inspections.api.leave import EndLeave, LeaveView
from inspections.api.object_history import ObjectHistory
from inspections.api.tasks import TaskList, TaskView, step_paths
from inspections.api.visits import VisitList, VisitPhotoView, VisitView

urlpatterns: list[URLPattern] = [
    path("checklists/", ChecklistList.as_view(), name="api-checklists"),
    path(
        "checklists/versions/<int:version_id>/",
        ChecklistVersionView.as_view(),
        name="api-checklist-version",
    ),
    path("day/", Day.as_view(), name="api-day"),
    path("visits/", VisitList.as_view(), name="api-visits"),
    path("visits/<int:visit_id>/", VisitView.as_view(), name="api-visit"),
    path(
        "visits/<int:visit_id>/photos/<uuid:photo_id>/<slug:size>/",
        VisitPhotoView.as_view(),
        name="api-visit-photo",
    ),
    path("registry/objects/<str:code>/history/", ObjectHistory.as_view(), name="api-object-history"),
    path("campaigns/", CampaignList.as_view(), name="api-campaigns"),
    path("campaigns/<int:campaign_id>/", CampaignView.as_view(), name="api-campaign"),
    path("tasks/", TaskList.as_view(), name="api-tasks"),
    path("tasks/<int:task_id>/", TaskView.as_view(), name="api-task"),
    *step_paths,
    path("leave/", LeaveView.as_view(), name="api-leave"),
    path("leave/end/", EndLeave.as_view(), name="api-end-leave"),
    path("duty/", DutyView.as_view(), name="api-duty"),
    path("duty/track/", TrackView.as_view(), name="api-duty-track"),
    path("diary/", DiaryList.as_view(), name="api-diary"),
    path("diary/<int:entry_id>/rate/", RateEntry.as_view(), name="api-rate-entry"),
]
