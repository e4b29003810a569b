"""The API of assignments and routing."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.names import organisations_by_id
from cases.models import Case, CaseEvent
from cases.permissions import ways_to_see
from dispatch.api.filters import AssignmentFilter
from dispatch.api.serializers import AssignmentRow, RoutingProposal
from dispatch.models import Responsibility
from dispatch.routing import matching_responsibilities
from dispatch.selectors import assignments
from gridgov.api.pagination import KeysetPagination
from gridgov.errors import NotFoundForYou
from grids.api.serializers import level_name
from grids.models import User

_AS_THEY_ARE = ("seq", "accepted_at", "handled_at", "ended_at", "outcome", "reworks")
_COLUMNS = (
    "id", "at", "unit_id", "case__number", "actor__display_name", "actor__username", *_AS_THEY_ARE
)  # fmt: skip


class AssignmentList(ListAPIView[CaseEvent]):
    queryset = CaseEvent.objects.none()
    serializer_class = AssignmentRow
    filterset_class = AssignmentFilter
    pagination_class = KeysetPagination

    @extend_schema(operation_id="list_assignments")
    def get(self, request: Request) -> Response:
        """Which unit got which case when and what came of it, newest first; of the cases you may see."""
        pieces = [
            self.filter_queryset(assignments(Case.objects.filter(way))).values(*_COLUMNS)
            for way in ways_to_see(cast(User, request.user))
        ]
        page: list[Any] = self.paginate_queryset(pieces) or []
        units = organisations_by_id(row["unit_id"] for row in page)
        return self.get_paginated_response([_assignment(row, units) for row in page])


class CaseUnits(APIView):
    @extend_schema(operation_id="get_case_units", responses=RoutingProposal)
    def get(self, request: Request, number: str) -> Response:
        """The unit that the responsibilities name for a case at its present level, and why."""
        case = (
            Case.objects.visible_to(cast(User, request.user))
            .select_related("case_class")
            .filter(number=number)
            .first()
        )
        if case is None:
            raise NotFoundForYou(number)
        lines = (
            matching_responsibilities(level=case.level, area_ids=case.area_ids, case_class=case.case_class)
            if case.case_class
            else []
        )
        rows = [_line(line) for line in lines]
        return Response({"unit": rows[0]["unit"] if rows else None, "lines": rows})


def _assignment(row: dict[str, Any], units: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {
        "case": row["case__number"],
        "unit": units[row["unit_id"]],
        "dispatched_at": row["at"],
        "dispatched_by": row["actor__display_name"] or row["actor__username"],
        **{name: row[name] for name in _AS_THEY_ARE},
    }


def _line(line: Responsibility) -> dict[str, Any]:
    return {
        "unit": {"code": line.unit.code, "name": line.unit.name},
        "covers": "class" if line.case_class_id else "major" if line.major_id else "all",
        "area": {"level": level_name(line.area.level), "code": line.area.code, "name": line.area.name},
    }
