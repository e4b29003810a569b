"""A small city with its people, and cases carried through the real services.

    case = make_case(cast)                        # reported by the inspector in the city's first grid
    case = case_in(Status.HANDLING, cast)         # registered, dispatched to the team, accepted
    client.force_login(cast.operator)

Limits are in urgent hours, so that due times don't depend on the weekday the tests run on: intake 1,
check 4, dispatch 1, accept 2, handling 24 (48 at the street), verification 2, ring 12.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from cases import services as cases
from cases.models import Case, CaseClass, ClassKind, Condition, Limit, MajorClass, Stage, StageLimit
from cases.workflow import Status
from dispatch import services as dispatch
from dispatch.models import Responsibility
from gridgov import clock
from gridgov.evidence import stored_photos
from gridgov.models import Photo
from gridgov.worktime import Unit
from grids.models import Area, AreaLevel, Organisation, OrganisationKind, Role, User
from tests.factories import inside, make_area, make_grid, make_organisation, make_post, make_user

STAGE_HOURS = {
    Stage.INTAKE: 1,
    Stage.CHECK: 4,
    Stage.DISPATCH: 1,
    Stage.ACCEPT: 2,
    Stage.VERIFICATION: 2,
    Stage.RING: 12,
}


@dataclass(frozen=True)
class City:
    """Areas, organisations and catalogue of the small city; each unit answers at its level for everything."""

    district: Area
    street: Area
    community: Area
    grid: Area
    other_grid: Area
    district_centre: Organisation
    street_centre: Organisation
    community_centre: Organisation
    team: Organisation  # at the community
    street_department: Organisation
    district_department: Organisation
    case_class: CaseClass
    condition: Condition
    other_class: CaseClass  # of another major class, with a condition of its own


@dataclass(frozen=True)
class Cast:
    """One person for each role, and two who have nothing to do with the city's cases."""

    city: City
    inspector: User  # of the first grid; reports the cases
    grid_leader: User  # of the community; may verify them
    operator: User  # at the community's workstation
    dispatcher: User  # at the community's workstation
    handler: User  # of the community's team
    officer: User  # of the street's department
    supervisor: User  # over the district
    leader: User  # of the district
    citizen: User  # no post
    stranger: User  # operator and dispatcher of another district


def make_city() -> City:
    """A district → street → community → two grids with its centres, units, catalogue and limits."""
    district = make_area(AreaLevel.DISTRICT, name="南海区")
    street = make_area(AreaLevel.STREET, parent=district, name="桂城街道")
    community = make_area(AreaLevel.COMMUNITY, parent=street, name="平洲社区")
    case_class, other_class = (
        _make_class("01", "公用设施", "路灯", "灯具不亮"),
        _make_class("02", "市容环境", "暴露垃圾", "成堆垃圾未清"),
    )
    _limit_stages()
    city = City(
        district=district,
        street=street,
        community=community,
        grid=make_grid(community, name="第一网格"),
        other_grid=make_grid(community, name="第二网格"),
        district_centre=make_organisation(district),
        street_centre=make_organisation(street),
        community_centre=make_organisation(community),
        team=make_organisation(community, OrganisationKind.TEAM, name="平洲社区处置队"),
        street_department=make_organisation(street, OrganisationKind.DEPARTMENT, name="桂城街道城管办"),
        district_department=make_organisation(district, OrganisationKind.DEPARTMENT, name="南海区城管局"),
        case_class=case_class,
        condition=case_class.conditions.get(),
        other_class=other_class,
    )
    for unit in (city.team, city.street_department, city.district_department):
        Responsibility.objects.create(level=unit.level, area=unit.area, unit=unit)
    return city


def make_cast(city: City) -> Cast:
    """The people of the city, each under a post of their own."""
    elsewhere = make_organisation(make_area(AreaLevel.DISTRICT))
    stranger = _person("stranger", Role.OPERATOR, elsewhere)
    make_post(stranger, Role.DISPATCHER, elsewhere)
    return Cast(
        city=city,
        inspector=_person("inspector", Role.INSPECTOR, city.community_centre, city.grid),
        grid_leader=_person("gridleader", Role.GRID_LEADER, city.community_centre),
        operator=_person("operator", Role.OPERATOR, city.community_centre),
        dispatcher=_person("dispatcher", Role.DISPATCHER, city.community_centre),
        handler=_person("handler", Role.HANDLER, city.team),
        officer=_person("officer", Role.OFFICER, city.street_department),
        supervisor=_person("supervisor", Role.SUPERVISOR, city.district_centre),
        leader=_person("chief", Role.LEADER, city.district_centre),
        citizen=make_user("citizen"),
        stranger=stranger,
    )


def make_case(cast: Cast, **fields: Any) -> Case:
    """A case reported by the inspector in the city's first grid; `fields` go to `report_case`."""
    return cases.report_case(
        **{
            "actor": cast.inspector,
            "point": inside(cast.city.grid),
            "address": "桂澜路 1 号",
            "case_class": cast.city.case_class,
            "description": "路灯整夜不亮",
            **fields,
        }
    )


