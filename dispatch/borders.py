"""Cases across borders: the units that would do their parts in the areas that a case reaches into."""

from dataclasses import dataclass

from cases.models import Case
from dispatch.routing import matching_responsibilities
from grids.models import Area, AreaLevel, Organisation


@dataclass(frozen=True)
class Across:
    """A unit that answers for the class in a part of where a case runs."""

    unit: Organisation
    area: Area


def units_across(case: Case) -> list[Across]:
    """The units that the responsibilities name one level below the holder, in each area there that the case touches.

    A case of a district through three streets: the three streets' units for its class. Each unit once, never the one
    that leads; none for a case within borders. One query for the areas, one for each of them.
    """
    if not case.more_area_ids or case.case_class is None:
        return []
    touched = list(Area.objects.filter(pk__in=case.touched_area_ids).order_by("code"))
    below = min(
        (area.level for area in touched if area.level > case.level and _has_units(area)), default=None
    )
    found: dict[int, Across] = {}
    for area in touched:
        if area.level != below:
            continue
        chain = [one.pk for one in touched if area.path.startswith(one.path)]
        line = matching_responsibilities(level=area.level, area_ids=chain, case_class=case.case_class).first()
        if line and line.unit_id != case.unit_id:
            found.setdefault(line.unit_id, Across(line.unit, area))
    return list(found.values())


def _has_units(area: Area) -> bool:
    """The levels of command below the district; grids have no units."""
    return area.level in (AreaLevel.STREET, AreaLevel.COMMUNITY)
