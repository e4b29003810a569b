"""Pages of the list of cases: no row is lost or doubled, whatever comes in between."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from cases.models import Case
from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import make_post

pytestmark = pytest.mark.django_db

LIST = f"{V1}cases/"


def walk(user, between=lambda: None, **wanted):
    """The numbers on each page, `between` being called before each next page."""
    caller, pages = Caller(user), []
    response = caller.get(LIST, wanted)
    while True:
        pages.append([row["number"] for row in response.json()["results"]])
        address = response.json()["next"]
        if address is None:
            return pages
        between()
        response = caller.get(address)


def walk_through(user, **wanted):
    """The numbers on all pages."""
    return [number for page in walk(user, **wanted) for number in page]


def due(case, hours):
    """Give a case a due time, or none."""
    moment = None if hours is None else clock.now().replace(microsecond=123456) + timedelta(hours=hours)
    Case.objects.filter(pk=case.pk).update(stage_due_at=moment)
    return case.number


def test_the_newest_come_first_and_the_last_page_has_no_next(cast):
    made = [make_case(cast).number for _ in range(5)]

    assert walk(cast.operator, page_size=2) == [made[:2:-1], made[2:0:-1], made[:1]]


def test_a_page_that_is_just_full_is_the_last(cast):
    for _ in range(4):
        make_case(cast)

    assert [len(page) for page in walk(cast.operator, page_size=2)] == [2, 2]


def test_newest_first_loses_and_doubles_nothing_while_cases_come_in(cast):
    before = {make_case(cast).number for _ in range(7)}

    seen = walk_through(cast.operator, between=lambda: make_case(cast), page_size=2)

    assert len(seen) == len(set(seen))
    assert set(seen) == before


def test_by_time_left_the_most_overdue_come_first_and_what_has_no_clock_last(cast):
    late, soon, later = make_case(cast), make_case(cast), make_case(cast)
    wanted = [due(late, -3), due(soon, 1), due(later, 5), case_in(Status.SUSPENDED, cast).number]

    assert walk(cast.operator, ordering="time_left", page_size=10) == [wanted]
    assert walk_through(cast.operator, ordering="time_left", page_size=1) == wanted


def test_by_time_left_pages_through_equal_times_and_through_cases_without_one(cast):
    hours = [1, 1, 1, 1, 1, None, None, None, 2, -1]
    wanted = {due(make_case(cast), left) for left in hours}

    for size in (1, 2, 3, 4, 7):
        seen = walk_through(cast.operator, ordering="time_left", page_size=size)
        assert len(seen) == len(set(seen)) == len(hours)
        assert set(seen) == wanted


def test_by_time_left_loses_and_doubles_nothing_while_cases_come_in(cast):
    before = {due(make_case(cast), hours) for hours in (-2, 1, 1, 3, None, None, None)}
    left = iter([-5, 1, 2, None, 9, None, 0, 0, 0])

    seen = walk_through(
        cast.operator,
        between=lambda: due(make_case(cast), next(left, 1)),
        ordering="time_left",
        page_size=2,
    )

    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_by_time_left_shows_open_cases_only(cast):
    open_case = make_case(cast)
    case_in(Status.CLOSED, cast)

    assert walk(cast.operator, ordering="time_left") == [[open_case.number]]


def test_a_page_has_fifty_rows_unless_another_size_is_asked_for(cast):
    for _ in range(51):
        make_case(cast)

    assert [len(page) for page in walk(cast.operator)] == [50, 1]
    assert [len(page) for page in walk(cast.operator, page_size=100)] == [51]


@pytest.mark.parametrize(("asked", "given"), [("1000", 3), ("0", 1), ("-5", 1), ("many", 3)])
def test_odd_sizes_are_brought_into_bounds(cast, asked, given):
    for _ in range(3):
        make_case(cast)

    assert len(walk(cast.operator, page_size=asked)[0]) == given


def test_the_next_page_keeps_the_filters(cast):
    wanted = [make_case(cast, channel="media").number for _ in range(3)]
    make_case(cast)

    assert walk_through(cast.operator, channel="media", page_size=1) == wanted[::-1]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "%00",
        '["newest"]',
        '["newest", "x"]',
        '["newest", null]',
        '["time_left", 1, 2]',
        "[]",
        "{}",
        "7",
    ],
)
def test_a_damaged_page_address_is_not_found(cast, cursor):
    make_case(cast)
    encoded = urlsafe_b64encode(cursor.encode()).decode() if cursor[0] in '[{"7' else cursor

    response = Caller(cast.operator).get(LIST, {"cursor": encoded})

    assert response.status_code == 404
    assert codes(response) == ["not_found"]


def test_a_page_of_one_order_is_not_one_of_another(cast):
    for _ in range(3):
        make_case(cast)
    address = Caller(cast.operator).get(LIST, {"page_size": 1}).json()["next"]

    assert Caller(cast.operator).get(f"{address}&ordering=time_left").status_code == 404


def test_a_case_that_one_sees_for_several_reasons_stands_there_once(cast):
    make_post(cast.inspector, "handler", cast.city.team)
    make_post(cast.inspector, "leader", cast.city.district_centre)
    wanted = {case_in(Status.DISPATCHED, cast).number for _ in range(3)}
    wanted |= {make_case(cast, actor=cast.operator).number, make_case(cast, point=None).number}

    for ordering in ("newest", "time_left"):
        for size in (1, 2, 5):
            seen = walk_through(cast.inspector, ordering=ordering, page_size=size)
            assert sorted(seen) == sorted(wanted)


def test_an_administrator_sees_all_cases(cast):
    wanted = [make_case(cast).number for _ in range(3)]
    cast.citizen.is_superuser = True
    cast.citizen.save()

    assert walk_through(cast.citizen, page_size=2) == wanted[::-1]
