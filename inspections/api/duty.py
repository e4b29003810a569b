"""The API of duty: on, off, and the way walked in between."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input
from cases.api.serializers import Shape
from gridgov import clock
from gridgov.api.idempotency import idempotent
from grids.models import User
from inspections.duties import day_out, duty_of
from inspections.services.duty import MOST_POINTS, TrackPoint, add_track, go_off_duty, go_on_duty


class DutyState(Shape):
    id = serializers.IntegerField(allow_null=True, help_text="Of your latest duty.")
    on_duty = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
    minutes_today = serializers.IntegerField()
    metres_today = serializers.FloatField()


class DutyInput(Input):
    on = serializers.BooleanField(help_text="True: go on duty; false: go off duty.")
    at = serializers.DateTimeField(
        required=False, help_text="When that was, for a phone that had no signal: at most a day ago."
    )


class TrackInput(Input):
    client_uuid = serializers.UUIDField(help_text="Your own name for this stretch.")
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=3, max_length=4),
        min_length=1,
        max_length=MOST_POINTS,
        help_text="Each `[longitude, latitude, seconds since 1970, accuracy in metres]`; the accuracy may be left out.",
    )

    def validate_points(self, points: list[list[float]]) -> list[TrackPoint]:
        found = [TrackPoint(*point) for point in points]
        if not all(_is_plausible(point) for point in found):
            raise serializers.ValidationError("A point lies nowhere on earth, or at no time.", "bad_point")
        return found


class TrackKept(Shape):
    stored = serializers.IntegerField(help_text="How many points were kept.")
    refused = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="How many were not, by reason: `outside_duty`, `ahead_of_time`, `too_inaccurate`. "
        "They are not wanted later either.",
    )


class DutyView(APIView):
    @extend_schema(operation_id="get_duty", responses=DutyState)
    def get(self, request: Request) -> Response:
        """Whether you are on duty, and your day so far."""
        return Response(_state(cast(User, request.user)))

    @extend_schema(operation_id="set_duty", request=DutyInput, responses=DutyState)
    @idempotent
    def post(self, request: Request) -> Response:
        """Go on or off duty; on duty one stays on it, off duty likewise."""
        user = cast(User, request.user)
        sent = DutyInput(data=request.data)
        sent.is_valid(raise_exception=True)
        go = go_on_duty if sent.validated_data["on"] else go_off_duty
        go(actor=user, at=sent.validated_data.get("at"))
        return Response(_state(user))


class TrackView(APIView):
    @extend_schema(operation_id="add_track", request=TrackInput, responses={201: TrackKept})
    @idempotent
    def post(self, request: Request) -> Response:
        """Send a stretch of the way walked on duty; the same one twice is kept once."""
        sent = TrackInput(data=request.data)
        sent.is_valid(raise_exception=True)
        kept = add_track(actor=cast(User, request.user), **sent.validated_data)
        return Response({"stored": kept.stored, "refused": kept.refused}, 201)


def _state(user: User) -> dict[str, Any]:
    duty, out = duty_of(user), day_out(user, clock.today())
    return {
        "id": user.duties.order_by("-started_at").values_list("pk", flat=True).first(),
        "on_duty": duty is not None,
        "since": duty.started_at if duty else None,
        "minutes_today": out.minutes,
        "metres_today": round(out.metres, 1),
    }


def _is_plausible(point: TrackPoint) -> bool:
    return (
        abs(point.longitude) <= 180
        and abs(point.latitude) <= 90
        and 0 < point.seconds < 4_102_444_800  # the year 2100
        and point.accuracy_m >= 0
    )
