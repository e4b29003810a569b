"""What anybody may do without an account: report, join, follow, say how it ended. The same services as the pages."""

from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases import services
from cases.api.inputs import Input, SaidInput
from cases.api.serializers import Shape
from cases.course import Course, course_of, follower_by
from cases.forms.public_report import JoinForm, PublicReportForm
from cases.forms.public_track import LONGEST_NOTE
from cases.models import Case, Follower, Topic
from cases.public_limits import TooOften, count_once, is_challenged, sender_of
from cases.public_photos import photos_sent
from cases.tracking_codes import spaced
from cases.views.public_track import follower_for
from cases.workflow import Status
from gridgov import clock
from gridgov.api.idempotency import idempotent
from gridgov.api.position import PositionField
from gridgov.api.schema import ERRORS, IDEMPOTENCY_KEY, ErrorAnswer
from gridgov.errors import NotFoundForYou
from gridgov.models import Photo
from gridgov.photos_ahead import claim_photos

ASKS = ("answer", "reopen")
CODE = "7KQ2-9MXA-4TRW"


# What is sent


class ReportedInput(Input):
    """What is wrong, and where. Photos go as multipart/form-data; everything else may."""

    topic = serializers.PrimaryKeyRelatedField(
        queryset=Topic.objects.filter(is_active=True), required=False, help_text="What it is about."
    )
    description = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    point = PositionField(required=False, help_text="Where it is; without one, say it in the address.")
    address = serializers.CharField(required=False, allow_blank=True, max_length=180)
    street = serializers.IntegerField(
        required=False, min_value=1, help_text="Id of the street or town, where there is no point."
    )
    contact_name = serializers.CharField(required=False, allow_blank=True, max_length=40)
    contact_phone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    email = serializers.EmailField(
        required=False, allow_blank=True, max_length=254, help_text="Tell me there how it goes on."
    )
    photos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        required=False,
        help_text="JPEG, PNG, WebP or HEIC.",
    )


class JoinedInput(Input):
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Only those who work on it read it."
    )
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)


class NotSolvedInput(Input):
    reason = serializers.CharField(max_length=LONGEST_NOTE, help_text="What is not solved.")


# What is answered


class PromiseShape(Shape):
    words = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True, help_text="null: nobody can say yet.")
    why = serializers.CharField(help_text="Why it is not what was said before; empty otherwise.")
    is_late = serializers.BooleanField()


class ToldShape(Shape):
    at = serializers.DateTimeField()
    words = serializers.CharField()
    note = serializers.CharField(help_text="Why it was not accepted, or what you wrote yourself.")


class SeenPhoto(Shape):
    display = serializers.CharField()
    thumb = serializers.CharField()


class SeenPhotos(Shape):
    before = SeenPhoto(many=True)
    after = SeenPhoto(many=True)


class RefusalShape(Shape):
    code = serializers.CharField()
    words = serializers.CharField()


class CourseShape(Shape):
    """How a report goes on, in the language of the request; no names of staff, nothing that others said."""

    code = serializers.CharField(help_text="The tracking code: whoever has it may read this and answer.")
    url = serializers.CharField(help_text="The page of the same.")
    number = serializers.CharField()
    status = serializers.ChoiceField(
        Status.choices, help_text="Of the case that counts: the one it was merged into, if it was."
    )
    stands = serializers.CharField()
    subject = serializers.CharField()
    place = serializers.CharField()
    has_reported = serializers.BooleanField(help_text="false: joined what somebody else had reported.")
    reported_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    promise = PromiseShape(allow_null=True, help_text="null once it has ended.")
    told = ToldShape(many=True, help_text="What happened, the newest first.")
    photos = SeenPhotos()
    asks = serializers.ChoiceField(ASKS, allow_null=True, help_text="What you may do now.")
    has_answered = serializers.BooleanField()
    reopen_until = serializers.DateTimeField(allow_null=True)
    why_not_reopen = RefusalShape(allow_null=True, help_text="Why a closed one can't be opened again.")
    read_at = serializers.DateTimeField()


def _course(course: Course) -> dict[str, Any]:
    code = spaced(course.follower.code)
    own, case, promise, refusal = course.own, course.case, course.promise, course.refusal
    return {
        "code": code,
        "url": reverse("cases:track_case", args=[code]),
        "number": own.number,
        "status": case.status,
        "stands": course.stands,
        "subject": course.subject,
        "place": course.place,
        "has_reported": course.follower.has_reported,
        "reported_at": own.reported_at,
        "closed_at": case.closed_at,
        "promise": promise
        and {"words": promise.words, "at": promise.at, "why": promise.why, "is_late": promise.is_late},
        "told": [vars(told) for told in course.told],
        "photos": {"before": _photos(code, course.before), "after": _photos(code, course.after)},
        "asks": course.asks or None,
        "has_answered": course.has_answered,
        "reopen_until": course.reopen_until,
        "why_not_reopen": refusal and {"code": refusal.code, "words": f"{refusal.message} {refusal.advice}"},
        "read_at": clock.now(),
    }


def _photos(code: str, photos: list[Photo]) -> list[dict[str, str]]:
    return [
        {size: reverse("cases:track_photo", args=[code, photo.pk, size]) for size in ("display", "thumb")}
        for photo in photos
    ]


# Views


def _errors(*statuses: int) -> dict[int, OpenApiResponse]:
    return {status: OpenApiResponse(ErrorAnswer, ERRORS[status]) for status in statuses}


_SENT = _errors(400, 403, 409, 413, 415, 422, 429)


