"""What stands in the demo city's grids: generated from a fixed seed, labelled so, nobody's real shop or home."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils.translation import gettext as _

from gridgov import clock
from gridgov.errors import DomainError
from grids.credit_code import check_character
from grids.demo.people import STORY_COMMUNITY
from grids.demo.places import DISTRICT
from grids.demo.records import add_records, add_residents
from grids.models import (
    Area,
    AreaLevel,
    ChangeKind,
    ChangeSource,
    GridObject,
    Licence,
    ObjectKind,
    ObjectType,
    Organisation,
    RegistryChange,
)
from grids.services.object_types import load_types
from grids.services.registry import change_row, clean_alone, said_of_new

SOURCE = "演示生成"
SEED = 20261122
# Objects in each grid where the demo's inspector walks, and in each of the others.
STORY_GRID = (25, 40)
OTHER_GRID = (1, 2)
_BATCH = 2000

# How often each type stands in a grid, and what such a thing is called.
_MIX: dict[str, tuple[int, tuple[str, ...]]] = {
    "small_shop": (14, ("便利店", "五金档", "水果档", "修车档", "裁缝铺")),
    "street_shop": (12, ("服装店", "手机店", "文具店", "药房", "家电行")),
    "restaurant": (12, ("早餐店", "茶餐厅", "肠粉店", "火锅店", "饼屋")),
    "rented_home": (14, ("出租屋",)),
    "aided_home": (2, ("救助服务住所",)),
    "high_rise": (3, ("花园", "雅苑", "新城")),
    "residential_building": (4, ("居民楼",)),
    "ebike_parking": (4, ("电动车停放点",)),
    "factory": (4, ("五金厂", "纺织厂", "包装仓库", "塑料厂")),
    "crowded_place": (2, ("商场", "农贸市场", "影院")),
    "enterprise": (5, ("贸易公司", "物流公司", "家具厂")),
    "gas_user": (2, ("食堂", "集体厨房")),
    "hazardous": (1, ("化工门市", "木器加工厂")),
    "construction_site": (1, ("工地",)),
    "medical": (2, ("诊所", "卫生站")),
    "public_place": (3, ("理发店", "旅馆", "健身房")),
    "school": (1, ("幼儿园", "小学", "培训中心")),
    "river": (1, ("河涌段",)),
    "welfare": (1, ("养老服务点",)),
    "sanitation": (2, ("公共厕所", "垃圾收集点")),
    "hydrant": (4, ("消火栓",)),
    "shelter": (1, ("避难场所",)),
    "lamp": (6, ("路灯",)),
    "manhole": (5, ("污水井盖",)),
    "litter_bin": (3, ("垃圾箱",)),
    "street_tree": (3, ("行道树",)),
    # One in each grid, for what is looked at on a patrol.
    "street": (0, ("街面",)),
}
# Whose the things of a type are, as the end of the organisation's code in their street.
_OWNERS = {"lamp": "urban", "manhole": "urban", "litter_bin": "urban", "street_tree": "urban", "sanitation": "urban",
           "hydrant": "fire", "shelter": "civil", "river": "planning"}  # fmt: skip
_RISKS = (("low", 60), ("general", 27), ("larger", 10), ("major", 3))
# Things need no grade, and nobody grades people in need.
_UNGRADED = {
    "lamp",
    "manhole",
    "litter_bin",
    "street_tree",
    "hydrant",
    "shelter",
    "aided_home",
    "river",
    "street",
}
_STATES = (("in_use", 92), ("damaged", 3), ("closed", 5))
# Which department licenses which type, what the licence is called.
_LICENCES = {
    "restaurant": (("health", "食品经营许可证"), ("fire", "消防安全检查合格证")),
    "small_shop": (("health", "食品经营许可证"),),
    "crowded_place": (("fire", "消防安全检查合格证"), ("health", "公共场所卫生许可证")),
    "public_place": (("health", "公共场所卫生许可证"),),
    "medical": (("health", "医疗机构执业许可证"),),
    "hazardous": (("safety", "危险化学品经营许可证"),),
    "construction_site": (("planning", "建筑工程施工许可证"),),
    "school": (("fire", "消防安全检查合格证"),),
    "welfare": (("civil", "养老机构备案"),),
    "factory": (("fire", "消防验收备案"),),
}
# Days from today on which a licence ends; every tenth has ended.
_ENDS = ((-200, -1), (1, 30), *((60, 1000) for _ in range(8)))
# How much of each thing there is, from and to.
_RANGES = {"size_m2": (20, 400), "staff": (1, 20), "floors": (2, 9), "households": (12, 120), "rooms": (2, 12),
           "places": (20, 120), "capacity": (60, 800), "pupils": (80, 900), "length": (200, 2500), "height": (6, 12),
           "diameter": (600, 800), "girth": (12, 60), "storage": (50, 900), "extinguishers": (1, 6)}  # fmt: skip
_WORDS = {"species": "细叶榕", "substance": "演示化学品", "manager": "演示物业", "hours": "06:00-22:00"}


class NoDemoCity(DomainError):
    """The demo's registry belongs into the demo's grids."""

    code = "no_demo_city"
    message = _("Load the demo city first: load_demo_city.")


@dataclass(frozen=True)
class _Grid:
    """A grid with the points at which something will stand; its community as it is called."""

    area: Area
    community: str
    points: list[Point]


@transaction.atomic
def load_registry() -> int:
    """Add the demo's objects with licences, departments' records and residents; returns how many objects.

    The same at every place: the seed is fixed. Does nothing when they are there already. Raises `NoDemoCity`.
    """
    if GridObject.objects.filter(source=SOURCE).exists():
        return 0
    district = Area.objects.filter(code=DISTRICT).first()
    if district is None:
        raise NoDemoCity
    load_types()
    types = {each.code: each for each in ObjectType.objects.all()}
    units = {each.code: each for each in Organisation.objects.filter(area__path__startswith=district.path)}
    chance = Random(SEED)  # noqa: S311 - a demo is no secret
    objects = GridObject.objects.bulk_create(
        _objects(_grids(chance), types, units, district, chance), batch_size=_BATCH
    )
    _let_in_buildings(objects)
    RegistryChange.objects.bulk_create(
        (change_row(each, ChangeKind.NEW, ChangeSource.DEMO, None, said_of_new(each)) for each in objects),
        batch_size=_BATCH,
    )
    Licence.objects.bulk_create(_licences(objects, units, chance), batch_size=_BATCH)
    add_records(objects, units, chance)
    add_residents(objects, chance)
    return len(objects)


def _grids(chance: Random) -> list[_Grid]:
    """The demo's grids with as many random points in each as things stand there; one query for all points."""
    grids = list(
        Area.objects.current()
        .filter(level=AreaLevel.GRID, path__startswith=f"/{DISTRICT}/")
        .select_related("parent")
        .order_by("code")
    )
    wanted = [
        1 + chance.randint(*(STORY_GRID if grid.code.startswith(STORY_COMMUNITY) else OTHER_GRID))
        for grid in grids
    ]
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [[grid.pk for grid in grids], wanted, SEED])
        points: dict[int, list[Point]] = defaultdict(list)
        for pk, x, y in cursor.fetchall():
            points[pk].append(Point(x, y, srid=4326))
    return [_Grid(grid, grid.parent.name, points[grid.pk]) for grid in grids if grid.parent]


