"""Outlines of areas as GeoJSON, made in the database."""

from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from grids.models import Area, AreaVersion

# Six decimals are a decimetre.
DECIMALS = 6
MOST_FEATURES = 5_000
_PIXELS_OF_A_TILE = 256


def feature_collection(areas: QuerySet[Area], *, box: Polygon | None = None, zoom: int | None = None) -> str:
    """The current outlines of areas as a GeoJSON FeatureCollection, largest level first, at most 5,000.

    `box` (WGS-84) keeps those that touch it; `zoom` (of web maps, 0 to 22) drops vertices that nobody could see
    there. A member `truncated` tells whether there were more.
    """
    versions = AreaVersion.objects.current().filter(area__in=areas)
    if box is not None:
        versions = versions.filter(outline__bboverlaps=box)
    features = (
        versions.order_by("level", "area__code")
        .annotate(feature=Cast(_feature(zoom), TextField()))
        .values_list("feature", flat=True)[: MOST_FEATURES + 1]
    )
    found = list(features)
    truncated = "true" if len(found) > MOST_FEATURES else "false"
    return f'{{"type":"FeatureCollection","truncated":{truncated},"features":[{",".join(found[:MOST_FEATURES])}]}}'


def outlines_etag() -> str:
    """Changes whenever any area or outline does; two looks at the ends of indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(pgh_id) FROM grids_areaevent), (SELECT max(pgh_id) FROM grids_areaversionevent)"
        )
        area, version = cursor.fetchone()
    return f"{area or 0}-{version or 0}"


def as_geojson(outline: str = "outline", zoom: int | None = None) -> Func:
    """The GeoJSON text of an outline, as seen at a zoom."""
    if zoom is None:
        return Func(
            F(outline), template=f"ST_AsGeoJSON(%(expressions)s, {DECIMALS})", output_field=TextField()
        )
    half_a_pixel = 360 / (_PIXELS_OF_A_TILE * 2**zoom) / 2
    return Func(
        F(outline),
        Value(half_a_pixel),
        template=f"ST_AsGeoJSON(ST_SimplifyPreserveTopology(%(expressions)s), {DECIMALS})",
        output_field=TextField(),
    )


def _feature(zoom: int | None) -> JSONObject:
    return JSONObject(
        type=Value("Feature"),
        id=F("area__code"),
        geometry=Cast(as_geojson(zoom=zoom), JSONField()),
        properties=JSONObject(
            code=F("area__code"),
            name=F("area__name"),
            level=F("level"),
            kind=F("area__kind"),
            grade=F("area__grade"),
            is_generated=F("is_generated"),
        ),
    )
