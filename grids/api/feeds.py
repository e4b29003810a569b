"""The API of departments' feeds: how each form stands."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grids.feeds import standings
from grids.models import FeedRun, FeedState, User
from grids.permissions import forms_fed_by


class FeedRunRow(serializers.ModelSerializer[FeedRun]):
    state = serializers.ChoiceField(FeedState.choices)

    class Meta:
        model = FeedRun
        fields = ("at", "state", "source", "as_of", "taken", "refused", "removed")


class FeedRow(serializers.Serializer[Any]):
    code = serializers.CharField(source="form.code")
    name = serializers.CharField(source="form.__str__")
    department = serializers.CharField(source="form.department.code")
    expected_every_days = serializers.IntegerField(source="form.expected_every_days", allow_null=True)
    is_broken = serializers.BooleanField(help_text="The last delivery was broken: the last good data stand.")
    is_overdue = serializers.BooleanField(help_text="Nothing good has come for longer than expected.")
    last = FeedRunRow(allow_null=True)
    last_good = FeedRunRow(allow_null=True)


class FeedList(APIView):
    @extend_schema(operation_id="list_registry_forms", responses=FeedRow(many=True), tags=["registry"])
    def get(self, request: Request) -> Response:
        """The forms that your posts deliver, and how each stands."""
        forms = forms_fed_by(cast(User, request.user)).order_by("code")
        return Response(FeedRow(standings(forms), many=True).data)
