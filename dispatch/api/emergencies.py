"""The API of emergencies."""

from typing import Any, ClassVar, cast

from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input
from cases.api.serializers import Shape
from cases.api.steps import step_path, view_of_step
from dispatch.emergencies import around, circle_of, log_of, receipts_of
from dispatch.models import LEAST_RADIUS, MOST_RADIUS, Emergency, EmergencyAlert, Why
from dispatch.services import emergency as services
from dispatch.services.emergency import USUAL_RADIUS
from dispatch.views.emergencies import emergency_for
from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.api.position import Position, position
from grids.models import User


class EmergencyRow(Shape):
    id = serializers.IntegerField()
    case = serializers.CharField(help_text="Number of the case.")
    centre = Position()
    radius_m = serializers.IntegerField()
    declared_at = serializers.DateTimeField()
    declared_by = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    summary = serializers.CharField()


class ReceiptRow(Shape):
    person = serializers.CharField()
    why = serializers.ChoiceField(Why.choices)
    sent_at = serializers.DateTimeField()
    times_sent = serializers.IntegerField()
    received_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.CharField()
    is_silent = serializers.BooleanField(help_text="No answer for five minutes.")


class LogRow(Shape):
    at = serializers.DateTimeField()
    did = serializers.CharField()
    who = serializers.CharField(help_text="Empty: the system.")
    note = serializers.CharField()


class EmergencyDetail(EmergencyRow):
    receipts = ReceiptRow(many=True)
    log = LogRow(many=True)


class NearRow(Shape):
    name = serializers.CharField()
    code = serializers.CharField(help_text="Of an object its code, of a case its number, of a person empty.")
    metres = serializers.IntegerField()
    point = Position()


class NearPerson(NearRow):
    seen_at = serializers.DateTimeField(help_text="How old the position is.")


class SurroundingsShape(Shape):
    radius_m = serializers.IntegerField()
    resources = NearRow(many=True)
    staff = NearPerson(many=True)
    cases = NearRow(many=True)
    objects = NearRow(many=True)
    is_whole = serializers.BooleanField(help_text="false: of some list only the nearest are here.")


class AlertRow(Shape):
    emergency = serializers.IntegerField()
    received_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.CharField()


class RadiusField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": LEAST_RADIUS, "max_value": MOST_RADIUS, **kwargs})


class DeclareInput(Input):
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    radius_m = RadiusField(required=False, default=USUAL_RADIUS)


class EndInput(Input):
    summary = serializers.CharField(max_length=2000)


class CircleInput(Input):
    radius_m = RadiusField()
    alert_new = serializers.BooleanField(
        required=False, default=False, help_text="Alert at once who is inside now and was not alerted."
    )


class AlertInput(Input):
    text = serializers.CharField(max_length=200)


class EmergencyEntryInput(Input):
    note = serializers.CharField(max_length=1000)


class ReceiveInput(Input):
    reply = serializers.CharField(required=False, allow_blank=True, max_length=200)


class Emergencies(ListAPIView[Emergency]):
    queryset = Emergency.objects.none()
    serializer_class = EmergencyRow
    pagination_class = KeysetPagination
    filter_backends = ()

    @extend_schema(
        operation_id="list_emergencies",
        parameters=[OpenApiParameter("open", bool, description="true: only those that go on.")],
    )
    def get(self, request: Request) -> Response:
        """The emergencies that you command or watch, newest first."""
        rows = Emergency.objects.visible_to(cast(User, request.user)).select_related("case", "declared_by")
        if request.query_params.get("open") == "true":
            rows = rows.filter(ended_at=None)
        return self.get_paginated_response([_row(one) for one in self.paginate_queryset(rows) or []])


class OneEmergency(APIView):
    @extend_schema(operation_id="get_emergency", responses=EmergencyDetail)
    def get(self, request: Request, emergency_id: int) -> Response:
        """An emergency with its receipts and its log."""
        return Response(_detail(emergency_for(cast(User, request.user), emergency_id)))


