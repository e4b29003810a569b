"""Addresses of areas and of the registry."""

from django.urls import URLPattern, URLResolver, include, path

from grids.views.announcements import (
    acknowledge_order,
    announcement_detail,
    announcement_list,
    announcement_receipts,
    issued_announcement_list,
    preview_announcement,
    publish_announcement,
    remind_of_announcement,
    withdraw_announcement,
)
from grids.views.areas import area_detail, area_list
from grids.views.outlines import map_outlines, outlines
from grids.views.registry import map_objects, object_detail, object_list, object_map
from grids.views.residents import look_at_resident, resident_look, resident_look_list

app_name = "grids"
urlpatterns: list[URLPattern | URLResolver] = [
    path("areas/", area_list, name="area_list"),
    path("areas/outlines/", outlines, name="outlines"),
    path("areas/map-outlines/", map_outlines, name="map_outlines"),
    path("areas/<slug:code>/", area_detail, name="area_detail"),
    path("announcements/", announcement_list, name="announcement_list"),
    path("announcements/issued/", issued_announcement_list, name="issued_announcement_list"),
    path("announcements/new/", preview_announcement, name="preview_announcement"),
    path("announcements/publish/", publish_announcement, name="publish_announcement"),
    path("announcements/<int:announcement_id>/", announcement_detail, name="announcement_detail"),
    path("announcements/<int:announcement_id>/acknowledge/", acknowledge_order, name="acknowledge_order"),
    path(
        "announcements/<int:announcement_id>/receipts/", announcement_receipts, name="announcement_receipts"
    ),
    path(
        "announcements/<int:announcement_id>/remind/", remind_of_announcement, name="remind_of_announcement"
    ),
    path(
        "announcements/<int:announcement_id>/withdraw/", withdraw_announcement, name="withdraw_announcement"
    ),
    path("registry/", object_list, name="object_list"),
    path("registry/map/", object_map, name="object_map"),
    path("registry/map/objects/", map_objects, name="map_objects"),
    path("registry/looks/", resident_look_list, name="resident_look_list"),
    path("registry/", include("grids.flow_urls")),
    # Whatever else lies under /registry/ stands before this: a code may be any word.
    path("registry/<str:code>/", object_detail, name="object_detail"),
    path("registry/<str:code>/residents/<int:resident_id>/look/", look_at_resident, name="look_at_resident"),
    path("registry/<str:code>/looks/<int:look_id>/", resident_look, name="resident_look"),
]
