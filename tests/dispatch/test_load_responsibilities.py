"""The responsibility list of the demo city."""

import pytest
from django.core.management import CommandError, call_command

from cases.models import CaseClass, ClassKind, MajorClass
from dispatch.demo import DEPARTMENTS, EXCEPTIONS, load_responsibilities
from dispatch.models import Responsibility
from dispatch.responsibilities import candidates
from grids.models import Area, AreaLevel, Organisation, OrganisationKind
from grids.selectors import chain_of
from tests.dispatch.small_demo import run
from tests.factories import make_area, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Area:
    """A community of the demo city with its team, and the departments above it."""
    district = make_area(AreaLevel.DISTRICT, code="440605")
    street = make_area(AreaLevel.STREET, parent=district, code="440605011")
    community = make_area(AreaLevel.COMMUNITY, parent=street, code="440605011001")
    make_organisation(community, OrganisationKind.TEAM, code=f"{community.code}-team")
    for area in (district, street):
        for department in {*DEPARTMENTS.values(), *EXCEPTIONS.values()}:
            make_organisation(area, OrganisationKind.DEPARTMENT, code=f"{area.code}-{department}")
    return community


@pytest.fixture
def classes() -> dict[str, CaseClass]:
    """A few classes in use, of three major classes."""
    return {
        name: CaseClass.objects.create(
            major=MajorClass.objects.get_or_create(
                standard="GB/T 47678.5-2026", kind=ClassKind.EVENT, code=major[:2], name=major[2:]
            )[0],
            code=code,
            full_code=major[:2] + code,
            name=name,
        )
        for major, code, name in [
            ("01市政公用设施类", "037", "路灯异常"),
            ("01市政公用设施类", "013", "消防设施异常"),
            ("08施工管理类", "004", "工地扬尘"),
            ("10其他事项类", "001", "道路积雪、结冰"),
        ]
    }


def unit_for(community: Area, case_class: CaseClass, level: AreaLevel) -> str | None:
    found = candidates(level=level, areas=chain_of(community), case_class=case_class)
    return next((each.line.unit.code for each in found if each.wins), None)


def test_every_level_has_its_unit_for_every_major_class_but_one(community, classes):
    load_responsibilities()
    answers = {name: [unit_for(community, classes[name], level) for level in (4, 2, 1)] for name in classes}
    assert answers == {
        "路灯异常": ["440605011001-team", "440605011-urban", "440605-urban"],
        # A single class may go to another department than its major class.
        "消防设施异常": ["440605011001-team", "440605011-fire", "440605-fire"],
        "工地扬尘": ["440605011001-team", "440605011-planning", "440605-planning"],
        # Left out on purpose, so that the list of unrouted cases has something to show.
        "道路积雪、结冰": [None, None, None],
    }


def test_loading_again_adds_nothing_and_changes_nothing(community, classes):
    assert load_responsibilities() == 2 * 2 + 2 + 2
    line = Responsibility.objects.get(case_class=None, level=1, major__code="08")
    line.unit = Organisation.objects.get(code="440605-urban")
    line.save()
    Responsibility.objects.filter(level=2).update(is_active=False)
    assert load_responsibilities() == 0
    line.refresh_from_db()
    assert line.unit.code == "440605-urban"


def test_only_classes_in_use_get_lines(community, classes):
    CaseClass.objects.exclude(name="工地扬尘").update(is_active=False)
    assert load_responsibilities() == 3


def test_without_the_demo_city_or_the_catalogue_it_says_what_to_do_first(classes):
    with pytest.raises(CommandError, match=r"load_demo_city.*load_catalogue"):
        call_command("load_responsibilities")


def test_the_command_says_what_it_did(community, classes):
    assert run("load_responsibilities") == "responsibilities: 8 new\n"
