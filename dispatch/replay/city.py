"""The replayed city: its areas, units, classes, limits and the three who act for everybody."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import transaction

from cases.models import CaseClass, ClassKind, Condition, Limit, MajorClass, Stage, StageLimit
from dispatch.replay.rows import Request
from gridgov.models import WorkingCalendar
from gridgov.worktime import Unit
from grids.models import Area, AreaLevel, Organisation, OrganisationKind, Post, Role, User
from grids.services.areas import NewArea, add_areas
from grids.services.division import divide_area
from grids.splitting import as_multipolygon

CITY = "990000"  # a county code that no Chinese county has
STANDARD = "city 311"
WITH_TARGET, WITHOUT_TARGET = "the city set a target", "the city set no target"
FROM = date(2000, 1, 1)
GRID_M2 = 250_000
# What a level above has, once the target is missed; the clock of the replay never stops.
STREET_HOURS, DISTRICT_HOURS, RING_HOURS = 72, 168, 8760


@dataclass
class City:
    """Everything the replay needs at hand, by the city's own names."""

    district: Area
    centre: User  # operator and dispatcher at every centre
    unit: User  # officer in every queue
    inspectors: list[User]  # report and verify, each their share of the requests
    conditions: dict[tuple[str, str], Condition] = field(default_factory=dict)  # by type and text
    queues: dict[str, Organisation] = field(default_factory=dict)
    precinct_points: dict[str, Point] = field(default_factory=dict)


def city_exists() -> bool:
    return Area.objects.filter(code=CITY).exists()


@transaction.atomic
def build_city(
    requests: Iterable[Request],
    wards_file: Path,
    precincts_file: Path,
    *,
    zone: str,
    inspectors: int,
    progress: Any = iter,
) -> None:
    """Make the hierarchy city → wards → precincts → generated grids, a unit per queue, a class per type."""
    wards = {f"{int(f['properties']['WARD']):02d}": _outline(f) for f in _features(wards_file)}
    precincts = {f["properties"]["WARD_PRECINCT"]: _outline(f) for f in _features(precincts_file)}
    whole = as_multipolygon(_union(wards.values()))
    [district] = add_areas(
        [NewArea(CITY, "City", AreaLevel.DISTRICT, outline=whole)], from_date=FROM, actor=None
    )
    streets = add_areas(
        [
            NewArea(f"{CITY}0{ward}", f"Ward {int(ward)}", AreaLevel.STREET, district, outline=outline)
            for ward, outline in sorted(wards.items())
        ],
        from_date=FROM,
        actor=None,
    )
    by_ward = {street.code[-2:]: street for street in streets}
    of_ward: Counter[str] = Counter()
    new = []
    for precinct, outline in sorted(precincts.items()):  # "0502A": ward 05; ours are digits only
        ward = precinct[:2]
        of_ward[ward] += 1
        code = f"{CITY}0{ward}{of_ward[ward]:03d}"
        new.append(NewArea(code, f"Precinct {precinct}", AreaLevel.COMMUNITY, by_ward[ward], outline=outline))
    communities = add_areas(new, from_date=FROM, actor=None)
    for community in progress(communities):
        divide_area(community, from_date=FROM, actor=None, size_m2=GRID_M2, name="{community} grid {number}")
    WorkingCalendar.objects.create(district_code=CITY, timezone=zone, holidays="none")
    centres = Organisation.objects.bulk_create(
        [
            Organisation(
                name=f"{area.name} centre",
                code=f"centre-{area.code}",
                kind=OrganisationKind.COMMAND,
                area=area,
                level=area.level,
            )
            for area in [district, *streets, *communities]
        ]
    )
    _staff(district, centres, _queues(requests, district), inspectors)
    _catalogue(requests)
    _limits()