@method_decorator(never_cache, name="dispatch")
class PublicView(APIView):
    """Nobody logs in, whatever they send along; limits are the pages' own, per address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (JSONParser, FormParser, MultiPartParser)


class PublicReports(PublicView):
    @extend_schema(
        operation_id="public_report",
        tags=["public"],
        parameters=[IDEMPOTENCY_KEY],
        request=ReportedInput,
        responses={201: CourseShape, **_SENT},
        examples=[
            OpenApiExample(
                "A street lamp",
                value={
                    "description": "The lamp at the corner has been dark since Monday.",
                    "point": {"lon": 113.15, "lat": 23.04},
                    "address": "1 Guilan Road",
                },
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Report something without an account: the answer brings the tracking code, once.

        Say what is wrong (a topic, a photo or words) and where. After very many from one address nothing more is taken.
        """
        sent = ReportedInput(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = _unhurried(request, "report")
        data = dict(sent.validated_data)
        point, topic = data.pop("point", None), data.pop("topic", None)
        data.pop("photos", None)
        form = PublicReportForm(
            data
            | ({"longitude": point.x, "latitude": point.y} if point else {})
            | ({"topic": topic.pk} if topic else {}),
            sent=photos_sent(asked),
        )
        _require_valid(form)
        assert form.district is not None
        count_once(asked, "report")
        with transaction.atomic():
            follower = services.report_as_citizen(
                district=form.district,
                sender=sender_of(asked, email=form.cleaned_data["email"]),
                case_class=form.case_class,
                photos=claim_photos(form.sent.names, actor=None),
                point=form.place,
                address=form.full_address,
                description=form.cleaned_data["description"],
                contact_name=form.cleaned_data["contact_name"],
                contact_phone=form.cleaned_data["contact_phone"],
            )
        return _answer(follower, 201)


class PublicJoin(PublicView):
    @extend_schema(
        operation_id="public_join",
        tags=["public"],
        parameters=[IDEMPOTENCY_KEY],
        request=JoinedInput,
        responses={201: CourseShape, **_SENT},
        examples=[
            OpenApiExample("Me too", value={"note": "It is dark on the other side, too."}, request_only=True)
        ],
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Follow a case that strangers may know of, instead of reporting the matter again."""
        sent = JoinedInput(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = _unhurried(request, "join")
        case_id = Case.objects.public().filter(number=number).values_list("pk", flat=True).first()
        if case_id is None:
            raise NotFoundForYou(number)
        form = JoinForm(sent.validated_data)
        _require_valid(form)
        count_once(asked, "join")
        sender = sender_of(asked, email=form.cleaned_data["email"])
        return _answer(services.join_case(case_id, sender=sender, note=form.cleaned_data["note"]), 201)


class PublicTrack(PublicView):
    @extend_schema(
        operation_id="public_track", tags=["public"], responses={200: CourseShape, **_errors(403, 404, 429)}
    )
    def get(self, request: Request, code: str) -> Response:
        """How a report goes on, by its tracking code in any spelling."""
        return _answer(follower_for(_plain(request), code))


class PublicAnswer(PublicView):
    @extend_schema(
        operation_id="public_answer",
        tags=["public"],
        request=SaidInput,
        responses={200: CourseShape, **_SENT},
        examples=[
            OpenApiExample(
                "Not solved",
                value={"contacted": True, "solved": False, "satisfied": "no", "note": "It flickers."},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, code: str) -> Response:
        """Answer the three questions of a closed case, once after each close.

        "Not solved" opens it again where it may: within the window after the close, once per case.
        """
        follower = follower_for(_plain(request), code)
        sent = SaidInput(data=request.data)
        sent.is_valid(raise_exception=True)
        count_once(_plain(request), "answer")
        services.answer_how_it_ended(follower.pk, **sent.validated_data)
        return _answer(follower)


class PublicReopen(PublicView):
    @extend_schema(
        operation_id="public_reopen",
        tags=["public"],
        request=NotSolvedInput,
        responses={200: CourseShape, **_SENT},
        examples=[
            OpenApiExample("Again", value={"reason": "It went out again after an hour."}, request_only=True)
        ],
    )
    def post(self, request: Request, code: str) -> Response:
        """Open a closed case again, because it is not solved after all: within the window, once per case."""
        follower = follower_for(_plain(request), code)
        sent = NotSolvedInput(data=request.data)
        sent.is_valid(raise_exception=True)
        count_once(_plain(request), "answer")
        services.reopen_as_citizen(follower.pk, **sent.validated_data)
        return _answer(follower)


def _answer(follower: Follower, status: int = 200) -> Response:
    """The course as it is now, with the code that it goes by."""
    return Response(_course(course_of(follower_by(follower.code))), status)


def _plain(request: Request) -> HttpRequest:
    """What limits and senders are read from; DRF's request has all of it."""
    return cast(HttpRequest, request)


def _unhurried(request: Request, door: str) -> HttpRequest:
    """Pages ask a small question after very many; a program is told to wait."""
    if is_challenged(_plain(request), door):
        raise TooOften(
            door, message=_("That was very often from this network: on the page it is still taken.")
        )
    return _plain(request)


def _require_valid(form: Any) -> None:
    """Raises what the page's form refuses, beside the fields of the API."""
    if form.is_valid():
        return
    errors = form.errors.as_data()
    raise ValidationError(
        {"non_field_errors" if name == NON_FIELD_ERRORS else name: found for name, found in errors.items()}
    )
