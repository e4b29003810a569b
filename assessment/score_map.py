"""Areas coloured by how well they did: drawn on the server, so that it prints, needs no script and every area is a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import hypot
from typing import Any
from unicodedata import east_asian_width

from django.db import connection
from django.db.models import QuerySet

from assessment.models import Correction, Level, SchemeItem, ScorePart
from assessment.ranks import level_at
from assessment.services.corrections import part_name

# With more areas nobody tells them apart: one chooses a part.
MOST_AREAS = 700
# The drawing's own units; the page scales it as a whole.
WIDTH, HEIGHT = 720, 620
# How much room a letter takes, a letter with whole points, with all of them, and in larger type, in the same units.
_LETTER, _WHOLE, _ALL, _LARGE = 8, 15, 28, 42
# A character of a name across, half of what name and number are high, and how much larger both are on a narrow screen.
_CHARACTER, _HALF_HIGH, _NARROW = 12, 13, 1.7

# Degrees become units with the north up; what is smaller than half a unit is left out.
_DRAWN = """
    WITH here AS MATERIALIZED (
        SELECT area_id, outline FROM grids_areaversion WHERE valid_to IS NULL AND area_id = ANY(%(areas)s)
    ), box AS (
        SELECT ST_XMin(b) AS west, ST_YMax(b) AS north, cos(radians((ST_YMin(b) + ST_YMax(b)) / 2)) AS narrow,
            greatest((ST_XMax(b) - ST_XMin(b)) * cos(radians((ST_YMin(b) + ST_YMax(b)) / 2)) / %(width)s,
                (ST_YMax(b) - ST_YMin(b)) / %(height)s, 1e-9) AS unit
        FROM (SELECT ST_Extent(outline) AS b FROM here) extent
    ), drawn AS MATERIALIZED (
        SELECT area_id, ST_SimplifyPreserveTopology(
            ST_Affine(outline, narrow / unit, 0, 0, 1 / unit, -west * narrow / unit, -north / unit), 0.5) AS shape
        FROM here, box
    )
    SELECT area_id, ST_AsSVG(shape, 1, 1), ST_X((room).center), -ST_Y((room).center), (room).radius,
        ST_XMax(shape), -ST_YMin(shape)
    FROM (SELECT *, ST_MaximumInscribedCircle(shape) AS room FROM drawn) placed
"""


@dataclass(frozen=True)
class Shape:
    """An area on the drawing: the path, and where and how large its label may be."""

    path: str
    x: float
    y: float
    room: float


@dataclass(frozen=True)
class AreaShown:
    """One area with what it reached; `shape` None where it has no outline."""

    score: Any
    points: Decimal | None
    level: Level | None
    shape: Shape | None

    @property
    def is_large(self) -> bool:
        """Whether the label may be larger than most."""
        return self.shape is not None and self.shape.room >= _LARGE

    @property
    def has_name(self) -> bool:
        """Whether there is room for its name above the number."""
        return self._fits(1)

    @property
    def has_name_when_narrow(self) -> bool:
        """The same on a narrow screen, where letters take more of the drawing."""
        return self.is_large and self._fits(_NARROW)

    def _fits(self, larger: float) -> bool:
        # Latin letters are about half as wide.
        wide = sum(1 if east_asian_width(each) in "FW" else 0.55 for each in str(self.score.area))
        room = hypot(wide * _CHARACTER / 2, _HALF_HIGH) * larger
        return self.shape is not None and self.shape.room >= room

    @property
    def label(self) -> str:
        """As much of letter and number as there is room for."""
        if self.level is None or self.shape is None or self.shape.room < _LETTER or self.points is None:
            return ""
        if self.shape.room < _WHOLE:
            return self.level.letter
        # Cut, not rounded: 89.99 is not yet 90.
        return f"{self.level.letter} {int(self.points) if self.shape.room < _ALL else f'{self.points:.2f}'}"


@dataclass(frozen=True)
class ScoreMap:
    """The areas, worst shape of the drawing's size, best first in the table beside it."""

    areas: list[AreaShown]
    width: float
    height: float


def score_map(scores: QuerySet[Any], levels: Sequence[Level], item: SchemeItem | None = None) -> ScoreMap:
    """`as_now` scores of areas with their outlines, by the whole score or by the points of one item; four queries."""
    found = list(scores.select_related("area__parent")[:MOST_AREAS])
    points = _of_item(found, item) if item else {score.pk: score.points_now for score in found}
    shapes, width, height = _shapes([score.area_id for score in found])
    areas = [
        AreaShown(
            score,
            points.get(score.pk),
            level_at(levels, points.get(score.pk)),
            shapes.get(score.area_id),
        )
        for score in found
    ]
    areas.sort(key=lambda each: (each.points is None, -(each.points or 0), each.score.area.code))
    return ScoreMap(areas, width, height)


def _of_item(scores: Sequence[Any], item: SchemeItem) -> dict[int, Decimal | None]:
    ids = [score.pk for score in scores]
    found = dict(ScorePart.objects.filter(score__in=ids, item=item).values_list("score_id", "points"))
    corrections = Correction.objects.filter(score__in=ids).order_by("pk")
    for score, after in corrections.values_list("score_id", "parts_after"):
        if texts := after.get(part_name(item.pk, None)):
            found[score] = None if texts[2] is None else Decimal(texts[2])
    return found


def _shapes(areas: Sequence[int]) -> tuple[dict[int, Shape], float, float]:
    found: dict[int, Shape] = {}
    width = height = 1.0
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, {"areas": list(areas), "width": WIDTH, "height": HEIGHT})
        for area, path, x, y, room, east, south in cursor.fetchall():
            if path:
                found[area] = Shape(path, round(x, 1), round(y, 1), room)
                width, height = max(width, east), max(height, south)
    return found, round(width, 1), round(height, 1)
