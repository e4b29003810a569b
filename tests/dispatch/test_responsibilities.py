"""Which line of the responsibility list wins, and why."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from cases.models import Case
from cases.workflow import Status
from dispatch.models import Responsibility
from dispatch.responsibilities import candidates, rivals_of
from dispatch.routing import responsible_unit, unrouted
from grids.models import AreaLevel, OrganisationKind
from tests.case_factories import City, case_in
from tests.factories import make_organisation

COMMUNITY = AreaLevel.COMMUNITY
CLASS, MAJOR, ALL, OTHER = "class", "major", "all", "other class"


class List:
    """The city's responsibility list, written line by line, each with a unit of its own."""

    def __init__(self, city: City) -> None:
        Responsibility.objects.all().delete()
        self.city = city
        self.areas = {
            "district": city.district,
            "street": city.street,
            "community": city.community,
            "grid": city.grid,
            "other grid": city.other_grid,
        }

    def add(self, area: str, about: str, *, level: int = COMMUNITY, **fields) -> Responsibility:
        line = Responsibility(
            level=level,
            area=self.areas[area],
            case_class={CLASS: self.city.case_class, OTHER: self.city.other_class}.get(about),
            major=self.city.case_class.major if about == MAJOR else None,
            unit=make_organisation(self.areas[area], OrganisationKind.TEAM, name=f"{area}, {about}"),
            **fields,
        )
        line.save()
        return line

    def candidates(self, *, level: int = COMMUNITY):
        chain = [self.areas[name] for name in ("district", "street", "community", "grid")]
        return candidates(level=level, areas=chain, case_class=self.city.case_class)

    def case(self, *, level: int = COMMUNITY) -> Case:
        city = self.city
        return Case(
            district=city.district,
            street=city.street,
            community=city.community,
            grid=city.grid,
            case_class=city.case_class,
            level=level,
        )


@pytest.fixture
def lines(city) -> List:
    return List(city)


@pytest.mark.parametrize(
    ("present", "winner"),
    [
        pytest.param([("district", ALL)], ("district", ALL), id="one for everything"),
        pytest.param([("district", ALL), ("grid", ALL)], ("grid", ALL), id="the smaller area"),
        pytest.param([("grid", ALL), ("district", MAJOR)], ("district", MAJOR), id="the major class before the area"),
        pytest.param([("grid", MAJOR), ("district", CLASS)], ("district", CLASS), id="the class before all"),
        pytest.param([("street", CLASS), ("community", CLASS)], ("community", CLASS), id="smaller area, same class"),
        pytest.param([("grid", OTHER), ("street", MAJOR)], ("street", MAJOR), id="another class's is not its"),
        pytest.param([("other grid", CLASS), ("street", ALL)], ("street", ALL), id="another area's is not its"),
        pytest.param([("grid", OTHER)], None, id="nothing fits"),
        pytest.param([], None, id="nothing there"),
    ],
)  # fmt: skip
def test_the_most_specific_line_wins(lines, present, winner):
    for area, about in present:
        lines.add(area, about)
    unit = responsible_unit(lines.case())
    assert (unit and unit.name) == (winner and ", ".join(winner))


def test_a_line_holds_for_its_own_level_only(lines):
    lines.add("street", CLASS, level=AreaLevel.STREET)
    assert responsible_unit(lines.case()) is None
    assert responsible_unit(lines.case(level=AreaLevel.STREET)).name == "street, class"


def test_what_is_out_of_force_and_units_that_no_longer_work_are_passed_over(lines):
    lines.add("grid", CLASS, is_active=False)
    closed = lines.add("community", CLASS)
    lines.add("district", ALL)
    assert responsible_unit(lines.case()) == closed.unit
    closed.unit.is_active = False
    closed.unit.save()
    assert responsible_unit(lines.case()).name == "district, all"


def test_a_case_without_a_class_is_routed_to_nobody(lines):
    lines.add("district", ALL)
    case = lines.case()
    case.case_class = None
    assert responsible_unit(case) is None


def test_every_candidate_is_listed_in_order_with_why(lines, django_assert_num_queries):
    for area, about in [("district", ALL), ("street", CLASS), ("community", CLASS), ("grid", MAJOR)]:
        lines.add(area, about)
    lines.add("grid", CLASS, is_active=False)
    closed = lines.add("grid", ALL).unit
    closed.is_active = False
    closed.save()
    lines.add("grid", OTHER)
    lines.add("other grid", CLASS)
    with django_assert_num_queries(2):
        found = lines.candidates()
    assert [(each.line.unit.name, each.wins) for each in found] == [
        ("community, class", True),
        ("street, class", False),
        ("grid, major", False),
        ("district, all", False),
        ("grid, class", False),
        ("grid, all", False),
    ]
    assert len({each.why for each in found}) == 5


def test_no_line_no_candidates(lines):
    assert lines.candidates() == []


def test_a_line_knows_whom_it_beats_and_who_beats_it(lines):
    line = lines.add("street", MAJOR)
    for area, about in [
        ("district", CLASS), ("grid", MAJOR), ("district", MAJOR), ("grid", ALL), ("grid", OTHER),
    ]:  # fmt: skip
        lines.add(area, about)
    lines.add("community", MAJOR, is_active=False)
    lines.add("street", CLASS, level=AreaLevel.STREET)
    stronger, weaker = rivals_of(line)
    assert [each.unit.name for each in stronger] == ["district, class", "grid, major"]
    assert [each.unit.name for each in weaker] == ["district, major", "grid, all"]


def test_a_line_for_everything_is_beaten_by_all_that_name_something(lines):
    line = lines.add("community", ALL)
    lines.add("street", OTHER)
    lines.add("grid", ALL)
    lines.add("street", ALL)
    stronger, weaker = rivals_of(line)
    assert [each.unit.name for each in stronger] == ["street, other class", "grid, all"]
    assert [each.unit.name for each in weaker] == ["street, all"]


def test_one_unit_answers_for_one_thing_in_one_area(lines):
    lines.add("grid", CLASS)
    lines.add("grid", CLASS, is_active=False)
    with pytest.raises(IntegrityError, match="responsibility_one_unit"):
        lines.add("grid", CLASS)


def test_a_command_centre_is_no_unit(lines, city):
    line = Responsibility(level=COMMUNITY, area=city.grid, unit=city.community_centre)
    with pytest.raises(ValidationError, match="unit"):
        line.full_clean()


def test_a_line_names_a_class_or_a_major_class_not_both(lines, city):
    line = Responsibility(
        level=COMMUNITY,
        area=city.grid,
        case_class=city.case_class,
        major=city.case_class.major,
        unit=city.team,
    )
    with pytest.raises(ValidationError) as refused:
        line.full_clean()
    assert refused.value.message_dict.keys() == {"__all__"}


def test_registered_cases_that_nobody_answers_for_are_unrouted(cast):
    case = case_in(Status.REGISTERED, cast)
    assert not unrouted(Case.objects.all()).exists()
    Responsibility.objects.filter(level=COMMUNITY).update(is_active=False)
    assert list(unrouted(Case.objects.all())) == [case]
    List(cast.city).add("grid", OTHER)
    assert list(unrouted(Case.objects.all())) == [case]
