"""What hotlines and petition offices hand over, and what became of it."""

from typing import Any, cast

from django.db.models import Q
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import LONGEST_TEXT, ClassField, Input, MomentField
from cases.models import Case, ForwardedRequest, RequestSource
from cases.permissions import can_take_requests, sources_for
from cases.promises import promised_at
from cases.request_columns import LONGEST_ADDRESS, LONGEST_NUMBER
from cases.services.contact import LONGEST_NAME
from cases.services.forwarded import receive_request
from cases.workflow import Status
from gridgov.api.position import PositionField
from gridgov.errors import NotFoundForYou, NotPermitted
from grids.models import User


class SourceField(serializers.SlugRelatedField[RequestSource]):
    """A source of the caller's district, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=RequestSource.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return sources_for(self.context["request"].user)


class RequestInput(Input):
    """One matter under the source's own number; sent again it is the same one."""

    source = SourceField(help_text="The source's code, as the administrator gave it.")  # type: ignore[assignment]
    number = serializers.CharField(max_length=LONGEST_NUMBER)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    address = serializers.CharField(max_length=LONGEST_ADDRESS, required=False, allow_blank=True)
    point = PositionField(required=False, help_text="WGS-84; without one an operator places it.")
    case_class = ClassField(required=False)
    called_at = MomentField(required=False, help_text="When the citizen called or wrote.")
    due_at = MomentField(required=False, help_text="What the source promised the citizen.")
    contact_name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)


class RequestAnswer(serializers.Serializer[ForwardedRequest]):
    source = serializers.CharField(source="source.code")  # type: ignore[assignment]
    number = serializers.CharField()
    case = serializers.CharField(source="case.number", help_text="Our number.")
    status = serializers.ChoiceField(Status.choices, source="case.status")
    received_at = serializers.DateTimeField()
    due_at = serializers.SerializerMethodField(
        help_text="By when it is to be solved; null once it has ended."
    )
    closed_at = serializers.DateTimeField(source="case.closed_at", allow_null=True)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, request: ForwardedRequest) -> str | None:
        at = promised_at(request.case)
        return serializers.DateTimeField().to_representation(at) if at else None


class HotlineRequests(APIView):
    @extend_schema(
        operation_id="hand_over_request",
        request=RequestInput,
        responses={200: RequestAnswer, 201: RequestAnswer},
        tags=["hotline"],
    )
    def post(self, request: Request) -> Response:
        """Hand one matter over: 201 when it is new, 200 when its number was handed over before."""
        user = cast(User, request.user)
        if not can_take_requests(user):
            raise NotPermitted("receive_request")
        sent = RequestInput(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        found, is_new = receive_request(actor=user, **sent.validated_data)
        return Response(RequestAnswer(found).data, status=201 if is_new else 200)


@extend_schema_view(get=extend_schema(operation_id="read_request", tags=["hotline"]))
class HotlineRequest(RetrieveAPIView[ForwardedRequest]):
    """What became of a matter, by the source's code and its own number."""

    serializer_class = RequestAnswer

    def get_object(self) -> ForwardedRequest:
        user = cast(User, self.request.user)
        seen = Q(case__in=Case.objects.visible_to(user))
        number = self.kwargs["number"]
        found = (
            ForwardedRequest.objects.select_related("source", "case")
            .filter(seen, source__in=sources_for(user), source__code=self.kwargs["source"], number=number)
            .first()
            if number.isprintable()
            else None
        )
        if found is None:
            raise NotFoundForYou(number)
        return found
