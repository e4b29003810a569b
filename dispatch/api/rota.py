"""The API of the duty rota and of handing shifts over."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, cast

from django.db.models import prefetch_related_objects
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input, NamedField
from cases.api.serializers import OrganisationName, Shape
from dispatch.models import Shift
from dispatch.permissions import can_fill_rota, can_hand_over, can_take_over
from dispatch.rota import (
    centre_asked,
    counts_of,
    last_shifts,
    monday_of,
    my_shifts,
    shift_for,
    shifts_of_week,
    template_named,
    template_of,
)
from dispatch.seat import LINES
from dispatch.services import handover as services
from dispatch.services import rota as rota_services
from gridgov import clock
from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.days import plausible_day
from grids.models import Area, Organisation, User

_PEOPLE = User.objects.filter(is_active=True)
_CENTRE = OpenApiParameter("centre", str, description="Code of a centre; without one, your first.")


class ShiftRow(Shape):
    id = serializers.IntegerField()
    person = serializers.CharField()
    organisation = OrganisationName()
    area = serializers.CharField(allow_null=True, help_text="Code of where an inspector walks; null: a seat.")
    shift = serializers.CharField(help_text="Its name; empty for other hours than the rota's.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    handed_over_at = serializers.DateTimeField(allow_null=True)
    handed_over_to = serializers.CharField(allow_null=True, help_text="null: to whoever comes.")
    note = serializers.CharField()
    taken_over_at = serializers.DateTimeField(allow_null=True)


class OpenRow(Shape):
    name = serializers.ChoiceField(list(LINES))
    words = serializers.CharField()
    number = serializers.IntegerField(help_text="1000: more than 999.")


class ShiftDetail(ShiftRow):
    open = OpenRow(many=True, help_text="Now; once it is handed over, as it was then.")
    may_hand_over = serializers.BooleanField()
    may_take_over = serializers.BooleanField()


class RotaShape(Shape):
    centre = OrganisationName()
    monday = serializers.DateField()
    may_fill = serializers.BooleanField()
    shifts = ShiftRow(many=True)


class CopiedShape(Shape):
    copied = serializers.IntegerField()
    left_out = serializers.ListField(
        child=serializers.CharField(), help_text="Who could not come along, and why."
    )


class DayInput(Input):
    day = serializers.DateField(validators=[plausible_day])


class PutOnInput(DayInput):
    person = NamedField(slug_field="username", queryset=_PEOPLE, help_text="User name.")
    shift = serializers.CharField(max_length=40, help_text="Its name, such as early.")
    area = NamedField(
        slug_field="code",
        queryset=Area.objects.current(),
        required=False,
        help_text="Where an inspector walks.",
    )


class HandOverInput(Input):
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    to = NamedField(
        slug_field="username",
        queryset=_PEOPLE,
        required=False,
        help_text="User name; without: whoever comes.",
    )


class RotaView(APIView):
    @extend_schema(
        operation_id="get_rota",
        parameters=[_CENTRE, OpenApiParameter("day", date, description="Of the week; without one, today.")],
        responses=RotaShape,
    )
    def get(self, request: Request) -> Response:
        """The shifts of a centre from Monday to Sunday."""
        user, centre = _asked(request)
        day = DayInput(data={"day": request.query_params.get("day") or clock.today()})
        day.is_valid(raise_exception=True)
        monday = monday_of(day.validated_data["day"])
        return Response(
            {
                "centre": {"code": centre.code, "name": centre.name},
                "monday": monday,
                "may_fill": can_fill_rota(user, centre),
                "shifts": _rows(shifts_of_week(centre, monday)),
            }
        )

    @extend_schema(
        operation_id="put_on_shift", parameters=[_CENTRE], request=PutOnInput, responses={201: ShiftRow}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Put somebody on a shift of a day: at a seat, or, with an area, out there."""
        user, centre = _asked(request)
        sent = PutOnInput(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data
        shift = rota_services.put_on(
            actor=user,
            user=wanted["person"],
            organisation=centre,
            template=template_named(wanted["shift"], outside="area" in wanted),
            day=wanted["day"],
            area=wanted.get("area"),
        )
        return Response(_rows([shift])[0], 201)


class CopyWeek(APIView):
    @extend_schema(
        operation_id="copy_rota_week", parameters=[_CENTRE], request=DayInput, responses=CopiedShape
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Put everybody on in the week of a day as in the week before."""
        user, centre = _asked(request)
        sent = DayInput(data=request.data)
        sent.is_valid(raise_exception=True)
        monday = monday_of(sent.validated_data["day"])
        copied, left_out = rota_services.copy_week(actor=user, organisation=centre, monday=monday)
        return Response({"copied": copied, "left_out": left_out})


class MyShifts(APIView):
    @extend_schema(operation_id="list_my_shifts", responses=ShiftRow(many=True))
    def get(self, request: Request) -> Response:
        """Your shifts of the next two weeks, the next first."""
        return Response(_rows(my_shifts(cast(User, request.user))))


class HandoverPagination(KeysetPagination):
    orderings: ClassVar = {"newest": ("-ends_at", "-id")}


class Handovers(ListAPIView[Shift]):
    queryset = Shift.objects.none()
    serializer_class = ShiftRow
    pagination_class = HandoverPagination
    filter_backends = ()

    @extend_schema(operation_id="list_handovers", parameters=[_CENTRE])
    def get(self, request: Request) -> Response:
        """The shifts at a centre's seats that have begun, the last first."""
        _user, centre = _asked(request)
        return self.get_paginated_response(_rows(self.paginate_queryset(last_shifts(centre)) or []))


class OneShift(APIView):
    @extend_schema(operation_id="get_shift", responses=ShiftDetail)
    def get(self, request: Request, shift_id: int) -> Response:
        """A shift with what is open at its seat."""
        return Response(_detail(cast(User, request.user), shift_id))


class TakeOff(APIView):
    @extend_schema(operation_id="take_off_shift", request=None, responses={204: None})
    @idempotent
    def post(self, request: Request, shift_id: int) -> Response:
        """Take somebody off a shift that is to come."""
        user = cast(User, request.user)
        shift_for(user, shift_id)
        rota_services.take_off(shift_id, actor=user)
        return Response(status=204)


class HandOver(APIView):
    @extend_schema(operation_id="hand_over_shift", request=HandOverInput, responses=ShiftDetail)
    @idempotent
    def post(self, request: Request, shift_id: int) -> Response:
        """Hand a seat over, to somebody or to whoever comes; what is open is kept as it is now."""
        user = cast(User, request.user)
        shift_for(user, shift_id)
        sent = HandOverInput(data=request.data)
        sent.is_valid(raise_exception=True)
        services.hand_over(shift_id, actor=user, **sent.validated_data)
        return Response(_detail(user, shift_id))


class TakeOver(APIView):
    @extend_schema(operation_id="take_over_shift", request=None, responses=ShiftDetail)
    @idempotent
    def post(self, request: Request, shift_id: int) -> Response:
        """Sign for what was handed over; of two at once the first does."""
        user = cast(User, request.user)
        services.take_over(shift_id, actor=user)
        return Response(_detail(user, shift_id))


def _asked(request: Request) -> tuple[User, Organisation]:
    """Who asks, and of which centre; before anything else is read, so that strangers learn nothing from it."""
    user = cast(User, request.user)
    return user, centre_asked(user, request.query_params.get("centre", ""))


def _rows(shifts: Iterable[Shift]) -> list[dict[str, Any]]:
    found = list(shifts)
    prefetch_related_objects(found, "user", "organisation", "area", "handed_over_to")
    return [_row(shift) for shift in found]


def _row(shift: Shift) -> dict[str, Any]:
    template = template_of(shift)
    columns = ("id", "starts_at", "ends_at", "handed_over_at", "note", "taken_over_at")
    return {
        **{name: getattr(shift, name) for name in columns},
        "person": str(shift.user),
        "organisation": {"code": shift.organisation.code, "name": shift.organisation.name},
        "area": shift.area.code if shift.area else None,
        "shift": template.name if template else "",
        "handed_over_to": str(shift.handed_over_to) if shift.handed_over_to else None,
    }


def _detail(user: User, shift_id: int) -> dict[str, Any]:
    shift = shift_for(user, shift_id)
    counts = counts_of(shift)
    return {
        **_row(shift),
        "open": [
            {"name": name, "words": str(line.label), "number": counts[name]}
            for name, line in LINES.items()
            if name in counts
        ],
        "may_hand_over": shift.can_be_handed_over and can_hand_over(user, shift),
        "may_take_over": shift.waits_for_signature and can_take_over(user, shift),
    }


rota_paths: list[URLPattern] = [
    path("rota/", RotaView.as_view(), name="api-rota"),
    path("rota/copy/", CopyWeek.as_view(), name="api-copy-rota-week"),
    path("handovers/", Handovers.as_view(), name="api-handovers"),
    path("shifts/", MyShifts.as_view(), name="api-my-shifts"),
    path("shifts/<int:shift_id>/", OneShift.as_view(), name="api-shift"),
    path("shifts/<int:shift_id>/take-off/", TakeOff.as_view(), name="api-take-off-shift"),
    path("shifts/<int:shift_id>/hand-over/", HandOver.as_view(), name="api-hand-over-shift"),
    path("shifts/<int:shift_id>/take-over/", TakeOver.as_view(), name="api-take-over-shift"),
]
