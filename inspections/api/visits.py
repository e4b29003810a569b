"""The API of visits: a phone sends a whole visit, programs read them."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.inputs import LONGEST_TEXT, Input, MetresField
from cases.api.serializers import Shape
from cases.api.views import WhateverIsAccepted
from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.api.position import PositionField
from gridgov.errors import NotFoundForYou
from gridgov.evidence import Size, serve_photo
from grids.models import GridObject, User
from inspections.models import FindingState, Result, Visit, VisitPhoto, VisitPhotoKind, VisitReason
from inspections.reach import is_away
from inspections.services.visits import answers_from, record_visit
from inspections.visits import cases_open_to, for_rows, visit_for

MOST_ANSWERS = 300
MOST_PHOTOS = 9
NO_SUCH_OBJECT = _(
    "There is no such object in your area (any more). What you sent stays on your phone: show it to your grid leader."
)
SHOWN_SIZES = ("display", "thumb")


# Inputs


def _photos(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_PHOTOS, help_text=help_text
    )


class AnswerInput(Input):
    item = serializers.IntegerField(help_text="Id of an item of any version that was ever published.")
    result = serializers.ChoiceField(Result.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    photo_uuids = _photos("Photos that were sent ahead, see /photos/.")
    settled = serializers.BooleanField(
        required=False, help_text="Settled on the spot; else it becomes a case."
    )
    after_photo_uuids = _photos("What it looks like now that it is settled.")


class VisitInput(Input):
    client_uuid = serializers.UUIDField(
        help_text="Your own name for the visit: sent again it is the same visit."
    )
    object = serializers.CharField(help_text="Code of the object.")
    reason = serializers.ChoiceField(VisitReason.choices, required=False)
    task = serializers.IntegerField(required=False, allow_null=True, source="task_id")
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField()
    point = PositionField(required=False)
    device_point = PositionField(required=False, help_text="Where the device said it was.")
    accuracy_m = MetresField(required=False)
    away_reason = serializers.CharField(required=False, allow_blank=True, max_length=200)
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    photo_uuids = _photos("Photos of the whole, sent ahead.")
    answers = AnswerInput(many=True)


# Answers


class VisitPhotoRow(Shape):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(VisitPhotoKind.choices)
    taken_at = serializers.DateTimeField(allow_null=True, help_text="By the camera.")
    told_by_phone = serializers.BooleanField(help_text="The phone told `taken_at` or the place.")
    is_marked_copy = serializers.BooleanField(help_text="Somebody has drawn on it.")
    copy_of = serializers.UUIDField(allow_null=True, help_text="The photo that it is a marked copy of.")
    display_url = serializers.CharField()
    thumb_url = serializers.CharField()


class FindingRow(Shape):
    state = serializers.ChoiceField(FindingState.choices)
    case = serializers.CharField(allow_null=True, help_text="Number of its case.")
    ended_at = serializers.DateTimeField(allow_null=True)


class AnswerRow(Shape):
    item = serializers.IntegerField()
    question = serializers.CharField()
    checklist = serializers.CharField()
    version = serializers.IntegerField(help_text="Of the checklist.")
    result = serializers.ChoiceField(Result.choices)
    note = serializers.CharField()
    photos = VisitPhotoRow(many=True)
    finding = FindingRow(allow_null=True)


class VisitRow(Shape):
    id = serializers.IntegerField()
    client_uuid = serializers.UUIDField()
    object = serializers.CharField()
    object_name = serializers.CharField()
    inspector = serializers.CharField()
    reason = serializers.ChoiceField(VisitReason.choices)
    task = serializers.IntegerField(allow_null=True)
    task_moved_on = serializers.BooleanField(help_text="Its task was somebody else's by then, or over.")
    too_soon = serializers.BooleanField(help_text="Too soon after the last visit of the object.")
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    away_m = serializers.FloatField(allow_null=True, help_text="Metres from the object.")
    is_away = serializers.BooleanField(
        help_text="Surely made elsewhere: farther off than the object reaches and the fix may be wrong."
    )
    away_reason = serializers.CharField()
    answered = serializers.IntegerField()
    abnormal = serializers.IntegerField()


class VisitDetail(VisitRow):
    note = serializers.CharField()
    photos = VisitPhotoRow(many=True)
    answers = AnswerRow(many=True)


# Endpoints


class VisitPagination(KeysetPagination):
    orderings: ClassVar = {"newest": ("-id",)}


class VisitList(ListAPIView[Visit]):
    """Visits at the objects that you may see, and the way to send one."""

    queryset = Visit.objects.none()
    serializer_class = VisitRow
    pagination_class = VisitPagination
    filter_backends = ()

    @extend_schema(
        operation_id="list_visits",
        parameters=[OpenApiParameter("object", str, description="Code of the object.")],
    )
    def get(self, request: Request) -> Response:
        visits = for_rows(Visit.objects.visible_to(cast(User, request.user)))
        if code := request.query_params.get("object"):
            visits = visits.filter(object__code=code) if code.isprintable() else visits.none()
        return self.get_paginated_response(
            [visit_row(visit) for visit in self.paginate_queryset(visits) or []]
        )

    @extend_schema(operation_id="record_visit", request=VisitInput, responses={201: VisitDetail})
    @idempotent
    def post(self, request: Request) -> Response:
        """Send a visit as a whole; photos go ahead, one by one. What is abnormal becomes a case, or was settled."""
        user = cast(User, request.user)
        sent = VisitInput(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        wanted = dict(sent.validated_data)
        answers = answers_from(wanted.pop("answers"))
        try:
            wanted["object"] = _object_of(wanted["object"])
            visit = record_visit(actor=user, answers=answers, photos=wanted.pop("photo_uuids", ()), **wanted)
        except NotFoundForYou:
            raise serializers.ValidationError({"object": NO_SUCH_OBJECT}, "unknown") from None
        there = {"Location": reverse("api-visit", args=[visit.pk])}
        return Response(visit_detail(visit_for(user, visit.pk), user), 201, headers=there)


def _object_of(code: str) -> GridObject:
    """Whether the caller may visit it is judged with the visit."""
    objects = GridObject.objects.select_related("area", "district", "type")
    found: GridObject | None = objects.filter(code=code).first() if code.isprintable() else None
    if found is None:
        raise NotFoundForYou(code)
    return found


class VisitView(APIView):
    @extend_schema(operation_id="get_visit", responses=VisitDetail)
    def get(self, request: Request, visit_id: int) -> Response:
        """A visit with its answers, photos and what became of its findings."""
        user = cast(User, request.user)
        return Response(visit_detail(visit_for(user, visit_id), user))


class VisitPhotoView(APIView):
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(
        operation_id="get_visit_photo",
        parameters=[OpenApiParameter("size", str, "path", enum=list(SHOWN_SIZES))],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, visit_id: int, photo_id: UUID, size: str) -> HttpResponseBase:
        """A photo of a visit without its metadata, to show (1600 px) or as a thumbnail (320 px)."""
        seen = Visit.objects.visible_to(cast(User, request.user)).filter(pk=visit_id)
        hung = VisitPhoto.objects.filter(photo=photo_id, visit__in=seen).select_related("photo").first()
        if hung is None or size not in SHOWN_SIZES:
            raise NotFoundForYou(visit_id, photo_id, size)
        return serve_photo(request, hung.photo, cast(Size, size))


def visit_row(visit: Visit) -> dict[str, Any]:
    """A visit of `for_rows` as lists show it."""
    columns = (
        "id", "client_uuid", "reason", "task_moved_on", "too_soon", "started_at", "finished_at", "received_at", "away_m",
        "away_reason", "answered", "abnormal",
    )  # fmt: skip
    return {
        **{name: getattr(visit, name) for name in columns},
        "is_away": is_away(visit),
        "object": visit.object.code,
        "object_name": visit.object.name,
        "inspector": str(visit.inspector),
        "task": visit.task_id,
    }


def visit_detail(visit: Visit, user: User) -> dict[str, Any]:
    """A visit of `visit_for` in full, naming the cases that the person may open."""
    answers = list(visit.answers.all())
    named = cases_open_to(user, [answer.finding for answer in answers if hasattr(answer, "finding")])
    return {
        **visit_row(visit),
        "note": visit.note,
        "photos": [_photo_row(hung) for hung in visit.photos.all()],
        "answers": [
            {
                "item": answer.item_id,
                "question": str(answer.item),
                "checklist": answer.item.version.checklist.code,
                "version": answer.item.version.number,
                "result": answer.result,
                "note": answer.note,
                "photos": [_photo_row(hung) for hung in answer.photos.all()],
                "finding": _finding_row(answer, named),
            }
            for answer in answers
        ],
    }


def _photo_row(hung: VisitPhoto) -> dict[str, Any]:
    urls = {
        f"{size}_url": reverse("api-visit-photo", args=[hung.visit_id, hung.photo_id, size])
        for size in SHOWN_SIZES
    }
    origin = {name: getattr(hung.photo, name) for name in ("taken_at", "told_by_phone", "is_marked_copy")}
    return {"id": hung.photo_id, "kind": hung.kind, **origin, "copy_of": hung.photo.copy_of_id, **urls}


def _finding_row(answer: Any, named: set[int]) -> dict[str, Any] | None:
    finding = getattr(answer, "finding", None)
    if finding is None:
        return None
    return {
        "state": finding.state,
        "case": finding.case.number if finding.case_id in named else None,
        "ended_at": finding.ended_at,
    }