class SurroundingsView(APIView):
    @extend_schema(
        operation_id="get_surroundings",
        parameters=[OpenApiParameter("radius_m", int, description="Another circle than the one drawn.")],
        responses=SurroundingsShape,
    )
    def get(self, request: Request, emergency_id: int) -> Response:
        """What lies in the circle now, the nearest first, nothing once it is over; residents are in none of the lists."""
        user = cast(User, request.user)
        emergency = emergency_for(user, emergency_id)
        sent = CircleInput(data={"radius_m": request.query_params.get("radius_m", emergency.radius_m)})
        sent.is_valid(raise_exception=True)
        circle = circle_of(emergency)
        circle = type(circle)(circle.centre, sent.validated_data["radius_m"])
        found = around(emergency, user, circle)
        lists = (found.resources, found.staff, found.cases, found.objects)
        return Response(
            {
                "radius_m": circle.radius_m,
                "resources": [_near(one, one.name, one.code, one.point) for one in found.resources.rows],
                "staff": [
                    {**_near(one, str(one.user), "", one.point), "seen_at": one.seen_at}
                    for one in found.staff.rows
                ],
                "cases": [
                    _near(one, str(one.case_class or ""), one.number, one.point) for one in found.cases.rows
                ],
                "objects": [_near(one, one.name, one.code, one.point) for one in found.objects.rows],
                "is_whole": not any(each.more for each in lists),
            }
        )


class _Step(APIView):
    """Does one thing in the room and answers with the emergency as it is then."""

    service: ClassVar[Any]
    input_class: ClassVar[type[Input]]

    @idempotent
    def post(self, request: Request, emergency_id: int) -> Response:
        user = cast(User, request.user)
        emergency_for(user, emergency_id)
        sent = self.input_class(data=request.data)
        sent.is_valid(raise_exception=True)
        type(self).service(emergency_id, actor=user, **sent.validated_data)
        return Response(_detail(emergency_for(user, emergency_id)))


class ReceiveAlert(APIView):
    @extend_schema(operation_id="receive_alert", request=ReceiveInput, responses=AlertRow)
    @idempotent
    def post(self, request: Request, emergency_id: int) -> Response:
        """Say that you have the alert, with a word if you like; once is enough."""
        sent = ReceiveInput(data=request.data)
        sent.is_valid(raise_exception=True)
        alert = services.receive_alert(emergency_id, actor=cast(User, request.user), **sent.validated_data)
        return Response(_alert(alert))


def _step_path(step: str, service: Any, input_class: type[Input]) -> URLPattern:
    name = service.__name__
    operation_id = {"write_entry": "write_emergency_entry"}.get(name, name)
    view = view_of_step(_Step, service, input_class, responses=EmergencyDetail, operation_id=operation_id)
    api_name = f"api-{operation_id.replace('_', '-')}"
    return path(f"emergencies/<int:emergency_id>/{step}/", view.as_view(), name=api_name)


def _row(emergency: Emergency) -> dict[str, Any]:
    return {
        "id": emergency.pk,
        "case": emergency.case.number,
        "centre": position(*emergency.centre.coords),
        "radius_m": emergency.radius_m,
        "declared_at": emergency.declared_at,
        "declared_by": str(emergency.declared_by),
        "ended_at": emergency.ended_at,
        "summary": emergency.summary,
    }


def _detail(emergency: Emergency) -> dict[str, Any]:
    return {
        **_row(emergency),
        "receipts": [
            {
                "person": str(one.alert.user),
                "is_silent": one.is_silent,
                **{
                    name: getattr(one.alert, name)
                    for name in ("why", "sent_at", "times_sent", "received_at", "reply")
                },
            }
            for one in receipts_of(emergency)
        ],
        "log": [
            {"at": line.at, "did": str(line.did), "who": line.who, "note": line.note}
            for line in log_of(emergency)
        ],
    }


def _near(one: Any, name: str, code: str, point: Any) -> dict[str, Any]:
    return {"name": name, "code": code, "metres": round(one.distance.m), "point": position(*point.coords)}


def _alert(alert: EmergencyAlert) -> dict[str, Any]:
    return {"emergency": alert.emergency_id, "received_at": alert.received_at, "reply": alert.reply}


emergency_paths: list[URLPattern] = [
    path("emergencies/", Emergencies.as_view(), name="api-emergencies"),
    path("emergencies/<int:emergency_id>/", OneEmergency.as_view(), name="api-emergency"),
    path("emergencies/<int:emergency_id>/surroundings/", SurroundingsView.as_view(), name="api-surroundings"),
    path("emergencies/<int:emergency_id>/receive/", ReceiveAlert.as_view(), name="api-receive-alert"),
    _step_path("circle", services.draw_circle, CircleInput),
    _step_path("alert", services.alert_concerned, AlertInput),
    _step_path("alert-again", services.alert_again, Input),
    _step_path("entries", services.write_entry, EmergencyEntryInput),
    step_path(services.declare_emergency, DeclareInput),
    step_path(services.end_emergency, EndInput),
]
