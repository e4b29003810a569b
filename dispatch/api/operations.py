"""The API of joint operations and whistles."""

from typing import Any, ClassVar, cast

from django.urls import URLPattern, path, reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import (
    AnswerField,
    CaseField,
    Input,
    MetresField,
    MomentField,
    PhotosInput,
    ReasonInput,
)
from cases.api.serializers import OrganisationName, Shape
from cases.api.steps import asked, view_of_step
from dispatch.api.inputs import UnitField
from dispatch.models import Operation, OperationKind, OperationState
from dispatch.operations import MINE
from dispatch.operations import operations_of as listed
from dispatch.permissions import can_see_case_of
from dispatch.services import operation as services
from dispatch.services import operation_unit as unit_services
from dispatch.services.operation import Share
from dispatch.views.operation import operation_for
from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.api.position import Position, PositionField, position
from grids.models import Organisation, User

_UNITS = Organisation.objects.filter(is_active=True)


class OperationUnitRow(Shape):
    unit = OrganisationName()
    duty = serializers.CharField()
    leads = serializers.BooleanField()
    reported_in_at = serializers.DateTimeField(allow_null=True)
    reported_in_point = Position(allow_null=True)
    reported_in_accuracy_m = serializers.FloatField(allow_null=True)
    reported_in_distance_m = serializers.FloatField(allow_null=True, help_text="Metres from the place.")
    reported_in_note = serializers.CharField()
    missed_at = serializers.DateTimeField(allow_null=True, help_text="When nobody had reported in in time.")
    done_at = serializers.DateTimeField(allow_null=True)
    feedback = serializers.CharField()
    photos = serializers.ListField(child=serializers.CharField(), help_text="Addresses, to show.")
    rating = serializers.IntegerField(allow_null=True)
    rating_note = serializers.CharField()


class OperationRow(Shape):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(OperationKind.choices)
    state = serializers.ChoiceField(OperationState.choices)
    title = serializers.CharField()
    purpose = serializers.CharField()
    case = serializers.CharField(
        allow_null=True,
        help_text="Number of the case that it is about; null where that is not open to you, too.",
    )
    caller = OrganisationName()
    area = serializers.CharField(help_text="Code of the area.")
    point = Position()
    address = serializers.CharField()
    starts_at = serializers.DateTimeField()
    report_in_by = serializers.DateTimeField()
    report_in_m = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    called_at = serializers.DateTimeField(allow_null=True, help_text="null: not approved.")
    ended_at = serializers.DateTimeField(allow_null=True)


class OperationDetail(OperationRow):
    units = OperationUnitRow(many=True)


class ShareInput(Input):
    unit = UnitField(slug_field="code", queryset=_UNITS)
    duty = serializers.CharField(max_length=200)
    leads = serializers.BooleanField(required=False, default=False)


class CallInput(Input):
    kind = serializers.ChoiceField(OperationKind.choices)
    caller = UnitField(slug_field="code", queryset=_UNITS, help_text="In whose name you call.")
    title = serializers.CharField(max_length=80)
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    case = CaseField(source="case_id", required=False)
    point = PositionField()
    address = serializers.CharField(required=False, allow_blank=True, max_length=200)
    starts_at = MomentField(required=False, help_text="Without one: now.")
    units = ShareInput(many=True, source="shares", help_text="At most 20.")


class DecideOperationInput(Input):
    granted = AnswerField(help_text="A refusal needs a note.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class OwnUnitInput(Input):
    unit = UnitField(
        slug_field="code", queryset=_UNITS, required=False, help_text="Which, where you work for several."
    )


class ReportInInput(OwnUnitInput):
    point = PositionField(required=False)
    accuracy_m = MetresField(required=False)
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Needed far from the place."
    )
    done_at = MomentField(required=False, help_text="When, for a phone that had no signal.")


class FeedBackOperationInput(PhotosInput, OwnUnitInput):
    feedback = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class RateUnitInput(Input):
    unit = UnitField(slug_field="code", queryset=_UNITS)
    rating = serializers.IntegerField(min_value=1, max_value=5)
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)


