"""The API of an object's past: cases, findings and visits, and what is due next."""

from typing import Any, cast

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.serializers import Shape
from cases.workflow import Status
from gridgov.asked import number_asked
from grids.models import User
from grids.registry import object_for
from inspections.checklists import due_items
from inspections.models import FindingState, VisitReason
from inspections.object_history import PARTS, Part, part_of
from inspections.visits import cases_open_to


class DueRow(Shape):
    department = serializers.CharField(help_text="The department's code.")
    checklist = serializers.CharField(help_text="The checklist's code.")
    name = serializers.CharField()
    is_due = serializers.BooleanField()
    due_on = serializers.DateField(
        allow_null=True, help_text="When the first item falls due; null: only when somebody asks for it."
    )


class PastCase(Shape):
    number = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    case_class = serializers.CharField(allow_null=True, help_text="Name of the class.")
    reported_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class PastFinding(Shape):
    question = serializers.CharField()
    note = serializers.CharField()
    state = serializers.ChoiceField(FindingState.choices)
    found_at = serializers.DateTimeField()
    visit = serializers.IntegerField()
    case = serializers.CharField(allow_null=True, help_text="Its number, if you may see the case.")
    is_confirmed = serializers.BooleanField(help_text="A later visit found it in order.")


class PastVisit(Shape):
    id = serializers.IntegerField()
    reason = serializers.ChoiceField(VisitReason.choices)
    inspector = serializers.CharField()
    finished_at = serializers.DateTimeField()
    answered = serializers.IntegerField()
    abnormal = serializers.IntegerField()


class PastRows(Shape):
    older = serializers.CharField(allow_null=True, help_text="Address from where the list goes on.")


class PastCases(PastRows):
    results = PastCase(many=True)


class PastFindings(PastRows):
    results = PastFinding(many=True)


class PastVisits(PastRows):
    results = PastVisit(many=True)


class ObjectPast(Shape):
    due = DueRow(many=True)
    cases = PastCases()
    findings = PastFindings()
    visits = PastVisits()


class ObjectHistory(APIView):
    @extend_schema(
        operation_id="get_object_history",
        responses=ObjectPast,
        tags=["registry"],
        parameters=[
            OpenApiParameter("part", str, enum=PARTS, description="The list that `before` is about."),
            OpenApiParameter("before", int, description="Go on after this row; `older` has it."),
        ],
    )
    def get(self, request: Request, code: str) -> Response:
        """What is due at an object, and what you may know of its past: cases, findings, visits, newest first."""
        user = cast(User, request.user)
        seen = object_for(user, code)
        asked = request.query_params.get("part")
        before = number_asked(request.query_params.get("before", ""))
        parts = {name: part_of(seen, user, name, before if name == asked else None) for name in PARTS}
        seen_cases = cases_open_to(user, parts["findings"].findings)
        make = {"cases": _case, "findings": lambda row: _finding(row, seen_cases), "visits": _visit}
        return Response(
            {
                "due": [
                    {
                        "department": department.department.code,
                        "checklist": each.checklist.code,
                        "name": str(each.checklist),
                        "is_due": each.is_due,
                        "due_on": each.due_on,
                    }
                    for department in due_items(seen)
                    for each in department.checklists
                ],
                **{
                    name: {
                        "results": [make[name](row) for row in part.rows],
                        "older": _older(code, part),
                    }
                    for name, part in parts.items()
                },
            }
        )


def _case(row: Any) -> dict[str, Any]:
    columns = ("number", "status", "reported_at", "closed_at")
    return {
        **{name: getattr(row, name) for name in columns},
        "case_class": row.case_class and row.case_class.name,
    }


def _finding(row: Any, seen_cases: set[int]) -> dict[str, Any]:
    return {
        "question": str(row.answer.item),
        "note": row.answer.note,
        "state": row.state,
        "found_at": row.found_at,
        "visit": row.answer.visit_id,
        "case": row.case.number if row.case_id in seen_cases else None,
        "is_confirmed": row.confirmed_by_id is not None,
    }


def _visit(row: Any) -> dict[str, Any]:
    columns = ("id", "reason", "finished_at", "answered", "abnormal")
    return {**{name: getattr(row, name) for name in columns}, "inspector": str(row.inspector)}


def _older(code: str, part: Part) -> str | None:
    if part.older is None:
        return None
    return f"{reverse('api-object-history', args=[code])}?part={part.name}&before={part.older}"
