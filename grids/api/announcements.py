"""Notices and orders by API: one's own, reading and confirming them."""

from typing import Any, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.errors import NotFoundForYou
from grids.announcements import announcements_for, waits
from grids.models import Announcement, User
from grids.services import announcements as services


class AnnouncementRow(serializers.ModelSerializer[Announcement]):
    organisation = serializers.CharField(source="organisation.name")
    area = serializers.CharField(source="area.code")
    read_at = serializers.DateTimeField(allow_null=True, help_text="When you read it.")
    acknowledged_at = serializers.DateTimeField(allow_null=True, help_text="When you confirmed it.")

    class Meta:
        model = Announcement
        fields = (
            "id", "kind", "title", "organisation", "area", "is_urgent", "receipt_by", "published_at", "read_at",
            "acknowledged_at",
        )  # fmt: skip


class AnnouncementDetail(AnnouncementRow):
    class Meta(AnnouncementRow.Meta):
        fields = (*AnnouncementRow.Meta.fields, "text")  # type: ignore[assignment]


class AnnouncementPagination(KeysetPagination):
    page_size = 50
    orderings: ClassVar = {"newest": ("-id",)}


class Asked(serializers.Serializer[Any]):
    waiting = serializers.BooleanField(
        required=False, default=False, help_text="Only those not read, and orders not confirmed."
    )


class AnnouncementList(ListAPIView[Announcement]):
    queryset = Announcement.objects.none()
    serializer_class = AnnouncementRow
    pagination_class = AnnouncementPagination
    filter_backends = ()

    @extend_schema(operation_id="list_announcements", parameters=[Asked], tags=["announcements"])
    def get(self, request: Request) -> Response:
        """The notices and orders that go to you."""
        asked = Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        own = announcements_for(cast(User, request.user))
        page = self.paginate_queryset(waits(own) if asked.validated_data["waiting"] else own)
        return self.get_paginated_response(AnnouncementRow(page, many=True).data)


class AnnouncementView(APIView):
    @extend_schema(operation_id="read_announcement", responses=AnnouncementDetail, tags=["announcements"])
    def get(self, request: Request, announcement_id: int) -> Response:
        """One that goes to you; it counts as read."""
        user = cast(User, request.user)
        services.read_announcement(announcement_id, actor=user)
        return _detail(user, announcement_id)


class AcknowledgeOrder(APIView):
    @extend_schema(
        operation_id="acknowledge_order",
        request=None,
        responses=AnnouncementDetail,
        tags=["announcements"],
    )
    @idempotent
    def post(self, request: Request, announcement_id: int) -> Response:
        """Confirm an order; a second time changes nothing. 409 `step_not_allowed` for a notice."""
        user = cast(User, request.user)
        services.acknowledge_order(announcement_id, actor=user)
        return _detail(user, announcement_id)


def _detail(user: User, announcement_id: int) -> Response:
    found = announcements_for(user).filter(pk=announcement_id).first()
    if found is None:
        raise NotFoundForYou(announcement_id)
    return Response(AnnouncementDetail(found).data)
