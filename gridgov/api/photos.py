"""Photos that a phone sends one by one, ahead of what they belong to."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import Point
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.models import Photo
from gridgov.photos_ahead import photo_named, receive_photo


class PhotoInput(serializers.Serializer[Any]):
    """One photo, the phone's own name for it and its hash; what the phone read in it before it made it smaller."""

    photo = serializers.FileField(allow_empty_file=True, help_text="JPEG, PNG, WebP or HEIC.")
    client_uuid = serializers.UUIDField()
    sha256 = serializers.RegexField("^[0-9a-fA-F]{64}$")
    taken_at = serializers.DateTimeField(required=False)
    lon = serializers.FloatField(min_value=-180, max_value=180, required=False)
    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)
    is_marked_copy = serializers.BooleanField(required=False, help_text="Somebody has drawn on it.")
    copy_of = serializers.UUIDField(
        required=False, help_text="The client's name for the photo it is a copy of."
    )


class PhotoKept(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    client_uuid = serializers.UUIDField()
    sha256 = serializers.CharField()


class PhotosAhead(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="send_photo", request=PhotoInput, responses={200: PhotoKept, 201: PhotoKept})
    def post(self, request: Request) -> Response:
        """Send one photo ahead of what it belongs to.

        201 when it is new, 200 when it was there already; other bytes under the same name are refused with 422,
        and bytes that are not what the hash says with 400.
        """
        sent = PhotoInput(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        lon, lat = told.pop("lon", None), told.pop("lat", None)
        point = None if lon is None or lat is None else Point(lon, lat, srid=4326)
        actor = cast(AbstractBaseUser, request.user)
        photo, is_new = receive_photo(told.pop("photo"), actor=actor, point=point, **told)
        return Response(_kept(photo), 201 if is_new else 200)


class PhotoAhead(APIView):
    @extend_schema(operation_id="get_photo", responses=PhotoKept)
    def get(self, request: Request, client_uuid: UUID) -> Response:
        """Whether a photo of yours has arrived, by the client's own name for it."""
        return Response(_kept(photo_named(client_uuid, actor=cast(AbstractBaseUser, request.user))))


def _kept(photo: Photo) -> dict[str, str]:
    return {"id": str(photo.pk), "client_uuid": str(photo.client_uuid), "sha256": photo.sha256}
