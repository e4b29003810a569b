"""The responsibility list of the demo city."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import CaseClass, MajorClass
from dispatch.models import Responsibility
from gridgov.errors import DomainError
from grids.demo.places import DISTRICT
from grids.models import Area, AreaLevel, Organisation

# Which department of a street or of the district handles which major class; in a community its team handles
# all of these. 其他事项 (其他事件 in the older standard) is missing on purpose: nobody has said yet who clears
# snow, so that the list of cases without a responsible unit has something to show.
DEPARTMENTS = {
    "市政公用设施": "urban",
    "交通设施": "planning",
    "市容环卫设施": "urban",
    "园林绿化设施": "urban",
    "其他管理部件": "civil",
    "市容环境": "urban",
    "宣传广告": "urban",
    "施工管理": "planning",
    "街面秩序": "urban",
    # As the older standard calls them.
    "公用设施": "urban",
    "道路交通设施": "planning",
    "市容环境设施": "urban",
    "其他部件": "civil",
    "突发事件": "safety",
}
# Single classes that another department of the street or the district handles.
EXCEPTIONS = {
    "消防设施": "fire",
    "占用消防通道": "fire",
    "燃气井盖": "safety",
    "燃气调压站（箱）": "safety",
    "露天燃气管道": "safety",
    "无证餐饮": "health",
    "流浪乞讨": "residents",
}


class NothingToAnswerFor(DomainError):
    """The demo city or the catalogue is not loaded yet."""

    code = "nothing_to_answer_for"
    message = _("Load the demo city and the catalogue first: load_demo_city, load_catalogue.")


@transaction.atomic
def load_responsibilities() -> int:
    """Add the demo city's lines for the classes in use; returns how many were new.

    May run again: a line that is there already, in force or not, stays as it is. Raises `NothingToAnswerFor`.
    """
    areas = list(
        Area.objects.current().filter(
            path__startswith=f"/{DISTRICT}/",
            level__in=(AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY),
        )
    )
    classes = list(CaseClass.objects.filter(is_active=True).select_related("major"))
    if not areas or not classes:
        raise NothingToAnswerFor
    there = set(Responsibility.objects.values_list("level", "area", "major", "case_class"))
    units = {unit.code: unit for unit in Organisation.objects.filter(area__in=areas, is_active=True)}
    lines = [
        line
        for area in areas
        for line in _lines_of(area, classes, units)
        if (line.level, line.area_id, line.major_id, line.case_class_id) not in there
    ]
    Responsibility.objects.bulk_create(lines)
    return len(lines)


def _lines_of(
    area: Area, classes: list[CaseClass], units: dict[str, Organisation]
) -> Iterator[Responsibility]:
    """The lines of an area; in a community one team for all, elsewhere the departments."""
    majors: dict[int, MajorClass] = {each.major_id: each.major for each in classes}
    in_community = area.level == AreaLevel.COMMUNITY
    for major in majors.values():
        department = DEPARTMENTS.get(major.name.removesuffix("类"))
        unit = units.get(f"{area.code}-{'team' if in_community else department}")
        if department and unit:
            yield Responsibility(level=area.level, area=area, major=major, unit=unit)
    if in_community:
        return
    for case_class in classes:
        department = EXCEPTIONS.get(case_class.name.removesuffix("异常"))
        unit = units.get(f"{area.code}-{department}")
        if department and unit:
            yield Responsibility(level=area.level, area=area, case_class=case_class, unit=unit)
