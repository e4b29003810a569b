"""What the demo city's departments deliver on its objects, and who lives in its homes; all made up."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from gridgov import clock
from grids.demo.people import STORY_COMMUNITY
from grids.demo.places import DISTRICT
from grids.models import (
    DepartmentForm,
    DepartmentRecord,
    FeedRun,
    FeedState,
    GridObject,
    Organisation,
    Resident,
    ResidentService,
    Role,
)

_STREET_SIDE = [Role.INSPECTOR, Role.GRID_LEADER, Role.HANDLER]
_EVERYBODY = [*_STREET_SIDE, Role.OPERATOR, Role.DISPATCHER, Role.OFFICER, Role.SUPERVISOR, Role.LEADER]
# Code, department, name, name in English, fields (key, name, name in English, type), types, seen by, expected every so many days.
_FORMS: tuple[tuple[str, str, str, str, tuple[tuple[str, str, str, str], ...], set[str], list[Role], int], ...] = (
    (
        "business-registration", "safety", "工商登记", "Business registration",
        (("status", "登记状态", "status", "choice"), ("since", "成立日期", "founded on", "date"), ("capital", "注册资本（万元）", "registered capital (10,000 yuan)", "number")),
        {"small_shop", "street_shop", "restaurant", "factory", "enterprise", "hazardous", "crowded_place", "public_place"},
        _EVERYBODY, 7,
    ),
    (
        "fire-permits", "fire", "消防许可", "Fire permits",
        (("result", "检查结论", "result of the check", "choice"), ("checked", "检查日期", "checked on", "date")),
        {"restaurant", "crowded_place", "factory", "school", "high_rise"},
        _STREET_SIDE, 30,
    ),
    (
        "food-permits", "health", "餐饮许可", "Food permits",
        (("grade", "量化等级", "hygiene grade", "choice"), ("staff_certified", "持健康证人数", "people with a health certificate", "number")),
        {"restaurant"},
        _STREET_SIDE, 30,
    ),
    (
        "rented-homes", "residents", "出租屋登记", "Registration of rented homes",
        (("filed", "备案日期", "filed on", "date"), ("rooms_let", "已出租间数", "rooms let", "number"), ("agreement", "签订治安责任书", "safety agreement signed", "yes_no")),
        {"rented_home"},
        [Role.INSPECTOR, Role.GRID_LEADER], 7,
    ),
    (
        "shopfront-care", "urban", "门前三包责任书", "Agreements on the care of shopfronts",
        (("signed", "签订日期", "signed on", "date"), ("bins", "垃圾容器（个）", "waste bins", "number"), ("keeper", "责任人到位", "keeper present", "yes_no")),
        {"street_shop", "small_shop"},
        _STREET_SIDE, 30,
    ),
)  # fmt: skip
# The form whose last delivery could not be read: what is shown is the one before.
BROKEN = "food-permits"
_WORDS = {"status": ("在业", "在业", "在业", "异常名录"), "result": ("合格", "合格", "限期整改"), "grade": ("A 级", "B 级", "C 级")}  # fmt: skip
_ENGLISH = {"在业": "in business", "异常名录": "listed as irregular", "合格": "passed", "限期整改": "to be mended in time",
            "A 级": "grade A", "B 级": "grade B", "C 级": "grade C"}  # fmt: skip
_LAST_NAMES = "甲乙丙丁戊己庚辛壬癸"
_HOMES = {"rented_home": ResidentService.TENANCY, "aided_home": ResidentService.ELDER}


def add_records(objects: list[GridObject], units: Mapping[str, Organisation], chance: Random) -> None:
    """The departments' forms with a record for each object of their types; the last delivery of one was broken."""
    for code, department, name, name_en, fields, types, seen_by, every in _FORMS:
        form = DepartmentForm.objects.create(
            code=code,
            department=units[f"{DISTRICT}-{department}"],
            name=name,
            name_en=name_en,
            fields=[_field(*each) for each in fields],
            seen_by=seen_by,
            expected_every_days=every,
        )
        wanted = [each for each in objects if each.type.code in types]
        at = clock.now() - timedelta(days=5 if code == BROKEN else 1)
        run = FeedRun.objects.create(
            form=form,
            state=FeedState.GOOD,
            source=f"演示·{name}.csv",
            as_of=at.date(),
            at=at,
            taken=len(wanted),
        )
        DepartmentRecord.objects.bulk_create(
            (
                DepartmentRecord(
                    form=form,
                    object=each,
                    district_id=each.district_id,
                    data={key: _value(key, kind, chance) for key, _called, _called_en, kind in fields},
                    as_of=at.date(),
                    run=run,
                )
                for each in wanted
            ),
            batch_size=2000,
        )
        if code == BROKEN:
            FeedRun.objects.create(
                form=form,
                state=FeedState.BROKEN,
                source=f"演示·{name}.csv",
                at=clock.now() - timedelta(hours=6),
                problems=[{"row": 1, "problem": "缺少列：量化等级"}],
            )


def _field(key: str, name: str, name_en: str, kind: str) -> dict[str, Any]:
    field: dict[str, Any] = {"key": key, "name": name, "name_en": name_en, "type": kind}
    if kind == "choice":
        field["choices"] = list(dict.fromkeys(_WORDS[key]))
        field["choices_en"] = [_ENGLISH[word] for word in field["choices"]]
    return field


def _value(key: str, kind: str, chance: Random) -> Any:
    if key in _WORDS:
        return chance.choice(_WORDS[key])
    if kind == "date":
        return (clock.today() - timedelta(days=chance.randint(30, 2000))).isoformat()
    return chance.random() < 0.8 if kind == "yes_no" else chance.randint(1, 12)


def add_residents(objects: Iterable[GridObject], chance: Random) -> None:
    """One to three people in the homes of the community where the demo's inspector walks."""
    Resident.objects.bulk_create(_residents(objects, chance))


def _residents(objects: Iterable[GridObject], chance: Random) -> Iterator[Resident]:
    number = 0
    for each in objects:
        service = _HOMES.get(each.type.code)
        if service is None or not each.area.code.startswith(STORY_COMMUNITY):
            continue
        for _person in range(chance.randint(1, 3) if service == ResidentService.TENANCY else 1):
            number += 1
            yield Resident(
                dwelling=each,
                district_id=each.district_id,
                name=f"演示住户{_LAST_NAMES[number % 10]}{number}",
                # No telephone's number begins so.
                phone=f"1000000{number:04d}",
                service=service,
                since=clock.today() - timedelta(days=chance.randint(30, 900)),
            )
