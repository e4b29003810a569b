"""The API of campaigns: how far they have come."""

from typing import Any, cast

from django.urls import reverse
from django.utils.http import urlencode
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.serializers import Shape
from gridgov.errors import NotFoundForYou
from grids.models import Area, User
from inspections.campaign_progress import Progress
from inspections.campaigns import CampaignRow, campaign_rows, progress_in
from inspections.permissions import led_areas


class ProgressRow(Shape):
    objects = serializers.IntegerField(help_text="In use, of the campaign's types.")
    visited = serializers.IntegerField(help_text="Within its days.")
    percent = serializers.IntegerField(help_text="Rounded down.")
    is_reached = serializers.BooleanField(help_text="The share that it asks for has been visited.")


class CampaignProgress(ProgressRow):
    id = serializers.IntegerField()
    theme = serializers.CharField()
    area = serializers.CharField(help_text="The area's code.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    target_percent = serializers.IntegerField()
    is_running = serializers.BooleanField()


class PlaceProgress(ProgressRow):
    area = serializers.CharField(help_text="The area's code.")
    name = serializers.CharField()


class CampaignInPlaces(CampaignProgress):
    places = PlaceProgress(many=True, help_text="Where you lead, the least visited first; up to a hundred.")
    more_places = serializers.CharField(allow_null=True, help_text="Address from where they go on.")


class CampaignList(APIView):
    @extend_schema(operation_id="list_campaigns", responses=CampaignProgress(many=True), tags=["tasks"])
    def get(self, request: Request) -> Response:
        """The last thirty campaigns where you lead, those that are over too."""
        return Response([_row(row) for row in campaign_rows(_led(request), running=False)])


class CampaignView(APIView):
    @extend_schema(
        operation_id="get_campaign",
        responses=CampaignInPlaces,
        parameters=[OpenApiParameter("after", str, description="Code of the place after which to go on.")],
        tags=["tasks"],
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        """A campaign in each grid where you lead."""
        areas = _led(request)
        rows = campaign_rows(areas, running=False)
        row = next((row for row in rows if row.campaign.pk == campaign_id), None)
        if row is None:
            raise NotFoundForYou(campaign_id)
        shown, more = progress_in(row.campaign, areas, request.query_params.get("after", ""))
        here = reverse("api-campaign", args=[campaign_id])
        return Response(
            {
                **_row(row),
                "places": [
                    {"area": place.code, "name": place.name, **_progress(part)} for place, part in shown
                ],
                "more_places": f"{here}?{urlencode({'after': more})}" if more else None,
            }
        )


def _led(request: Request) -> list[Area]:
    return led_areas(cast(User, request.user))


def _row(row: CampaignRow) -> dict[str, Any]:
    columns = ("id", "theme", "starts_on", "ends_on", "target_percent")
    return {
        **{name: getattr(row.campaign, name) for name in columns},
        "area": row.campaign.area.code,
        "is_running": row.is_running,
        **_progress(row.progress),
    }


def _progress(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in ("objects", "visited", "percent", "is_reached")}