def case_in(status: Status, cast: Cast, **fields: Any) -> Case:
    """A case carried to a status by the people of the cast; `fields` go to `report_case`."""
    return carried_on(make_case(cast, **fields), status, cast)


def carried_on(case: Case, status: Status, cast: Cast) -> Case:
    """A case that was reported, or opened again, carried to a status."""
    ways = _WAYS[status]
    for step in ways[1:] if case.status == Status.REGISTERED else ways:
        step(case.pk, cast)
    case.refresh_from_db()
    return case


def make_copies(case: Case, number: int = 3000, spread: float = 0, **fields: Any) -> None:
    """As many cases like this one as PostgreSQL plans with indexes for, within `spread` degrees of it."""
    kept = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
    begin, side = Case.objects.count(), math.isqrt(number)
    copies = [
        Case(
            **kept
            | {"id": None, "number": f"{case.number}-{begin + n}"}
            | {"point": _moved(case.point, n % side / side * spread, n // side / side * spread)}
            | fields
        )
        for n in range(number)
    ]
    with connection.cursor() as cursor:
        # Without the triggers: they let no case begin as closed.
        cursor.execute("SET LOCAL session_replication_role = replica")
        Case.objects.bulk_create(copies)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE cases_case")


def _moved(point: Point, east: float, north: float) -> Point:
    return Point(point.x + east, point.y + north, srid=4326)


def jpeg(
    name: str = "photo.jpg", colour: str = "gray", size: tuple[int, int] = (32, 24)
) -> SimpleUploadedFile:
    """A small picture as a phone would upload it; another colour gives another file."""
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def stored(actor: User, *colours: str) -> list[Photo]:
    """Photos ready for a service, one of each colour."""
    with stored_photos([jpeg(colour=colour) for colour in colours or ("gray",)], actor=actor) as photos:
        return list(photos)


def _register(pk: int, cast: Cast) -> None:
    cases.register_case(pk, actor=cast.operator)


def _dispatch(pk: int, cast: Cast) -> None:
    dispatch.dispatch_case(pk, actor=cast.dispatcher)


def _accept(pk: int, cast: Cast) -> None:
    dispatch.accept_case(pk, actor=cast.handler)


def _suspend(pk: int, cast: Cast) -> None:
    until = clock.now() + timedelta(days=30)
    dispatch.ask_suspension(pk, actor=cast.handler, reason="等材料", until=until)
    dispatch.decide_request(pk, actor=cast.supervisor, granted=True)


def _merge(pk: int, cast: Cast) -> None:
    cases.merge_case(pk, actor=cast.operator, into_id=make_case(cast).pk)


_TO_HANDLING: tuple[Callable[[int, Cast], Any], ...] = (_register, _dispatch, _accept)
_TO_HANDLED = (
    *_TO_HANDLING,
    lambda pk, cast: dispatch.feed_back_case(pk, actor=cast.handler, note="已换灯泡"),
)
# The steps from a report to each status.
_WAYS: dict[Status, tuple[Callable[[int, Cast], Any], ...]] = {
    Status.REPORTED: (),
    Status.CHECKING: (lambda pk, cast: cases.order_check(pk, actor=cast.operator, note="请去看看"),),
    Status.REGISTERED: (_register,),
    Status.DISPATCHED: (_register, _dispatch),
    Status.HANDLING: _TO_HANDLING,
    Status.SUSPENDED: (*_TO_HANDLING, _suspend),
    Status.HANDLED: _TO_HANDLED,
    Status.CLOSED: (
        *_TO_HANDLED,
        lambda pk, cast: cases.verify_case(pk, actor=cast.grid_leader, passed=True, note="灯亮了"),
    ),
    Status.REFUSED: (lambda pk, cast: cases.refuse_case(pk, actor=cast.operator, reason="不属于受理范围"),),
    Status.MERGED: (_merge,),
    Status.VOID: (lambda pk, cast: cases.void_case(pk, actor=cast.supervisor, reason="测试数据"),),
}


def _person(username: str, role: Role, organisation: Organisation, area: Area | None = None) -> User:
    user = make_user(username)
    make_post(user, role, organisation, area=area)
    return user


def _make_class(code: str, major: str, name: str, condition: str) -> CaseClass:
    case_class = CaseClass.objects.create(
        major=MajorClass.objects.create(
            standard="GB/T 47678.5-2026", kind=ClassKind.COMPONENT, code=code, name=major
        ),
        code="001",
        full_code=f"{code}001",
        name=name,
    )
    filed = Condition.objects.create(case_class=case_class, text=condition)
    for level, hours in ((None, 24), (AreaLevel.STREET, 48)):
        Limit.objects.create(condition=filed, level=level, amount=Decimal(hours), unit=Unit.URGENT_HOUR)
    return case_class


def _limit_stages() -> None:
    for stage, hours in STAGE_HOURS.items():
        StageLimit.objects.update_or_create(
            stage=stage, level=None, district_code="", defaults={"amount": hours, "unit": Unit.URGENT_HOUR}
        )