def open_city(precincts_file: Path) -> City:
    """The city as it was built, ready to be replayed."""
    users = {user.username: user for user in User.objects.filter(username__startswith="replay-")}
    return City(
        district=Area.objects.get(code=CITY),
        centre=users["replay-centre"],
        unit=users["replay-unit"],
        inspectors=[user for name, user in sorted(users.items()) if name.startswith("replay-field-")],
        conditions={
            (condition.case_class.name, condition.text): condition
            for condition in Condition.objects.filter(case_class__major__standard=STANDARD).select_related(
                "case_class"
            )
        },
        queues={
            unit.name: unit
            for unit in Organisation.objects.filter(area__code=CITY, kind=OrganisationKind.TEAM)
        },
        precinct_points={
            f["properties"]["WARD_PRECINCT"]: _outline(f).point_on_surface for f in _features(precincts_file)
        },
    )


def _features(path: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(path.read_text())["features"]
    return features


def _outline(feature: dict[str, Any]) -> MultiPolygon:
    geometry = GEOSGeometry(json.dumps(feature["geometry"]), srid=4326)
    return as_multipolygon(geometry if geometry.valid else geometry.make_valid())


def _union(outlines: Iterable[MultiPolygon]) -> GEOSGeometry:
    return MultiPolygon([part for outline in outlines for part in outline], srid=4326).unary_union


def _queues(requests: Iterable[Request], district: Area) -> list[Organisation]:
    return Organisation.objects.bulk_create(
        [
            Organisation(
                name=queue[:80],
                code=f"queue-{hashlib.sha256(queue.encode()).hexdigest()[:12]}",
                kind=OrganisationKind.TEAM,
                area=district,
                level=AreaLevel.DISTRICT,
            )
            for queue in sorted({request.queue for request in requests})
        ]
    )


def _staff(district: Area, centres: list[Organisation], queues: list[Organisation], inspectors: int) -> None:
    centre, unit, *those_outside = (
        User.objects.create_user(f"replay-{name}", display_name=f"Replay {name}")
        for name in ("centre", "unit", *(f"field-{number:02d}" for number in range(1, inspectors + 1)))
    )
    Post.objects.bulk_create(
        [
            *(
                Post(user=centre, role=role, organisation=at, area=at.area, valid_from=FROM)
                for at in centres
                for role in (Role.OPERATOR, Role.DISPATCHER)
            ),
            *(
                Post(user=unit, role=Role.OFFICER, organisation=queue, area=district, valid_from=FROM)
                for queue in queues
            ),
            *(
                Post(
                    user=inspector,
                    role=Role.INSPECTOR,
                    organisation=centres[0],
                    area=district,
                    valid_from=FROM,
                )
                for inspector in those_outside
            ),
        ]
    )


def _catalogue(requests: Iterable[Request]) -> None:
    reasons: dict[str, MajorClass] = {}
    types = sorted({(request.type, request.reason) for request in requests})
    for number, (type_, reason) in enumerate(types, start=1):
        if CaseClass.objects.filter(major__standard=STANDARD, name=type_[:80]).exists():
            continue  # the city files some types under two reasons; the first stands for both
        if reason not in reasons:
            reasons[reason] = MajorClass.objects.create(
                standard=STANDARD, kind=ClassKind.EVENT, code=f"{len(reasons) + 1:02d}", name=reason[:80]
            )
        major = reasons[reason]
        case_class = CaseClass.objects.create(
            major=major,
            code=f"{number:03d}",
            name=type_[:80],
            full_code=f"{major.code}{number:03d}",
            is_active=False,
        )
        Condition.objects.create(case_class=case_class, text=WITH_TARGET)
        untimed = Condition.objects.create(case_class=case_class, text=WITHOUT_TARGET, position=2)
        Limit.objects.create(condition=untimed, amount=None, unit=Unit.URGENT_HOUR)


def _limits() -> None:
    hours = {AreaLevel.STREET: STREET_HOURS, AreaLevel.DISTRICT: DISTRICT_HOURS}
    StageLimit.objects.bulk_create(
        [
            *(
                StageLimit(
                    stage=Stage.HANDLING,
                    district_code=CITY,
                    level=level,
                    amount=Decimal(amount),
                    unit=Unit.URGENT_HOUR,
                )
                for level, amount in hours.items()
            ),
            StageLimit(
                stage=Stage.RING, district_code=CITY, amount=Decimal(RING_HOURS), unit=Unit.URGENT_HOUR
            ),
        ]
    )
