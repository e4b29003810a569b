"""The API of the catalogue, of cases, their timeline and photos; the steps are in `steps`."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.catalogue import class_columns, class_rows
from cases.api.filters import CaseFilter, ClassFilter
from cases.api.inputs import ReportInput
from cases.api.rows import case_columns, case_rows, event_columns, event_rows, find_case
from cases.api.serializers import CaseDetail, CaseRow, ClassRow, EventRow
from cases.api.steps import asked, case_response
from cases.models import Case, CaseClass, CaseEvent, CasePhoto
from cases.permissions import ways_to_see
from cases.services import report_case, report_settled_case
from gridgov.api.idempotency import idempotent
from gridgov.api.pagination import KeysetPagination
from gridgov.errors import NotFoundForYou
from gridgov.evidence import Size, serve_photo
from grids.models import User


class ClassPagination(KeysetPagination):
    """A whole catalogue fits on a page."""

    page_size = max_page_size = 1000
    orderings: ClassVar = {"code": ("full_code", "id")}


class ClassList(ListAPIView[CaseClass]):
    """The classes of cases in use, with their conditions and time limits."""

    queryset = CaseClass.objects.none()
    serializer_class = ClassRow
    filterset_class = ClassFilter
    pagination_class = ClassPagination

    @extend_schema(operation_id="list_classes")
    def get(self, request: Request) -> Response:
        classes = self.filter_queryset(CaseClass.objects.filter(is_active=True))
        page = self.paginate_queryset(class_columns(classes)) or []
        return self.get_paginated_response(class_rows(page))


class CasePagination(KeysetPagination):
    orderings: ClassVar = {"newest": ("-id",), "time_left": ("stage_due_at", "id")}


class CaseList(ListAPIView[Case]):
    """The cases that you may see, and the way to report one."""

    queryset = Case.objects.none()
    serializer_class = CaseRow
    filterset_class = CaseFilter
    pagination_class = CasePagination
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(operation_id="list_cases")
    def get(self, request: Request) -> Response:
        """Cases of the areas and units of your posts, and those you reported.

        By time left: the most overdue first, and only open cases, because no others have time left.
        """
        cases = Case.objects.open() if request.query_params.get("ordering") == "time_left" else Case.objects
        wanted = case_columns(self.filter_queryset(cases.all()))
        pieces = [wanted.filter(way) for way in ways_to_see(cast(User, request.user))]
        page: list[Any] = self.paginate_queryset(pieces) or []
        return self.get_paginated_response(case_rows(page))

    @extend_schema(
        operation_id=report_case.__name__, request=ReportInput, responses={201: CaseDetail}, filters=False
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Report a case: say what is wrong with a photo, a class or a few words.

        One that was settled on the spot already comes with a photo of the result, sent ahead.
        """
        user = cast(User, request.user)
        with asked(ReportInput, request) as wanted:
            results = wanted.pop("after_photos", [])
            if wanted.pop("is_settled"):
                case = report_settled_case(actor=user, after_photos=results, **wanted)
            else:
                case = report_case(actor=user, **wanted)
            there = {"Location": reverse("api-case", args=[case.number])}
            return case_response(case, user, 201, there)


class CaseView(APIView):
    @extend_schema(operation_id="get_case", responses=CaseDetail)
    def get(self, request: Request, number: str) -> Response:
        """A case in full, with its photos and what you may do with it now."""
        user = cast(User, request.user)
        return case_response(find_case(Case.objects.visible_to(user), number=number), user)


class TimelinePagination(KeysetPagination):
    page_size = 100
    orderings: ClassVar = {"oldest": ("seq",)}


class Timeline(ListAPIView[CaseEvent]):
    queryset = CaseEvent.objects.none()
    serializer_class = EventRow
    pagination_class = TimelinePagination
    filter_backends = ()

    @extend_schema(operation_id="list_case_timeline")
    def get(self, request: Request, number: str) -> Response:
        """What was done with a case, by whom, under which post, and what it did to the clock."""
        seen = Case.objects.visible_to(cast(User, request.user)).filter(number=number)
        case_id = seen.values_list("pk", flat=True).first()
        if case_id is None:
            raise NotFoundForYou(number)
        page = self.paginate_queryset(event_columns(CaseEvent.objects.filter(case_id=case_id))) or []
        return self.get_paginated_response(event_rows(number, page))


class WhateverIsAccepted(BaseContentNegotiation):
    """A picture is what it is, and an error is JSON, also for a client that asks for pictures only."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class CasePhotoView(APIView):
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(
        operation_id="get_case_photo",
        parameters=[OpenApiParameter("size", str, "path", enum=["display", "thumb"])],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, number: str, photo_id: UUID, size: str) -> HttpResponseBase:
        """A photo of a case without its metadata, to show (1600 px) or as a thumbnail (320 px)."""
        seen = Case.objects.visible_to(cast(User, request.user)).filter(number=number)
        found = CasePhoto.objects.filter(photo=photo_id, case__in=seen).select_related("photo").first()
        if found is None or size not in ("display", "thumb"):
            raise NotFoundForYou(number, photo_id, size)
        return serve_photo(request, found.photo, cast(Size, size))
