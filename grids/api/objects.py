"""The API of the registry: types of objects, and what stands in one's areas."""

from typing import Any, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.api.pagination import KeysetPagination
from gridgov.api.position import PositionField
from grids.api.serializers import AreaBrief, OrganisationBrief, Responsible
from grids.filters import ObjectFilter
from grids.models import GridObject, Licence, ObjectKind, ObjectState, ObjectType, RiskGrade, User
from grids.models.grid_object import ways_to_see_objects
from grids.registry import (
    ShownLicence,
    for_rows,
    licences_of,
    object_for,
    parts_of,
    records_of,
    whole_of,
)
from grids.selectors import chain_of, responsible_for

_STANDINGS = ("ended", "soon", "valid", "later", "replaced")


class TypeField(serializers.Serializer[Any]):
    """A field that objects of a type have."""

    key = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(required=False)
    type = serializers.ChoiceField(["text", "number", "date", "choice", "yes_no"])
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]
    choices = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="As objects' `attributes` have them."
    )
    choices_en = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="The same in English, in the same order."
    )
    unit = serializers.CharField(required=False)
    unit_en = serializers.CharField(required=False)


class TypeRow(serializers.ModelSerializer[ObjectType]):
    kind = serializers.ChoiceField(ObjectKind.choices)
    attributes = TypeField(many=True)

    class Meta:
        model = ObjectType
        fields = ("code", "kind", "name", "name_en", "class_digits", "attributes")


class ObjectRow(serializers.ModelSerializer[GridObject]):
    type = serializers.CharField(source="type.code", help_text="The type's code.")
    kind = serializers.ChoiceField(ObjectKind.choices, source="type.kind")
    state = serializers.ChoiceField(ObjectState.choices)
    risk = serializers.ChoiceField(RiskGrade.choices)
    area = serializers.CharField(
        source="area.code", help_text="The lowest area at its place; its district where it has none."
    )
    position = PositionField(source="point", allow_null=True, read_only=True)
    version = serializers.IntegerField(help_text="Counts the changes.")

    class Meta:
        model = GridObject
        fields = ("code", "type", "kind", "name", "state", "risk", "address", "area", "position", "version")


class LicenceRow(serializers.ModelSerializer[Licence]):
    department = serializers.CharField(source="department.code", help_text="The department's code.")

    class Meta:
        model = Licence
        fields = ("kind", "number", "department", "valid_from", "valid_to")


class LicenceStanding(LicenceRow):
    standing = serializers.ChoiceField(
        _STANDINGS, help_text="soon: it ends within 30 days; replaced: a newer one of its kind is in force."
    )

    class Meta(LicenceRow.Meta):
        fields = (*LicenceRow.Meta.fields, "standing")  # type: ignore[assignment]


class RecordRow(serializers.Serializer[Any]):
    """What a department's form says of the object, as far as your posts may see it."""

    form = serializers.CharField(source="record.form.code")
    name = serializers.CharField(source="record.form.__str__")
    department = serializers.CharField(source="record.form.department.code")
    data = serializers.DictField(source="record.data")  # type: ignore[assignment]
    as_of = serializers.DateField(source="record.as_of")
    source = serializers.CharField(source="record.run.source")  # type: ignore[assignment]
    is_broken = serializers.BooleanField(
        help_text="The form's last delivery was broken; this is the last good data."
    )
    is_overdue = serializers.BooleanField(help_text="Nothing has come for longer than expected.")


class ObjectDetail(ObjectRow):
    chain = AreaBrief(many=True, help_text="From the district down to its area.")
    owner = OrganisationBrief(allow_null=True)
    attributes = serializers.DictField(help_text="By the keys of the type's fields.")
    part_of = serializers.CharField(allow_null=True, help_text="The code of what it is part of.")
    parts = serializers.ListField(child=serializers.CharField(), help_text="Codes, the first fifty.")
    licences = LicenceStanding(many=True)
    records = RecordRow(many=True)
    responsible = Responsible(many=True)

    class Meta(ObjectRow.Meta):
        fields = (  # type: ignore[assignment]
            *ObjectRow.Meta.fields, "chain", "owner", "credit_code", "business_scope", "attributes", "part_of", "parts",
            "licences", "records", "responsible", "as_of", "source",
        )  # fmt: skip


class TypePagination(KeysetPagination):
    """All types fit on a page."""

    page_size = max_page_size = 500
    orderings: ClassVar = {"code": ("code",)}


class TypeList(ListAPIView[ObjectType]):
    queryset = ObjectType.objects.none()
    serializer_class = TypeRow
    pagination_class = TypePagination
    filter_backends = ()

    @extend_schema(operation_id="list_object_types", tags=["registry"])
    def get(self, request: Request) -> Response:
        """The types of objects in use, with the fields that their objects have."""
        page = self.paginate_queryset(ObjectType.objects.filter(is_active=True))
        return self.get_paginated_response(TypeRow(page, many=True).data)


class ObjectPagination(KeysetPagination):
    page_size = 100
    max_page_size = 500
    orderings: ClassVar = {"code": ("code",)}


class ObjectList(ListAPIView[GridObject]):
    queryset = GridObject.objects.none()
    serializer_class = ObjectRow
    filterset_class = ObjectFilter
    pagination_class = ObjectPagination

    @extend_schema(operation_id="list_objects", tags=["registry"])
    def get(self, request: Request) -> Response:
        """What stands in the areas of your posts, and what your units own, by code."""
        wanted = for_rows(self.filter_queryset(GridObject.objects.all()))
        ways = ways_to_see_objects(cast(User, request.user))
        page: list[Any] = self.paginate_queryset([wanted.filter(way) for way in ways]) or []
        return self.get_paginated_response(ObjectRow(page, many=True).data)


class ObjectView(APIView):
    @extend_schema(operation_id="get_object", responses=ObjectDetail, tags=["registry"])
    def get(self, request: Request, code: str) -> Response:
        """An object in full: its licences, what departments know of it as far as you may see, who answers for it."""
        user = cast(User, request.user)
        shown = object_for(user, code)
        whole = whole_of(shown, user)
        row = ObjectRow(shown).data
        return Response(
            row
            | {
                "chain": AreaBrief(chain_of(shown.area), many=True).data,
                "owner": OrganisationBrief(shown.owner).data if shown.owner else None,
                "credit_code": shown.credit_code,
                "business_scope": shown.business_scope,
                "attributes": shown.attributes,
                "part_of": whole.code if whole else None,
                "parts": [part.code for part in parts_of(shown, user)],
                "licences": [_licence(each) for each in licences_of(shown)],
                "records": RecordRow(records_of(shown, user), many=True).data,
                "responsible": Responsible(responsible_for(shown.area), many=True).data,
                "as_of": shown.as_of.isoformat(),
                "source": shown.source,
            }
        )


def _licence(shown: ShownLicence) -> dict[str, Any]:
    return {**LicenceRow(shown.licence).data, "standing": shown.standing}
