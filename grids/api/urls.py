"""Addresses of areas in the API."""

from django.urls import URLPattern, URLResolver, include, path

from grids.api.announcements import AcknowledgeOrder, AnnouncementList, AnnouncementView
from grids.api.objects import ObjectList, ObjectView, TypeList
from grids.api.views import AreaList, AreaView, Locate

urlpatterns: list[URLPattern | URLResolver] = [
    path("announcements/", AnnouncementList.as_view(), name="api-announcements"),
    path("announcements/<int:announcement_id>/", AnnouncementView.as_view(), name="api-announcement"),
    path(
        "announcements/<int:announcement_id>/acknowledge/",
        AcknowledgeOrder.as_view(),
        name="api-acknowledge-order",
    ),
    path("registry/", include("grids.api.flow_urls")),
    path("registry/types/", TypeList.as_view(), name="api-object-types"),
    path("registry/objects/", ObjectList.as_view(), name="api-objects"),
    path("registry/objects/<str:code>/", ObjectView.as_view(), name="api-object"),
    path("areas/", AreaList.as_view(), name="api-areas"),
    path("areas/<slug:code>/", AreaView.as_view(), name="api-area"),
    path("locate/", Locate.as_view(), name="api-locate"),
]
