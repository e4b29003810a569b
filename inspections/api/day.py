"""The API of a phone's day: what is needed where there is no signal."""

import hashlib
import json
from typing import Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from cases.api.serializers import Shape
from grids.models import ObjectKind, RiskGrade, User
from inspections.day import day_of
from inspections.models import Severity, TaskKind


class LonLat(serializers.ListField):
    """Longitude and latitude, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        told = {"help_text": "Longitude and latitude.", **kwargs}
        super().__init__(child=serializers.FloatField(), allow_null=True, min_length=2, max_length=2, **told)


class PlaceRow(Shape):
    code = serializers.CharField()
    name = serializers.CharField()


class PersonRow(Shape):
    name = serializers.CharField()
    post = serializers.CharField()
    phone = serializers.CharField()


class DayPlace(PlaceRow):
    above = serializers.CharField(allow_null=True, help_text="Code of the area it lies in.")
    people = PersonRow(many=True, help_text="Who answers for it.")


class LicenceRow(Shape):
    kind = serializers.CharField()
    number = serializers.CharField()
    department = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class LastVisit(Shape):
    at = serializers.DateTimeField()
    by = serializers.CharField()


class OpenFinding(Shape):
    key = serializers.CharField(help_text="Of the item, the same in every version.")
    question = serializers.CharField()
    state = serializers.CharField()
    case = serializers.CharField(allow_null=True)
    found_at = serializers.DateTimeField()


class DayObject(Shape):
    code = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    kind = serializers.ChoiceField(ObjectKind.choices)
    state = serializers.CharField()
    risk = serializers.ChoiceField(RiskGrade.choices)
    risk_label = serializers.CharField()
    address = serializers.CharField()
    point = LonLat()
    reach = serializers.IntegerField(help_text="Metres from its point within which one is at it.")
    area = serializers.CharField()
    place = serializers.CharField(help_text="Code of the area, see places.")
    owner = serializers.CharField(help_text="The unit it belongs to.")
    credit_code = serializers.CharField()
    business_scope = serializers.CharField()
    as_of = serializers.DateField()
    told_by = serializers.CharField(help_text="Where the registry has it from.")
    facts = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    licences = LicenceRow(many=True)
    lists = serializers.ListField(child=serializers.IntegerField(), help_text="Versions, see lists.")
    asked = serializers.DictField(
        child=serializers.DateField(), help_text="Item → the day it was asked last."
    )
    last_visit = LastVisit(allow_null=True)
    findings = OpenFinding(many=True)


class DayItem(Shape):
    id = serializers.IntegerField()
    key = serializers.CharField()
    question = serializers.CharField()
    severity = serializers.ChoiceField(Severity.choices)
    severity_label = serializers.CharField()
    rule = serializers.CharField()
    guidance = serializers.CharField()
    may_settle = serializers.BooleanField()
    photo_required = serializers.BooleanField()
    days = serializers.DictField(
        child=serializers.IntegerField(allow_null=True),
        help_text="Due again after so many days, by risk grade.",
    )


class DayList(Shape):
    version = serializers.IntegerField()
    checklist = serializers.IntegerField()
    name = serializers.CharField()
    number = serializers.IntegerField()
    department = serializers.CharField()
    items = DayItem(many=True)


class DayTask(Shape):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(TaskKind.choices)
    kind_label = serializers.CharField()
    title = serializers.CharField()
    object = serializers.CharField(allow_null=True)
    place = serializers.CharField()
    point = LonLat(help_text="Of its object or case, or somewhere inside its area.")
    due_at = serializers.DateTimeField()
    urgent = serializers.BooleanField()


class DayCase(Shape):
    number = serializers.CharField()
    title = serializers.CharField()
    what = serializers.CharField(help_text="What you are to do in it, or where a report of yours stands.")
    place = serializers.CharField()
    point = LonLat()
    due_at = serializers.DateTimeField(allow_null=True)


class DayAnswer(Shape):
    as_of = serializers.DateTimeField()
    visit_every_days = serializers.IntegerField()
    home = PlaceRow(many=True)
    objects = DayObject(many=True)
    objects_in_all = serializers.IntegerField(
        help_text="More than there are objects here: only those of your tasks and those visited longest ago came along."
    )
    places = DayPlace(many=True)
    lists = DayList(many=True)
    tasks = DayTask(many=True)
    cases = DayCase(many=True)


# Nothing in it is secret to who asks, so that its compressed size tells nobody anything.
@method_decorator(gzip_page, name="dispatch")
class Day(APIView):
    @extend_schema(
        operation_id="get_day",
        responses={200: DayAnswer, 304: None},
        parameters=[OpenApiParameter("object", str, description="Only the object of this code.")],
    )
    def get(self, request: Request) -> HttpResponse:
        """All that a phone needs for a day without signal: objects of your grids, what is asked of them, tasks."""
        code = request.query_params.get("object", "")
        day = day_of(cast(User, request.user), code if code.isprintable() else "-")
        content = json.dumps(day, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
        # What changes by itself does not make it another one.
        known = {name: value for name, value in day.items() if name != "as_of"}
        digest = hashlib.sha256(json.dumps(known, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()
        headers = {
            "ETag": f'"{digest[:32]}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Accept-Language, Cookie",
        }
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(content, content_type="application/json", headers=headers)
