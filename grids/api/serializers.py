"""What the API says of areas."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grids.models import (
    Area,
    AreaLevel,
    GridKind,
    ManagementGrade,
    Organisation,
    OrganisationKind,
    Post,
    Role,
)
from grids.outlines import as_geojson

LEVELS = [level.name.lower() for level in AreaLevel]
_GEOMETRY = {
    "type": ["object", "null"],
    "description": "A GeoJSON MultiPolygon, WGS-84; null for an area known by name only.",
    "properties": {"type": {"type": "string"}, "coordinates": {"type": "array", "items": {}}},
}


@extend_schema_field(_GEOMETRY)
class GeometryField(serializers.JSONField):
    """The outline as GeoJSON."""


class AreaProperties(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)
    parent = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="The code of the area above."
    )
    kind = serializers.ChoiceField(GridKind.choices, allow_blank=True)
    grade = serializers.ChoiceField(ManagementGrade.choices)
    area_m2 = serializers.FloatField(allow_null=True)
    version = serializers.IntegerField(
        allow_null=True, help_text="The number of the outline; a redrawn area counts on."
    )
    valid_from = serializers.DateField(allow_null=True)
    is_generated = serializers.BooleanField(allow_null=True, help_text="The outline was made by a machine.")


class AreaFeature(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["Feature"])
    id = serializers.CharField(help_text="The area's code.")
    geometry = GeometryField()
    properties = AreaProperties()


class AreaBrief(serializers.ModelSerializer[Area]):
    level = serializers.SerializerMethodField()

    class Meta:
        model = Area
        fields = ("code", "name", "level")

    @extend_schema_field(serializers.ChoiceField(LEVELS))
    def get_level(self, area: Area) -> str:
        return level_name(area.level)


class Responsible(serializers.ModelSerializer[Post]):
    area = serializers.CharField(source="area.code")
    name = serializers.CharField(source="user.__str__")
    phone = serializers.CharField(source="user.phone")
    role = serializers.ChoiceField(Role.choices)
    organisation = serializers.CharField(source="organisation.name")

    class Meta:
        model = Post
        fields = ("area", "name", "phone", "role", "title", "organisation")


class OrganisationBrief(serializers.ModelSerializer[Organisation]):
    kind = serializers.ChoiceField(OrganisationKind.choices)

    class Meta:
        model = Organisation
        fields = ("code", "name", "kind", "phone")


class AreaDetailProperties(AreaProperties):
    chain = AreaBrief(many=True, help_text="From the district down to this area.")
    responsible = Responsible(
        many=True, help_text="Who answers for the area and for those above it, nearest first."
    )
    organisations = OrganisationBrief(many=True)


class AreaDetail(AreaFeature):
    properties = AreaDetailProperties()


class Place(serializers.Serializer[Any]):
    located = serializers.BooleanField(help_text="Whether the point lies in any area at all.")
    grid = AreaBrief(allow_null=True, help_text="Null outside every grid.")
    version = serializers.IntegerField(allow_null=True, help_text="The number of the lowest area's outline.")
    chain = AreaBrief(many=True, help_text="From the district down to the lowest area at the point.")
    responsible = Responsible(many=True)


def level_name(level: int) -> str:
    """What the API calls a level: "community"."""
    return AreaLevel(level).name.lower()


def area_columns(areas: QuerySet[Area]) -> QuerySet[Area, Any]:
    """The columns of `area_feature`, in one query."""
    return areas.annotate(
        current=FilteredRelation("versions", condition=Q(versions__valid_to=None)),
        geometry=as_geojson("current__outline"),
        area_m2=F("current__area_m2"),
        version=F("current__number"),
        valid_from=F("current__valid_from"),
        is_generated=F("current__is_generated"),
    ).values(
        "code",
        "name",
        "level",
        "kind",
        "grade",
        "parent__code",
        "area_m2",
        "version",
        "valid_from",
        "is_generated",
        "geometry",
    )


def area_feature(row: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A row of `area_columns` as a GeoJSON feature."""
    properties = {name: value for name, value in row.items() if name not in {"geometry", "parent__code"}}
    return {
        "type": "Feature",
        "id": row["code"],
        "geometry": row["geometry"] and json.loads(row["geometry"]),
        "properties": properties | {"level": level_name(row["level"]), "parent": row["parent__code"]} | more,
    }
