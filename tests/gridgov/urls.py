"""Addresses of pages and endpoints that exist in tests only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov import urls
from gridgov.api.idempotency import idempotent
from gridgov.errors import AlreadyTaken
from gridgov.idempotency import once
from gridgov.models import WorkingCalendar

# What `raise_it` and the endpoint raise next.
errors: list[Exception] = []


@once
def make_calendar(request: HttpRequest) -> HttpResponse:
    """A form's page: makes a calendar of the code that is sent, "bad" has errors, "taken" is refused, "shown" leads nowhere."""
    if request.method == "GET":
        template = engines["django"].from_string("{% load idempotency %}<form>{% idempotency_field %}</form>")
        return HttpResponse(template.render({}, request))
    code = request.POST["code"]
    made = WorkingCalendar.objects.create(district_code=code)
    if code == "bad":
        return HttpResponse("the form again", status=422)
    if code == "shown":
        return HttpResponse("it is made")
    if code == "taken":
        raise AlreadyTaken(code)
    if code == "htmx":
        return HttpResponse(headers={"HX-Redirect": f"/calendars/{made.pk}/"})
    return redirect(f"/calendars/{made.pk}/")


def raise_it(request: HttpRequest) -> HttpResponse:
    raise errors.pop()


class CalendarInput(serializers.Serializer):
    code = serializers.CharField(max_length=12)
    file = serializers.FileField(required=False)


class Calendars(APIView):
    """An endpoint that makes a calendar of the code that is sent."""

    @idempotent
    def post(self, request: Request) -> Response:
        given = CalendarInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = WorkingCalendar.objects.create(district_code=given.validated_data["code"])
        if made.district_code == "taken":
            raise AlreadyTaken
        if made.district_code == "quiet":
            return Response({"detail": "no"}, status=409)
        return Response({"z": made.pk, "a": "区"}, status=201, headers={"Location": f"/calendars/{made.pk}/"})


class Raises(APIView):
    def get(self, request: Request) -> Response:
        raise errors.pop()


urlpatterns = [
    path("test/make-calendar/", make_calendar),
    path("test/raise/", raise_it),
    path("test/api/calendars/", Calendars.as_view()),
    path("test/api/raise/", Raises.as_view()),
    *urls.urlpatterns,
]
