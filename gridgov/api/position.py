"""Positions as the API says them: longitude and latitude, WGS-84."""

import json
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Func
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gridgov.geo import X, Y


class Position(serializers.Serializer[Any]):
    """A place in degrees, WGS-84 (EPSG:4326)."""

    lon = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)


@extend_schema_field(Position)
class PositionField(serializers.Field[Point, Any, Any, Any]):
    """Takes {"lon": …, "lat": …}, in a form as JSON text, and gives the service its point."""

    default_error_messages = {"invalid": _("Give a position as an object with lon and lat in degrees.")}

    def to_internal_value(self, data: Any) -> Point:
        try:
            asked = json.loads(data) if isinstance(data, str) else data
            lon, lat = float(asked["lon"]), float(asked["lat"])
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self.fail("invalid")
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # said so that NaN fails too
            self.fail("invalid")
        return Point(lon, lat, srid=4326)

    def to_representation(self, value: Point) -> dict[str, float] | None:
        return position(*value.coords)


def position(lon: float | None, lat: float | None) -> dict[str, float] | None:
    """A position as the API says it; None without one."""
    return None if lon is None or lat is None else {"lon": lon, "lat": lat}


def lon_lat(field: str, prefix: str = "") -> dict[str, Func]:
    """Longitude and latitude of a point, read in the database, where it costs nothing."""
    return {f"{prefix}lon": X(field), f"{prefix}lat": Y(field)}
