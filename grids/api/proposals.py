"""Proposed changes by API: made, from the phone's queue too with photos that went ahead, and decided."""

from math import isfinite
from typing import Any, ClassVar, cast

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.api.position import PositionField
from gridgov.errors import NotFoundForYou, invalid
from gridgov.photo_field import MOST_PHOTOS
from gridgov.photos_ahead import claim_photos
from grids.api.records import ScalarField
from grids.models import ChangeKind, GridObject, ObjectType, ProposalState, ProposedChange, User
from grids.permissions import can_decide_proposal, can_withdraw_proposal
from grids.proposals import changed_meanwhile, proposals_for
from grids.services import proposals as services


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
    seen_version = serializers.IntegerField(
        min_value=1, required=False, help_text="The object's version that you saw; without it that of now."
    )
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


class ProposalDetail(ProposalAnswer):
    """A proposal with what one needs to decide on it."""

    type = serializers.CharField(source="type.code", help_text="The type's code.")
    area = serializers.CharField(source="area.code")
    position = PositionField(source="point", allow_null=True, read_only=True)
    proposed_by = serializers.CharField(source="proposed_by.__str__")
    decided_by = serializers.CharField(source="decided_by.__str__", allow_null=True)
    object_version = serializers.IntegerField(
        source="object.version", default=None, allow_null=True, help_text="The object's version of now."
    )
    changed_meanwhile = serializers.SerializerMethodField(
        help_text="The same fields were changed after this was proposed: accepting needs `seen_version`."
    )
    available_actions = serializers.SerializerMethodField(help_text="What you may do with it now.")

    class Meta(ProposalAnswer.Meta):
        fields = (  # type: ignore[assignment]
            *ProposalAnswer.Meta.fields, "type", "area", "position", "note", "proposed_by", "decided_by", "decided_at",
            "reason", "object_version", "changed_meanwhile", "available_actions",
        )  # fmt: skip

    def get_changed_meanwhile(self, proposal: ProposedChange) -> bool:
        return proposal.state == ProposalState.WAITING and bool(changed_meanwhile(proposal))

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(["accept", "refuse", "withdraw"]))
    )
    def get_available_actions(self, proposal: ProposedChange) -> list[str]:
        user = self.context["user"]
        if proposal.state != ProposalState.WAITING:
            return []
        decides = ["accept", "refuse"] if can_decide_proposal(user, proposal) else []
        return [*decides, *(["withdraw"] if can_withdraw_proposal(user, proposal) else [])]


class ProposalPagination(KeysetPagination):
    page_size = 50
    orderings: ClassVar = {"oldest": ("id",), "newest": ("-id",)}


SHOWN = ("waiting", "mine", "decided")


class ProposalList(ListAPIView[ProposedChange]):
    queryset = ProposedChange.objects.none()
    serializer_class = ProposalAnswer
    pagination_class = ProposalPagination
    filter_backends = ()

    @extend_schema(
        operation_id="list_registry_proposals",
        parameters=[OpenApiParameter("show", enum=SHOWN, default="waiting")],
        tags=["registry"],
    )
    def get(self, request: Request) -> Response:
        """Proposals that wait for you to decide; those you made (`mine`), or that are decided (`decided`)."""
        show = request.query_params.get("show", "waiting")
        if show not in SHOWN:
            raise serializers.ValidationError({"show": _("One of %(words)s.") % {"words": ", ".join(SHOWN)}})
        rows = proposals_for(cast(User, request.user), mine=show == "mine", decided=show == "decided")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ProposalAnswer(page, many=True).data)

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
            proposal = services.propose_change(
                actor=user,
                kind=ChangeKind(wanted["kind"]),
                object_id=_object_id(user, wanted),
                type=_type(wanted),
                values=wanted.get("values"),
                point=_point(wanted),
                note=wanted["note"],
                photos=claim_photos(wanted["photo_uuids"], actor=user),
                seen_version=wanted.get("seen_version"),
            )
        return Response(ProposalAnswer(proposal).data, status=201)


class ProposalView(APIView):
    @extend_schema(operation_id="get_registry_proposal", responses=ProposalDetail, tags=["registry"])
    def get(self, request: Request, proposal_id: int) -> Response:
        """A proposal that you made, or that your unit decides."""
        return _detail(request, proposal_id)


class Acceptance(serializers.Serializer[Any]):
    seen_version = serializers.IntegerField(
        required=False, help_text="The `object_version` that you saw, where it was changed meanwhile."
    )
    code = serializers.CharField(
        max_length=40, required=False, help_text="For something new; without it one is given."
    )


class AcceptProposal(APIView):
    @extend_schema(
        operation_id="accept_registry_proposal",
        request=Acceptance,
        responses=ProposalDetail,
        tags=["registry"],
    )
    @idempotent
    def post(self, request: Request, proposal_id: int) -> Response:
        """Write what was proposed into the registry.

        409 `proposal_decided` when somebody was quicker; 409 `object_moved_on` when the same was changed meanwhile and
        `seen_version` does not name the object's version of now.
        """
        sent = Acceptance(data=request.data)
        sent.is_valid(raise_exception=True)
        services.accept_proposal(proposal_id, actor=cast(User, request.user), **sent.validated_data)
        return _detail(request, proposal_id)


class Refusal(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class RefuseProposal(APIView):
    @extend_schema(
        operation_id="refuse_registry_proposal", request=Refusal, responses=ProposalDetail, tags=["registry"]
    )
    @idempotent
    def post(self, request: Request, proposal_id: int) -> Response:
        """Leave the registry as it is, and tell why. 409 `proposal_decided` when somebody was quicker."""
        sent = Refusal(data=request.data)
        sent.is_valid(raise_exception=True)
        services.refuse_proposal(proposal_id, actor=cast(User, request.user), **sent.validated_data)
        return _detail(request, proposal_id)


class WithdrawProposal(APIView):
    @extend_schema(
        operation_id="withdraw_registry_proposal", request=None, responses=ProposalDetail, tags=["registry"]
    )
    @idempotent
    def post(self, request: Request, proposal_id: int) -> Response:
        """Take your own proposal back. 409 `proposal_decided` when it is decided already."""
        services.withdraw_proposal(proposal_id, actor=cast(User, request.user))
        return _detail(request, proposal_id)


def _detail(request: Request, proposal_id: int) -> Response:
    user = cast(User, request.user)
    found = (
        ProposedChange.objects.visible_to(user)
        .select_related("object", "type", "area", "owner", "proposed_by", "decided_by")
        .filter(pk=proposal_id)
        .first()
    )
    if found is None:
        raise NotFoundForYou(proposal_id)
    return Response(ProposalDetail(found, context={"user": user}).data)


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