_POINTS = """
    SELECT area_id, ST_X(point), ST_Y(point)
    FROM unnest(%s::bigint[], %s::int[]) AS wanted (area_id, many)
    JOIN grids_areaversion USING (area_id)
    CROSS JOIN LATERAL ST_Dump(ST_GeneratePoints(outline, many, %s)) AS dumped
    CROSS JOIN LATERAL (SELECT ST_ReducePrecision(dumped.geom, 0.0000001) AS point) AS rounded
    WHERE valid_to IS NULL
    ORDER BY area_id, dumped.path
"""


def _objects(
    grids: Iterable[_Grid],
    types: dict[str, ObjectType],
    units: dict[str, Organisation],
    district: Area,
    chance: Random,
) -> Iterator[GridObject]:
    codes, weights = list(_MIX), [weight for weight, _names in _MIX.values()]
    numbers: dict[str, int] = defaultdict(int)
    for grid in grids:
        of_points = ["street", *chance.choices(codes, weights, k=len(grid.points) - 1)]
        for code, point in zip(of_points, grid.points, strict=True):
            numbers[code] += 1
            new = _object(types[code], numbers[code], grid, point, chance)
            new.district = district
            new.owner = units.get(f"{grid.area.code[:9]}-{_OWNERS.get(code)}")
            clean_alone(new)
            yield new