class Operations(ListAPIView[Operation]):
    queryset = Operation.objects.none()
    serializer_class = OperationRow
    pagination_class = KeysetPagination
    filter_backends = ()

    @extend_schema(
        operation_id="list_operations",
        parameters=[
            OpenApiParameter("show", str, enum=[MINE], description="mine: only what waits for you."),
            OpenApiParameter("state", str, enum=OperationState.values),
        ],
    )
    def get(self, request: Request) -> Response:
        """The operations that you may see, newest first."""
        user = cast(User, request.user)
        rows = (
            listed(user, MINE)
            if request.query_params.get("show") == MINE
            else Operation.objects.visible_to(user).select_related("caller", "case", "area")
        )
        if request.query_params.get("state") in OperationState.values:
            rows = rows.filter(state=request.query_params["state"])
        return self.get_paginated_response([_row(user, one) for one in self.paginate_queryset(rows) or []])

    @extend_schema(operation_id="call_operation", request=CallInput, responses={201: OperationDetail})
    @idempotent
    def post(self, request: Request) -> Response:
        """Call units to a place; where the rule says so it waits for approval first."""
        sent = CallInput(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        wanted = dict(sent.validated_data)
        shares = [Share(**share) for share in wanted.pop("shares")]
        user = cast(User, request.user)
        operation = services.call_operation(actor=user, shares=shares, **wanted)
        return Response(_detail(user, operation_for(user, operation.pk)), 201)


class OneOperation(APIView):
    @extend_schema(operation_id="get_operation", responses=OperationDetail)
    def get(self, request: Request, operation_id: int) -> Response:
        """An operation with each unit's share."""
        user = cast(User, request.user)
        return Response(_detail(user, operation_for(user, operation_id)))


class _Step(APIView):
    """Takes one step and answers with the operation as it is then."""

    service: ClassVar[Any]
    input_class: ClassVar[type[Input]]
    parser_classes = (JSONParser, MultiPartParser)

    @idempotent
    def post(self, request: Request, operation_id: int) -> Response:
        user = cast(User, request.user)
        # Strangers learn nothing from what would be wrong with their words.
        operation_for(user, operation_id)
        with asked(self.input_class, request) as wanted:
            type(self).service(operation_id, actor=user, **wanted)
        return Response(_detail(user, operation_for(user, operation_id)))


def _step_path(step: str, service: Any, input_class: type[Input]) -> URLPattern:
    view = view_of_step(_Step, service, input_class, responses=OperationDetail)
    api_name = f"api-{service.__name__.replace('_', '-')}"
    return path(f"operations/<int:operation_id>/{step}/", view.as_view(), name=api_name)


def _row(user: User, operation: Operation) -> dict[str, Any]:
    columns = (
        "id", "kind", "state", "title", "purpose", "address", "starts_at", "report_in_by", "report_in_m",
        "asked_at", "called_at", "ended_at",
    )  # fmt: skip
    return {
        **{name: getattr(operation, name) for name in columns},
        "case": operation.case.number if operation.case and can_see_case_of(user, operation) else None,
        "caller": _organisation(operation.caller),
        "area": operation.area.code,
        "point": position(*operation.point.coords),
    }


def _detail(user: User, operation: Operation) -> dict[str, Any]:
    columns = (
        "duty", "leads", "reported_in_at", "reported_in_accuracy_m", "reported_in_distance_m",
        "reported_in_note", "missed_at", "done_at", "feedback", "rating", "rating_note",
    )  # fmt: skip
    units = operation.units.select_related("organisation").prefetch_related("photos")
    return {
        **_row(user, operation),
        "units": [
            {
                **{name: getattr(unit, name) for name in columns},
                "unit": _organisation(unit.organisation),
                "reported_in_point": position(*unit.reported_in_point.coords)
                if unit.reported_in_point
                else None,
                "photos": [
                    reverse("dispatch:operation_photo", args=[operation.pk, photo.pk, "display"])
                    for photo in unit.photos.all()
                ],
            }
            for unit in units
        ],
    }


def _organisation(one: Organisation) -> dict[str, str]:
    return {"code": one.code, "name": one.name}


operation_paths: list[URLPattern] = [
    path("operations/", Operations.as_view(), name="api-operations"),
    path("operations/<int:operation_id>/", OneOperation.as_view(), name="api-operation"),
    _step_path("decide", services.decide_operation, DecideOperationInput),
    _step_path("cancel", services.cancel_operation, ReasonInput),
    _step_path("end", services.end_operation, ReasonInput),
    _step_path("rate", services.rate_unit, RateUnitInput),
    _step_path("report-in", unit_services.report_in, ReportInInput),
    _step_path("feed-back", unit_services.feed_back_operation, FeedBackOperationInput),
]
