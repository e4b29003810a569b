"""What everybody may know of cases, over the API: the same as on the pages under /open/, without a log-in."""

from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from cases.course import STANDS
from cases.models import Case
from cases.public_cases import public_cases, public_photos, public_place, public_text
from cases.public_course import public_course
from cases.public_filters import PublicCaseFilter
from cases.workflow import Status
from gridgov.api.pagination import KeysetPagination
from gridgov.errors import NotFoundForYou


class PublicArea(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class PublicPhoto(serializers.Serializer[Any]):
    kind = serializers.CharField()
    display = serializers.CharField(help_text="Address of the copy to show.")
    thumb = serializers.CharField(help_text="Address of the thumbnail.")


class PublicCaseRow(serializers.Serializer[Any]):
    number = serializers.CharField()
    url = serializers.CharField(help_text="Its page.")
    case_class = serializers.CharField()
    major = serializers.CharField(help_text="The class group.")
    status = serializers.ChoiceField(["open", "closed"])
    stands = serializers.CharField(help_text="How it stands, in the language of the request.")
    since = serializers.DateField(help_text="Day of the report.")
    closed = serializers.DateField(allow_null=True)
    areas = PublicArea(
        many=True, help_text="The smallest first: community, street, district, or the street at the smallest."
    )
    point = serializers.ListField(
        child=serializers.FloatField(),
        min_length=2,
        max_length=2,
        allow_null=True,
        help_text="[longitude, latitude], WGS-84; null where the class shows its street only.",
    )
    address = serializers.CharField(help_text="Empty until somebody has looked the case over.")
    text = serializers.CharField(help_text="What somebody chose to tell of it.")
    photos = PublicPhoto(many=True)


class PublicEntryRow(serializers.Serializer[Any]):
    day = serializers.DateField()
    words = serializers.CharField(help_text="In the language of the request.")


class PublicCaseDetail(PublicCaseRow):
    course = PublicEntryRow(many=True)


class PublicPagination(KeysetPagination):
    page_size = 50


class ForEverybody(APIView):
    """No log-in, and so many requests a minute from an address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "public"


class PublicCaseList(ForEverybody, ListAPIView[Case]):
    queryset = Case.objects.none()
    serializer_class = PublicCaseRow
    filterset_class = PublicCaseFilter
    pagination_class = PublicPagination

    @extend_schema(operation_id="list_public_cases", tags=["public"])
    def get(self, request: Request) -> Response:
        """The cases that everybody may know of, the newest first.

        A case whose class shows its street only has no point and no address, counts in no community, and lies in no box.
        """
        page: list[Case] = self.paginate_queryset(self.filter_queryset(public_cases())) or []
        return self.get_paginated_response([public_row(case) for case in page])


class PublicCaseView(ForEverybody):
    @extend_schema(operation_id="get_public_case", responses=PublicCaseDetail, tags=["public"])
    def get(self, request: Request, number: str) -> Response:
        """One case as far as everybody may know it; a private one and a number that nobody has are the same 404."""
        case = public_cases().filter(number=number).first()
        if case is None:
            raise NotFoundForYou(number)
        course = [{"day": entry.day, "words": entry.words} for entry in public_course(case)]
        return Response({**public_row(case), "course": course})


def public_row(case: Case) -> dict[str, Any]:
    """A case from `public_cases` as the API tells it."""
    place = public_place(case)
    assert case.case_class is not None  # no other is public
    return {
        "number": case.number,
        "url": reverse("cases:open_case", args=[case.number]),
        "case_class": case.case_class.name,
        "major": case.case_class.major.name,
        "status": "closed" if case.status == Status.CLOSED else "open",
        "stands": str(STANDS[case.status]),
        "since": localtime(case.reported_at).date(),
        "closed": localtime(case.closed_at).date() if case.closed_at else None,
        "areas": [{"code": area.code, "name": area.name} for area in place.areas],
        "point": None if place.lat is None else [place.lon, place.lat],
        "address": place.address,
        "text": public_text(case),
        "photos": [
            {
                "kind": hung.kind,
                **{
                    size: reverse("cases:open_case_photo", args=[case.number, hung.photo_id, size])
                    for size in ("display", "thumb")
                },
            }
            for hung in public_photos(case)
        ],
    }