def _object(of: ObjectType, number: int, grid: _Grid, point: Point, chance: Random) -> GridObject:
    is_premises = of.kind == ObjectKind.PREMISES
    short = grid.community.removesuffix("社区").removesuffix("村")
    return GridObject(
        type=of,
        code=_code(of, number),
        name=f"演示·{short}{chance.choice(_MIX[of.code][1])} {number}",
        state=_pick(_STATES, chance),
        address=f"{grid.community}演示路{chance.randint(1, 200)}号",
        point=point,
        area=grid.area,
        risk=_pick(_RISKS, chance) if of.code not in _UNGRADED else "low",
        credit_code=_credit_code(of, number) if is_premises else "",
        business_scope=f"{of.name}（演示数据，不涉及真实经营者）" if is_premises else "",
        attributes={field["key"]: _value(field, chance) for field in of.attributes},
        as_of=clock.today() - timedelta(days=chance.randint(1, 300)),
        source=SOURCE,
    )


def _code(of: ObjectType, number: int) -> str:
    """A component's id as the standard makes it: county, class, number; other things by type and number."""
    if of.class_digits:
        return f"{DISTRICT}{of.class_digits}{number:06d}"
    # The code of a private one is what everybody sees of it.
    kind = "home" if of.is_private else of.code.replace("_", "-")
    return f"{DISTRICT}-{kind}-{number:05d}"


def _credit_code(of: ObjectType, number: int) -> str:
    """A code whose check fits; DE in it is what no real organisation code of the district begins with."""
    kind = list(_MIX).index(of.code)
    begin = f"91{DISTRICT}DEM{kind:02d}{number:04d}"
    return begin + check_character(begin)


def _pick(choices: tuple[tuple[str, int], ...], chance: Random) -> str:
    return chance.choices([value for value, _weight in choices], [weight for _value, weight in choices])[0]


def _value(field: dict[str, Any], chance: Random) -> Any:
    """Something that fits a field of a type."""
    if field["type"] == "choice":
        return chance.choice(field["choices"])
    if field["type"] == "yes_no":
        return chance.random() < 0.7
    if field["type"] == "date":
        return (clock.today() - timedelta(days=chance.randint(10, 400))).isoformat()
    if field["type"] == "number":
        return 0.3 if field.get("unit") == "MPa" else chance.randint(*_RANGES.get(field["key"], (1, 12)))
    return _WORDS.get(field["key"], "演示岗位")


def _let_in_buildings(objects: list[GridObject]) -> None:
    """Rented homes become parts of a residential building of their grid, where there is one."""
    buildings = {each.area_id: each for each in objects if each.type.code == "residential_building"}
    homes = [each for each in objects if each.type.code == "rented_home" and each.area_id in buildings]
    for home in homes:
        home.part_of = buildings[home.area_id]
    GridObject.objects.bulk_update(homes, ["part_of"], batch_size=_BATCH)


def _licences(
    objects: Iterable[GridObject], units: dict[str, Organisation], chance: Random
) -> Iterator[Licence]:
    number = 0
    for each in objects:
        for department, kind in _LICENCES.get(each.type.code, ()):
            number += 1
            end = clock.today() + timedelta(days=chance.randint(*chance.choice(_ENDS)))
            yield Licence(
                object=each,
                department=units[f"{DISTRICT}-{department}"],
                kind=kind,
                number=f"演示-{number:05d}",
                valid_from=_years_before(end, 4),
                valid_to=end,
            )


def _years_before(day: date, years: int) -> date:
    return day - timedelta(days=365 * years)
