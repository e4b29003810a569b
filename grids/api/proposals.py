"""Proposed changes by API: the phone's queue sends them, with photos that went ahead."""

from math import isfinite
from typing import Any, cast

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.api.idempotency import idempotent
from gridgov.errors import invalid
from gridgov.photo_field import MOST_PHOTOS
from gridgov.photos_ahead import claim_photos
from grids.api.records import ScalarField
from grids.models import ChangeKind, GridObject, ObjectType, ProposalState, ProposedChange, User
from grids.services.proposals import propose_change


class ProposedValues(serializers.Serializer[Any]):
    """Only what should be otherwise."""

    name = serializers.CharField(max_length=120, required=False)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    state = serializers.CharField(max_length=10, required=False)
    credit_code = serializers.CharField(max_length=18, required=False, allow_blank=True)
    business_scope = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    attributes = serializers.DictField(
        child=ScalarField(), required=False, help_text="By the type's keys; null for one that is no more."
    )


class ProposalInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ChangeKind.choices)
    object = serializers.CharField(
        max_length=40, required=False, help_text="The object's code; not for something new."
    )
    type = serializers.SlugField(
        max_length=40, required=False, help_text="Of something new: its type's code."
    )
    values = ProposedValues(required=False)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False, help_text="WGS-84.")
    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    photo_uuids = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MOST_PHOTOS,
        required=False,
        default=list,
        help_text="The phone's names of photos that it sent ahead.",
    )


class ProposalAnswer(serializers.ModelSerializer[ProposedChange]):
    object = serializers.CharField(source="object.code", default=None, help_text="The object's code.")
    decided_by_unit = serializers.CharField(source="owner.name", help_text="The unit that decides.")
    state = serializers.ChoiceField(ProposalState.choices)

    class Meta:
        model = ProposedChange
        fields = ("id", "kind", "object", "values", "state", "decided_by_unit", "proposed_at")


class ProposalCreate(APIView):
    @extend_schema(
        operation_id="propose_registry_change",
        request=ProposalInput,
        responses={201: ProposalAnswer},
        tags=["registry"],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Propose a change of the registry: something new, changed, moved or closed.

        The unit that owns the object decides, or the command centre of the place; you get a notice.
        """
        user = cast(User, request.user)
        sent = ProposalInput(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data
        with transaction.atomic():
            proposal = propose_change(
                actor=user,
                kind=ChangeKind(wanted["kind"]),
                object_id=_object_id(user, wanted),
                type=_type(wanted),
                values=wanted.get("values"),
                point=_point(wanted),
                note=wanted["note"],
                photos=claim_photos(wanted["photo_uuids"], actor=user),
            )
        return Response(ProposalAnswer(proposal).data, status=201)


def _object_id(user: User, wanted: dict[str, Any]) -> int | None:
    if wanted["kind"] == ChangeKind.NEW:
        return None
    seen = GridObject.objects.visible_to(user).filter(code=wanted.get("object", ""))
    pk: int | None = seen.values_list("pk", flat=True).first()
    if pk is None:
        raise invalid("object", _("There is no such object."), "unknown")
    return pk


def _type(wanted: dict[str, Any]) -> ObjectType | None:
    if wanted["kind"] != ChangeKind.NEW:
        return None
    found = ObjectType.objects.filter(code=wanted.get("type", ""), is_active=True, is_private=False).first()
    if found is None:
        raise invalid("type", _("There is no such type of objects."), "unknown")
    return found


def _point(wanted: dict[str, Any]) -> Point | None:
    longitude, latitude = wanted.get("longitude"), wanted.get("latitude")
    if longitude is None or latitude is None:
        return None
    if not (isfinite(longitude) and isfinite(latitude)):
        raise invalid("longitude", _("Longitude and latitude are two numbers in degrees."), "invalid")
    return Point(longitude, latitude, srid=4326)
