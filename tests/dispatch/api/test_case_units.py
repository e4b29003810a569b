"""GET cases/<number>/units/: the unit that would be named, and why."""

import pytest

from dispatch.models import Responsibility
from grids.models import AreaLevel, OrganisationKind
from tests.case_factories import make_case
from tests.cases.api.caller import V1, Caller
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def units(user, case):
    return Caller(user).get(f"{V1}cases/{case.number}/units/")


def test_the_line_that_wins_comes_first_with_its_reason(cast):
    city = cast.city
    lamps = make_organisation(city.community, OrganisationKind.TEAM, name="路灯班")
    Responsibility.objects.create(
        level=AreaLevel.COMMUNITY, area=city.street, case_class=city.case_class, unit=lamps
    )

    told = units(cast.dispatcher, make_case(cast)).json()

    assert told["unit"] == {"code": lamps.code, "name": "路灯班"}
    assert [(line["unit"]["code"], line["covers"], line["area"]["level"]) for line in told["lines"]] == [
        (lamps.code, "class", "street"),
        (city.team.code, "all", "community"),
    ]


def test_a_line_for_the_major_class_says_so(cast):
    Responsibility.objects.update(is_active=False)
    Responsibility.objects.create(
        level=AreaLevel.COMMUNITY,
        area=cast.city.grid,
        major=cast.city.case_class.major,
        unit=cast.city.team,
    )

    (line,) = units(cast.dispatcher, make_case(cast)).json()["lines"]

    assert (line["covers"], line["area"]["name"]) == ("major", "第一网格")


def test_nothing_fits_or_no_class_is_known(cast):
    without_class = make_case(cast, case_class=None)
    assert units(cast.dispatcher, without_class).json() == {"unit": None, "lines": []}

    Responsibility.objects.all().delete()
    assert units(cast.dispatcher, make_case(cast)).json() == {"unit": None, "lines": []}


def test_a_stranger_finds_nothing_and_nobody_must_log_in(cast):
    case = make_case(cast)

    assert units(cast.stranger, case).status_code == 404
    assert units(None, case).status_code == 401


def test_more_lines_take_no_more_queries(cast, django_assert_max_num_queries):
    case, counts = make_case(cast), []
    for area in (None, cast.city.street, cast.city.district, cast.city.grid):
        if area:
            Responsibility.objects.create(level=AreaLevel.COMMUNITY, area=area, unit=cast.city.team)
        caller = Caller(cast.dispatcher)
        with django_assert_max_num_queries(10) as queries:
            caller.get(f"{V1}cases/{case.number}/units/")
        counts.append(len(queries))

    assert len(set(counts)) == 1
