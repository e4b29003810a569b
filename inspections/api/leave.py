"""The API of leave: who is away, and who stands in."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input, NamedField
from cases.api.serializers import OrganisationName, Shape
from gridgov.api.idempotency import idempotent
from gridgov.days import plausible_day
from gridgov.errors import NotFoundForYou
from grids.leave import Leave, as_leaves, leaves
from grids.models import Organisation, Post, Role, User
from grids.permissions import can_set_leave
from grids.services.leave import end_leave
from inspections.services.leave import set_leave
from inspections.views.leave import leaves_led_by, person_led

_PERSON = OpenApiParameter(
    "person", str, description="User name of somebody whom you lead; without one, you yourself."
)


class StandInRow(Shape):
    role = serializers.ChoiceField(Role.choices)
    organisation = OrganisationName()
    area = serializers.CharField(help_text="Code of the area.")
    deputy = serializers.CharField()


class LeaveRow(Shape):
    person = serializers.CharField()
    username = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    stand_ins = StandInRow(many=True)
    may_end = serializers.BooleanField()


class LeavesShape(Shape):
    mine = LeaveRow(many=True)
    stands_in_for = LeaveRow(many=True, help_text="For whom you stand in today.")
    led = LeaveRow(many=True, help_text="Of the people of the areas where you lead.")


class SeatDeputyInput(Input):
    role = serializers.ChoiceField(Role.choices)
    organisation = NamedField(slug_field="code", queryset=Organisation.objects.all())
    deputy = NamedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), help_text="User name."
    )


class SetLeaveInput(Input):
    first = serializers.DateField(validators=[plausible_day])
    last = serializers.DateField(validators=[plausible_day])
    deputies = SeatDeputyInput(many=True, help_text="Who stands in, for each seat of the person.")


class EndLeaveInput(Input):
    first = serializers.DateField(validators=[plausible_day], help_text="The day on which the leave begins.")


class LeaveView(APIView):
    @extend_schema(operation_id="list_leaves", responses=LeavesShape)
    def get(self, request: Request) -> Response:
        """Absences of now and to come: yours, those in which you stand in, those of your people."""
        user = cast(User, request.user)
        stands_in = Post.objects.stand_ins().current().filter(user=user)
        return Response(
            {
                "mine": [_row(one, may_end=True) for one in leaves(people=[user])],
                "stands_in_for": [
                    _row(one, may_end=can_set_leave(user, one.person, one.first, one.last))
                    for one in as_leaves(stands_in)
                ],
                "led": [_row(one, may_end=may) for one, may in leaves_led_by(user)],
            }
        )

    @extend_schema(
        operation_id="set_leave", parameters=[_PERSON], request=SetLeaveInput, responses={201: LeaveRow}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Give each seat of somebody who is away to a colleague, from the first to the last day."""
        user, person = _asked(request)
        sent = SetLeaveInput(data=request.data)
        sent.is_valid(raise_exception=True)
        days = {name: sent.validated_data[name] for name in ("first", "last")}
        deputies = {
            (seat["role"], seat["organisation"].pk): seat["deputy"]
            for seat in sent.validated_data["deputies"]
        }
        posts = set_leave(person, actor=user, deputies=deputies, **days)
        return Response(_row(Leave(person, stand_ins=posts, **days), may_end=True), 201)


class EndLeave(APIView):
    @extend_schema(
        operation_id="end_leave", parameters=[_PERSON], request=EndLeaveInput, responses={204: None}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Somebody is back: who stood in for them since a day does so no more."""
        user, person = _asked(request)
        sent = EndLeaveInput(data=request.data)
        sent.is_valid(raise_exception=True)
        end_leave(person, actor=user, first=sent.validated_data["first"])
        return Response(status=204)


def _asked(request: Request) -> tuple[User, User]:
    """Who asks, and whose leave it is; before anything else is read, so that strangers learn nothing from it."""
    user, name = cast(User, request.user), request.query_params.get("person", "")
    if name in ("", user.username):
        return user, user
    if not name.isprintable():
        raise NotFoundForYou(name)
    return user, person_led(user, username=name)


def _row(leave: Leave, *, may_end: bool) -> dict[str, Any]:
    return {
        "person": str(leave.person),
        "username": leave.person.username,
        "first": leave.first,
        "last": leave.last,
        "stand_ins": [
            {
                "role": post.role,
                "organisation": {"code": post.organisation.code, "name": post.organisation.name},
                "area": post.area.code,
                "deputy": str(post.user),
            }
            for post in leave.stand_ins
        ],
        "may_end": may_end,
    }
