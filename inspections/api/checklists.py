"""The API of checklists: what is asked now, and what was asked under any version before."""

from typing import Any, ClassVar, cast

import django_filters as filters
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.serializers import ClassName, OrganisationName, Shape
from gridgov.api.pagination import KeysetPagination
from grids.models import User
from inspections.checklist_versions import items_with_classes, version_for
from inspections.models import (
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    ItemKind,
    Severity,
    VersionState,
)

Dict = dict[str, Any]
PUBLISHED = [(state.value, state.label) for state in (VersionState.PUBLISHED, VersionState.RETIRED)]


class Days(Shape):
    """After how many days it is due again, by the object's risk grade; null: only when somebody asks for it."""

    low = serializers.IntegerField(allow_null=True)
    general = serializers.IntegerField(allow_null=True)
    larger = serializers.IntegerField(allow_null=True)
    major = serializers.IntegerField(allow_null=True)


class ItemRow(Shape):
    id = serializers.IntegerField(help_text="Answers name it; another version has others.")
    key = serializers.CharField(help_text="The same question through all versions of a checklist.")
    question = serializers.CharField()
    question_en = serializers.CharField()
    kind = serializers.ChoiceField(ItemKind.choices)
    severity = serializers.ChoiceField(Severity.choices)
    rule = serializers.CharField(help_text="Name of the rule it rests on.")
    rule_en = serializers.CharField()
    guidance = serializers.CharField(help_text="What to look at.")
    guidance_en = serializers.CharField()
    may_settle = serializers.BooleanField(help_text="May be settled on the spot.")
    photo_required = serializers.BooleanField(help_text="Abnormal needs a photo.")
    case_class = ClassName(allow_null=True, help_text="Class of the case it raises.")
    days = Days()


class VersionRow(Shape):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(PUBLISHED)
    published_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)
    items = ItemRow(many=True)


class ChecklistName(Shape):
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    department = OrganisationName()
    types = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of the types of objects; empty: for patrols of a grid.",
    )


class ChecklistRow(ChecklistName):
    version = VersionRow(help_text="The one that is asked now.")


class ChecklistVersionRow(VersionRow):
    checklist = ChecklistName()


class ChecklistFilter(filters.FilterSet):  # type: ignore[misc]
    department = filters.CharFilter(label=_("Department (code)"), field_name="department__code")
    type = filters.CharFilter(label=_("Type of objects (code)"), field_name="types__code")

    class Meta:
        model = Checklist
        fields: tuple[str, ...] = ()


class ChecklistPagination(KeysetPagination):
    page_size = 100
    orderings: ClassVar = {"code": ("code",)}


class ChecklistList(ListAPIView[Checklist]):
    """What the departments of your districts ask now."""

    queryset = Checklist.objects.none()
    serializer_class = ChecklistRow
    filterset_class = ChecklistFilter
    pagination_class = ChecklistPagination

    @extend_schema(operation_id="list_checklists")
    def get(self, request: Request) -> Response:
        """The checklists in use, each with the items of its published version, in both languages."""
        published = ChecklistVersion.objects.filter(state=VersionState.PUBLISHED).prefetch_related(
            Prefetch("items", items_with_classes())
        )
        asking = (
            Checklist.objects.visible_to(cast(User, request.user))
            .filter(is_active=True, versions__state=VersionState.PUBLISHED)
            .select_related("department")
            .prefetch_related("types", Prefetch("versions", published))
        )
        page = self.paginate_queryset(self.filter_queryset(asking)) or []
        rows = [_checklist(each) | {"version": _version(each.versions.all()[0])} for each in page]
        return self.get_paginated_response(rows)


class ChecklistVersionView(APIView):
    @extend_schema(operation_id="get_checklist_version", responses=ChecklistVersionRow)
    def get(self, request: Request, version_id: int) -> Response:
        """A version that was ever published: a visit drafted under it is shown and sent under it."""
        version = version_for(cast(User, request.user), version_id)
        return Response(_version(version) | {"checklist": _checklist(version.checklist)})


def _checklist(checklist: Checklist) -> Dict:
    return {
        "code": checklist.code,
        "name": checklist.name,
        "name_en": checklist.name_en,
        "department": {"code": checklist.department.code, "name": checklist.department.name},
        "types": sorted(type.code for type in checklist.types.all()),
    }


def _version(version: ChecklistVersion) -> Dict:
    return {
        "id": version.pk,
        "number": version.number,
        "state": version.state,
        "published_at": version.published_at,
        "retired_at": version.retired_at,
        "items": [_item(item) for item in version.items.all()],
    }


def _item(item: ChecklistItem) -> Dict:
    case_class = item.case_class
    return {
        "id": item.pk,
        "key": item.key,
        "question": item.question,
        "question_en": item.question_en,
        "kind": item.kind,
        "severity": item.severity,
        "rule": item.rule,
        "rule_en": item.rule_en,
        "guidance": item.guidance,
        "guidance_en": item.guidance_en,
        "may_settle": item.may_settle,
        "photo_required": item.photo_required,
        "case_class": case_class
        and {
            "id": case_class.pk,
            "code": case_class.full_code,
            "name": case_class.name,
            "kind": case_class.major.kind,
            "major": case_class.major.name,
        },
        "days": {
            "low": item.days_low,
            "general": item.days_general,
            "larger": item.days_larger,
            "major": item.days_major,
        },
    }
