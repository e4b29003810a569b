"""Addresses of commanding and handling."""

from django.urls import URLPattern, path

from dispatch.operation_urls import emergency_paths, operation_paths
from dispatch.views.accept_case import accept_case
from dispatch.views.command import dispatch_case, escalate_case, recall_case, resume_case
from dispatch.views.feed_back_case import feed_back_case
from dispatch.views.handling import handling_list
from dispatch.views.handover import hand_over, handover_list, take_over
from dispatch.views.joint import accept_part, feed_back_part, join_unit, release_unit
from dispatch.views.live_map import live_map, map_cases, map_objects, map_people, map_rows, map_tracks
from dispatch.views.queues import dispatch_list, supervisor_list, unit_list, unrouted_list
from dispatch.views.requests import ask_deferral, ask_extension, ask_return, ask_suspension, decide_request
from dispatch.views.rota import fill_rota, my_shift_list, on_duty_now, rota
from dispatch.views.routing_test import routing_test
from dispatch.views.urge import answer_urging, urge_case, urging_list
from dispatch.views.wall import wall, wall_now

app_name = "dispatch"
urlpatterns: list[URLPattern] = [
    path("map/", live_map, name="live_map"),
    path("map/cases/", map_cases, name="map_cases"),
    path("map/rows/", map_rows, name="map_rows"),
    path("map/objects/", map_objects, name="map_objects"),
    path("map/people/", map_people, name="map_people"),
    path("map/tracks/", map_tracks, name="map_tracks"),
    path("wall/", wall, name="wall"),
    path("wall/now/", wall_now, name="wall_now"),
    path("m/handling/", handling_list, name="handling_list"),
    path("dispatch/", dispatch_list, name="dispatch_list"),
    path("dispatch/unrouted/", unrouted_list, name="unrouted_list"),
    path("dispatch/unit/", unit_list, name="unit_list"),
    path("dispatch/supervision/", supervisor_list, name="supervisor_list"),
    path("dispatch/urgings/", urging_list, name="urging_list"),
    path("dispatch/rota/", rota, name="rota"),
    path("dispatch/rota/fill/", fill_rota, name="fill_rota"),
    path("dispatch/rota/now/", on_duty_now, name="on_duty_now"),
    path("dispatch/handovers/", handover_list, name="handover_list"),
    path("dispatch/shifts/<int:shift_id>/", hand_over, name="hand_over"),
    path("dispatch/shifts/<int:shift_id>/take-over/", take_over, name="take_over"),
    path("m/shifts/", my_shift_list, name="my_shift_list"),
    path("responsibilities/", routing_test, name="routing_test"),
    path("cases/<slug:number>/dispatch/", dispatch_case, name="dispatch_case"),
    path("cases/<slug:number>/join-unit/", join_unit, name="join_unit"),
    path("cases/<slug:number>/release-unit/", release_unit, name="release_unit"),
    path("cases/<slug:number>/accept-part/", accept_part, name="accept_part"),
    path("cases/<slug:number>/feed-back-part/", feed_back_part, name="feed_back_part"),
    path("cases/<slug:number>/recall/", recall_case, name="recall_case"),
    path("cases/<slug:number>/escalate/", escalate_case, name="escalate_case"),
    path("cases/<slug:number>/resume/", resume_case, name="resume_case"),
    path("cases/<slug:number>/ask-return/", ask_return, name="ask_return"),
    path("cases/<slug:number>/ask-extension/", ask_extension, name="ask_extension"),
    path("cases/<slug:number>/ask-suspension/", ask_suspension, name="ask_suspension"),
    path("cases/<slug:number>/ask-deferral/", ask_deferral, name="ask_deferral"),
    path("cases/<slug:number>/decide/", decide_request, name="decide_request"),
    path("cases/<slug:number>/urge/", urge_case, name="urge_case"),
    path("cases/<slug:number>/answer-urging/", answer_urging, name="answer_urging"),
    path("cases/<slug:number>/accept/", accept_case, name="accept_case"),
    path("cases/<slug:number>/feed-back/", feed_back_case, name="feed_back_case"),
    *operation_paths,
    *emergency_paths,
]
