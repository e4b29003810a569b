"""Addresses of operations and emergencies."""

from django.urls import URLPattern, path

from dispatch.views.emergencies import (
    alert_again,
    alert_concerned,
    declare_emergency,
    draw_circle,
    emergency_alert,
    emergency_detail,
    emergency_list,
    end_emergency,
    write_entry,
)
from dispatch.views.operation import (
    cancel_operation,
    decide_operation,
    end_operation,
    feed_back_operation,
    operation_detail,
    operation_photo,
    rate_unit,
    report_in,
)
from dispatch.views.operations import (
    blow_whistle,
    call_joint_operation,
    call_operation,
    case_operations,
    my_calls,
    operation_list,
    operation_units,
)

operation_paths: list[URLPattern] = [
    path("m/calls/", my_calls, name="my_calls"),
    path("cases/<slug:number>/whistle/", blow_whistle, name="blow_whistle"),
    path("cases/<slug:number>/joint-operation/", call_joint_operation, name="call_joint_operation"),
    path("cases/<slug:number>/operations/", case_operations, name="case_operations"),
    path("dispatch/operations/", operation_list, name="operation_list"),
    path("dispatch/operations/new/", call_operation, name="call_operation"),
    path("dispatch/operations/units/", operation_units, name="operation_units"),
    path("dispatch/operations/<int:operation_id>/", operation_detail, name="operation_detail"),
    path("dispatch/operations/<int:operation_id>/decide/", decide_operation, name="decide_operation"),
    path("dispatch/operations/<int:operation_id>/cancel/", cancel_operation, name="cancel_operation"),
    path("dispatch/operations/<int:operation_id>/end/", end_operation, name="end_operation"),
    path("dispatch/operations/<int:operation_id>/rate/", rate_unit, name="rate_unit"),
    path("dispatch/operations/<int:operation_id>/report-in/", report_in, name="report_in"),
    path(
        "dispatch/operations/<int:operation_id>/feed-back/", feed_back_operation, name="feed_back_operation"
    ),
    path(
        "dispatch/operations/<int:operation_id>/photos/<uuid:photo_id>/<slug:size>/",
        operation_photo,
        name="operation_photo",
    ),
]
emergency_paths: list[URLPattern] = [
    path("cases/<slug:number>/declare-emergency/", declare_emergency, name="declare_emergency"),
    path("cases/<slug:number>/end-emergency/", end_emergency, name="end_emergency"),
    path("m/emergencies/<int:emergency_id>/", emergency_alert, name="emergency_alert"),
    path("dispatch/emergencies/", emergency_list, name="emergency_list"),
    path("dispatch/emergencies/<int:emergency_id>/", emergency_detail, name="emergency_detail"),
    path("dispatch/emergencies/<int:emergency_id>/circle/", draw_circle, name="draw_circle"),
    path("dispatch/emergencies/<int:emergency_id>/alert/", alert_concerned, name="alert_concerned"),
    path("dispatch/emergencies/<int:emergency_id>/alert-again/", alert_again, name="alert_again"),
    path("dispatch/emergencies/<int:emergency_id>/entry/", write_entry, name="write_entry"),
]
