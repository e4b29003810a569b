"""The API of the diary."""

from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import Input
from cases.api.serializers import Shape
from cases.forms.photos import MOST_PHOTOS
from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from grids.models import User
from inspections.models import DiaryEntry
from inspections.services.diary import LONGEST, rate_entry, write_entry


class EntryRow(Shape):
    id = serializers.IntegerField()
    client_uuid = serializers.UUIDField()
    author = serializers.CharField()
    area = serializers.CharField(help_text="Code of the area.")
    written_at = serializers.DateTimeField()
    text = serializers.CharField()
    photos = serializers.ListField(child=serializers.CharField(), help_text="Addresses, to show.")
    rating = serializers.IntegerField(allow_null=True)
    remark = serializers.CharField()
    rated_by = serializers.CharField(allow_null=True)


class EntryInput(Input):
    client_uuid = serializers.UUIDField(
        required=False,
        help_text="Your own name for this page; without it the Idempotency-Key, if that is a UUID.",
    )
    text = serializers.CharField(max_length=LONGEST)
    photo_uuids = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST_PHOTOS,
        help_text="Photos that were sent ahead, see /photos/.",
    )
    at = serializers.DateTimeField(required=False, help_text="When that was, for a phone that had no signal.")


class RatingInput(Input):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    remark = serializers.CharField(required=False, allow_blank=True, max_length=500)


class DiaryPagination(KeysetPagination):
    orderings: ClassVar = {"newest": ("-id",)}


class DiaryList(ListAPIView[DiaryEntry]):
    queryset = DiaryEntry.objects.none()
    serializer_class = EntryRow
    pagination_class = DiaryPagination
    filter_backends = ()

    @extend_schema(
        operation_id="list_diary",
        parameters=[
            OpenApiParameter("of", str, enum=["me", "team"], description="Without: all that you may read.")
        ],
    )
    def get(self, request: Request) -> Response:
        """Your diary, and your team's where you lead; newest first."""
        user = cast(User, request.user)
        entries = DiaryEntry.objects.visible_to(user)
        match request.query_params.get("of"):
            case "me":
                entries = entries.filter(author=user)
            case "team":
                entries = entries.exclude(author=user)
        rows = entries.select_related("author", "area", "rated_by").prefetch_related("photos")
        return self.get_paginated_response([entry_row(entry) for entry in self.paginate_queryset(rows) or []])

    @extend_schema(operation_id="write_entry", request=EntryInput, responses={201: EntryRow})
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a page of your diary; photos go ahead."""
        sent = EntryInput(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = {"client_uuid": _uuid_of(request), **sent.validated_data}
        entry = write_entry(actor=cast(User, request.user), **wanted)
        return Response(entry_row(entry), 201)


class RateEntry(APIView):
    @extend_schema(operation_id="rate_entry", request=RatingInput, responses=EntryRow)
    @idempotent
    def post(self, request: Request, entry_id: int) -> Response:
        """Rate a page of somebody whom you lead."""
        sent = RatingInput(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(
            entry_row(rate_entry(entry_id, actor=cast(User, request.user), **sent.validated_data))
        )


def _uuid_of(request: Request) -> UUID:
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        return uuid4()


def entry_row(entry: DiaryEntry) -> dict[str, Any]:
    columns = ("id", "client_uuid", "written_at", "text", "rating", "remark")
    return {
        **{name: getattr(entry, name) for name in columns},
        "author": str(entry.author),
        "area": entry.area.code,
        "photos": [
            reverse("inspections:diary_photo", args=[entry.pk, photo.pk, "display"])
            for photo in entry.photos.all()
        ],
        "rated_by": str(entry.rated_by) if entry.rated_by else None,
    }
