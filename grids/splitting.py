"""Cuts an outline into pieces that share their borders to the last digit."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.gis.geos import GeometryCollection, GEOSGeometry, MultiPolygon, Point, Polygon
from django.db import connection

WGS84 = 4326
Label = TypeVar("Label", bound=Hashable)

# Random points per piece that the clustering weighs; more make the pieces more even.
_POINTS_PER_PIECE = 60
_MOST_POINTS = 20_000

# Clusters of evenly strewn points are about equal in area; their centres are the pieces' seeds.
# x is squeezed by the cosine of the latitude while distances matter.
_SEEDS = """
WITH strewn AS (
    SELECT (ST_Dump(ST_GeneratePoints(ST_Scale(ST_GeomFromEWKB(%(outline)s), %(squeeze)s, 1), %(points)s, %(seed)s))).geom
), clustered AS (
    SELECT geom, ST_ClusterKMeans(geom, %(pieces)s) OVER () AS cluster FROM strewn
)
SELECT ST_AsEWKB(ST_Scale(ST_Centroid(ST_Collect(geom)), 1 / %(squeeze)s, 1)) FROM clustered GROUP BY cluster ORDER BY cluster
"""

# Noding the outline's rings together with the lines between the seeds, and building the faces from
# the result, is what makes neighbours share every vertex: nothing is ever cut twice.
_FACES = """
WITH outline AS (
    SELECT ST_GeomFromEWKB(%(outline)s) AS geom
), seeds AS (
    SELECT number, ST_Scale(ST_GeomFromEWKB(geom), %(squeeze)s, 1) AS geom
    FROM unnest(%(seeds)s::bytea[]) WITH ORDINALITY AS seed (geom, number)
), lines AS (
    SELECT ST_Scale(
        ST_VoronoiLines((SELECT ST_Collect(geom) FROM seeds), 0, ST_Expand(ST_Scale(geom, %(squeeze)s, 1), 1)),
        1 / %(squeeze)s, 1
    ) AS geom FROM outline
), faces AS (
    SELECT (ST_Dump(ST_Polygonize(ST_UnaryUnion(ST_Collect(ST_Boundary(outline.geom), lines.geom))))).geom
    FROM outline, lines
)
SELECT nearest.number - 1, ST_AsEWKB(faces.geom)
FROM faces
CROSS JOIN outline
CROSS JOIN LATERAL (
    SELECT number FROM seeds
    ORDER BY ST_Distance(seeds.geom, ST_Scale(ST_PointOnSurface(faces.geom), %(squeeze)s, 1)), number
    LIMIT 1
) AS nearest
WHERE ST_Covers(outline.geom, ST_PointOnSurface(faces.geom))
"""


@dataclass
class _Face:
    polygon: Polygon
    owner: int


def split(outline: MultiPolygon, pieces: int, *, seed: int = 1) -> list[MultiPolygon]:
    """Cut an outline (WGS-84) into about equal pieces, numbered west to east, then north to south.

    No gap and no overlap: neighbours have the very same vertices on their common border. The same seed
    gives the same pieces. A few less than asked may come out of an outline with very narrow parts.
    """
    if pieces < 1:
        raise ValueError("an outline is cut into at least one piece")
    if pieces == 1:
        return [outline.clone()]
    seeds = _strew_seeds(outline, pieces, seed)
    return in_reading_order(list(split_by_seeds(outline, list(enumerate(seeds))).values()))


def split_by_seeds(outline: MultiPolygon, seeds: Sequence[tuple[Label, Point]]) -> dict[Label, MultiPolygon]:
    """Give every place of the outline to the label of its nearest seed; several seeds may share a label.

    Splinters that touch another label's piece but not their own go to the neighbour with the longest
    common border, so that pieces hang together; real islands stay with their nearest seed.
    """
    if len(seeds) == 1:
        return {seeds[0][0]: outline.clone()}
    labels = list(dict.fromkeys(label for label, _ in seeds))
    owners = [labels.index(label) for label, _ in seeds]
    faces = [
        _Face(polygon, owners[number])
        for number, polygon in _faces_of(outline, [point for _, point in seeds])
    ]
    _give_away_splinters(faces)
    return {
        label: _united([face.polygon for face in faces if face.owner == owner])
        for owner, label in enumerate(labels)
        if any(face.owner == owner for face in faces)
    }


def in_reading_order(pieces: Sequence[MultiPolygon]) -> list[MultiPolygon]:
    """West to east within a row, rows north to south, as GB/T 30428.1 numbers grids.

    A row is as high as a piece of average size.
    """
    if not pieces:
        return []
    north = max(piece.extent[3] for piece in pieces)
    height = math.sqrt(sum(piece.area for piece in pieces) / len(pieces))

    def place(piece: MultiPolygon) -> tuple[int, float, float]:
        centre = piece.centroid
        return math.floor((north - centre.y) / height), centre.x, -centre.y

    return sorted(pieces, key=place)


def as_multipolygon(geometry: GEOSGeometry) -> MultiPolygon:
    """The areal part of any geometry; lines and points that a repair left over are dropped."""
    return MultiPolygon([part for part in _parts(geometry) if isinstance(part, Polygon)], srid=WGS84)


def same_outline(one: MultiPolygon, other: MultiPolygon, tolerance: float = 0.0) -> bool:
    """Whether two outlines have the same vertices, wherever their rings begin; `tolerance` in degrees."""
    one, other = one.clone(), other.clone()
    one.normalize()
    other.normalize()
    return bool(one.equals_exact(other, tolerance))


def _parts(geometry: GEOSGeometry) -> list[GEOSGeometry]:
    if isinstance(geometry, GeometryCollection):
        return [part for child in geometry for part in _parts(child)]
    return [geometry]


def _strew_seeds(outline: MultiPolygon, pieces: int, seed: int) -> list[Point]:
    points = max(min(pieces * _POINTS_PER_PIECE, _MOST_POINTS), pieces * 10)
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEDS,
            {
                "outline": bytes(outline.ewkb),
                "squeeze": _squeeze(outline),
                "points": points,
                "pieces": pieces,
                "seed": seed,
            },
        )
        return [_from_database(row[0]) for row in cursor.fetchall()]


def _faces_of(outline: MultiPolygon, seeds: Sequence[Point]) -> list[tuple[int, Polygon]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _FACES,
            {
                "outline": bytes(outline.ewkb),
                "squeeze": _squeeze(outline),
                "seeds": [bytes(point.ewkb) for point in seeds],
            },
        )
        return [(number, _from_database(face)) for number, face in cursor.fetchall()]


def _from_database(ewkb: bytes) -> Any:
    return GEOSGeometry(memoryview(ewkb))


def _squeeze(outline: MultiPolygon) -> float:
    return math.cos(math.radians(outline.centroid.y))


def _give_away_splinters(faces: list[_Face]) -> None:
    for owner in {face.owner for face in faces}:
        groups = _groups_of([face for face in faces if face.owner == owner])
        for group in sorted(groups, key=_size)[:-1]:
            border = {
                other: length
                for other in {face.owner for face in faces} - {owner}
                if (length := _common_border(group, [face for face in faces if face.owner == other])) > 0
            }
            if border:
                new_owner = max(border, key=lambda other: (border[other], -other))
                for face in group:
                    face.owner = new_owner


def _groups_of(faces: list[_Face]) -> list[list[_Face]]:
    """Faces that hang together by an edge, each group apart."""
    groups: list[list[_Face]] = []
    for face in faces:
        touching = [group for group in groups if _common_border(group, [face]) > 0]
        groups = [group for group in groups if group not in touching]
        groups.append([face, *(other for group in touching for other in group)])
    return groups


def _size(group: list[_Face]) -> float:
    return sum(face.polygon.area for face in group)


def _common_border(ours: list[_Face], theirs: list[_Face]) -> float:
    return sum(
        mine.polygon.boundary.intersection(other.polygon.boundary).length
        for mine in ours
        for other in theirs
        if _boxes_touch(mine.polygon.extent, other.polygon.extent)
    )


def _boxes_touch(ours: tuple[float, ...], theirs: tuple[float, ...]) -> bool:
    return ours[0] <= theirs[2] and theirs[0] <= ours[2] and ours[1] <= theirs[3] and theirs[1] <= ours[3]


def _united(polygons: list[Polygon]) -> MultiPolygon:
    return as_multipolygon(MultiPolygon(polygons, srid=WGS84).unary_union)
