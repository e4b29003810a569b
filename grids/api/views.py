"""The API of areas: looking them up, and finding where a point lies."""

from typing import Any, ClassVar, cast

import django_filters as filters
from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridgov.api.pagination import KeysetPagination
from gridgov.errors import NotFoundForYou
from grids.api.serializers import (
    AreaBrief,
    AreaDetail,
    AreaFeature,
    OrganisationBrief,
    Place,
    Responsible,
    area_columns,
    area_feature,
)
from grids.models import Area, AreaLevel, User
from grids.models.area import AreaQuerySet
from grids.selectors import chain_of, locate, responsible_for
from grids.splitting import WGS84


class AreaFilter(filters.FilterSet):  # type: ignore[misc]
    """Which areas are listed; a code that nothing bears finds nothing."""

    level = filters.MultipleChoiceFilter(
        label=_("Level"),
        choices=[(level.name.lower(), level.label) for level in AreaLevel],
        method="filter_level",
    )
    parent = filters.CharFilter(label=_("Code of the area above"), field_name="parent__code")
    within = filters.CharFilter(label=_("Code of an area: it and all under it"), method="filter_within")
    code = filters.BaseInFilter(label=_("Codes, separated by commas"), field_name="code")
    name = filters.CharFilter(label=_("A part of the name"), lookup_expr="icontains")

    class Meta:
        model = Area
        fields: tuple[str, ...] = ()

    def filter_level(self, areas: AreaQuerySet, name: str, value: list[str]) -> QuerySet[Area]:
        return areas.filter(level__in=[AreaLevel[level.upper()] for level in value]) if value else areas

    def filter_within(self, areas: AreaQuerySet, name: str, value: str) -> QuerySet[Area]:
        above = Area.objects.filter(code=value).first()
        return areas.within(above) if above else areas.none()


class AreaPagination(KeysetPagination):
    """Pages that are FeatureCollections."""

    page_size = 100
    max_page_size = 500
    orderings: ClassVar = {"code": ("code",)}

    def get_paginated_response(self, data: object) -> Response:
        return Response({"type": "FeatureCollection", "next": self.next_link(), "features": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        properties = page["properties"]
        return {
            "type": "object",
            "required": ["type", "next", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "next": properties["next"],
                "features": properties["results"],
            },
        }


class AreaList(ListAPIView[Area]):
    queryset = Area.objects.none()
    serializer_class = AreaFeature
    filterset_class = AreaFilter
    pagination_class = AreaPagination

    @extend_schema(operation_id="list_areas")
    def get(self, request: Request) -> Response:
        """Areas in use with their current outlines, as GeoJSON, by code."""
        areas = self.filter_queryset(_seen_by(request).current())
        page = self.paginate_queryset(area_columns(areas)) or []
        return self.get_paginated_response([area_feature(row) for row in page])


class AreaView(APIView):
    @extend_schema(operation_id="get_area", responses=AreaDetail)
    def get(self, request: Request, code: str) -> Response:
        """An area with its outline, the areas above it, who answers for it and its organisations."""
        area = _seen_by(request).filter(code=code).first()
        if area is None:
            raise NotFoundForYou(code)
        row = area_columns(Area.objects.filter(pk=area.pk)).get()
        return Response(
            area_feature(
                row,
                chain=AreaBrief(chain_of(area), many=True).data,
                responsible=Responsible(responsible_for(area), many=True).data,
                organisations=OrganisationBrief(area.organisations.filter(is_active=True), many=True).data,
            )
        )


class _Position(serializers.Serializer[Any]):
    lon = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)


class Locate(APIView):
    @extend_schema(
        operation_id="locate",
        parameters=[
            OpenApiParameter("lon", float, required=True, description="Longitude, WGS-84."),
            OpenApiParameter("lat", float, required=True, description="Latitude, WGS-84."),
        ],
        responses=Place,
    )
    def get(self, request: Request) -> Response:
        """The areas at a point, from the district down. On a border the lower code wins, always."""
        position = _Position(data=request.query_params)
        position.is_valid(raise_exception=True)
        point = Point(position.validated_data["lon"], position.validated_data["lat"], srid=WGS84)
        place = locate(point, level=None)
        return Response(
            {
                "located": place is not None,
                "grid": AreaBrief(place.grid).data if place and place.grid else None,
                "version": place.version.number if place else None,
                "chain": AreaBrief(place.chain, many=True).data if place else [],
                "responsible": Responsible(responsible_for(place.area), many=True).data if place else [],
            }
        )


def _seen_by(request: Request) -> AreaQuerySet:
    areas: AreaQuerySet = Area.objects.visible_to(cast(User, request.user))
    return areas
