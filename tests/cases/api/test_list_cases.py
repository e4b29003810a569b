"""GET cases/: the list and its filters."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import Case
from cases.workflow import Status
from dispatch import services as dispatch
from gridgov import clock
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import inside

pytestmark = pytest.mark.django_db

LIST = f"{V1}cases/"


def numbers(user, **wanted):
    response = Caller(user).get(LIST, wanted)
    assert response.status_code == 200, response.json()
    return [row["number"] for row in response.json()["results"]]


def test_a_row_says_what_a_list_shows(cast):
    case = case_in(Status.DISPATCHED, cast)

    (row,) = Caller(cast.dispatcher).get(LIST).json()["results"]

    assert row["number"] == case.number
    assert row["status"] == "dispatched"
    assert row["case_class"]["code"] == "01001"
    assert row["unit"] == {"code": cast.city.team.code, "name": cast.city.team.name}
    assert row["areas"][-1]["name"] == "第一网格"
    assert row["light"] == "green"


def test_everybody_sees_what_their_posts_show_newest_first(cast):
    first, second = make_case(cast), case_in(Status.DISPATCHED, cast)

    assert numbers(cast.operator) == [second.number, first.number]
    assert numbers(cast.handler) == [second.number]
    assert numbers(cast.stranger) == numbers(cast.citizen) == []


def test_nobody_is_asked_to_log_in():
    assert Caller().get(LIST).status_code == 401


def test_filters_by_status_and_by_being_open(cast):
    reported, closed, handling = make_case(cast), case_in(Status.CLOSED, cast), case_in(Status.HANDLING, cast)

    assert numbers(cast.operator, status="closed") == [closed.number]
    assert numbers(cast.operator, status=["closed", "handling"]) == [handling.number, closed.number]
    assert numbers(cast.operator, open="true") == [handling.number, reported.number]
    assert numbers(cast.operator, open="false") == [closed.number]


def test_filters_by_class_named_by_id_or_code(cast):
    lamp, rubbish = make_case(cast), make_case(cast, case_class=cast.city.other_class)

    assert numbers(cast.operator, case_class=cast.city.case_class.pk) == [lamp.number]
    assert numbers(cast.operator, case_class="component:02001") == [rubbish.number]
    assert numbers(cast.operator, case_class="event:02001") == []
    assert numbers(cast.operator, case_class="nonsense") == []


def test_filters_by_level_holder_and_unit(cast):
    low, high = case_in(Status.DISPATCHED, cast), make_case(cast)
    dispatch.escalate_case(high.pk, actor=cast.supervisor, reason="太难")

    assert numbers(cast.supervisor, level="street") == [high.number]
    assert numbers(cast.supervisor, level="community") == [low.number]
    assert numbers(cast.supervisor, holder=cast.city.street_centre.code) == [high.number]
    assert numbers(cast.supervisor, unit=cast.city.team.code) == [low.number]
    assert numbers(cast.supervisor, unit="nobody") == []


def test_filters_by_area_of_any_level(cast):
    here = make_case(cast)
    there = make_case(cast, point=inside(cast.city.other_grid))
    unplaced = make_case(cast, point=None)

    assert numbers(cast.supervisor, area=cast.city.grid.code) == [here.number]
    assert numbers(cast.supervisor, area=cast.city.community.code) == [there.number, here.number]
    assert numbers(cast.supervisor, area=cast.city.street.code) == [there.number, here.number]
    assert numbers(cast.supervisor, area=cast.city.district.code) == [
        unplaced.number,
        there.number,
        here.number,
    ]
    assert numbers(cast.supervisor, area="999999") == []
    assert numbers(cast.supervisor, unplaced="true") == [unplaced.number]


def test_filters_by_channel_and_by_the_reporter(cast):
    walked, called = make_case(cast), make_case(cast, actor=cast.operator, channel="hotline")

    assert numbers(cast.operator, channel="hotline") == [called.number]
    assert numbers(cast.inspector, mine="true") == [walked.number]
    assert numbers(cast.operator, mine="false") == [walked.number]


def test_overdue_is_what_is_late_now(cast):
    late, early = make_case(cast), case_in(Status.HANDLING, cast)

    with clock.at(clock.now() + timedelta(hours=2)):
        assert numbers(cast.operator, overdue="true") == [late.number]
        assert numbers(cast.operator, overdue="false") == [early.number]


def test_filters_what_is_under_supervision(cast):
    quiet, supervised = make_case(cast), make_case(cast)
    Case.objects.filter(pk=supervised.pk).update(supervised_at=clock.now())

    assert numbers(cast.operator, supervised="true") == [supervised.number]
    assert numbers(cast.operator, supervised="false") == [quiet.number]


def test_filters_by_what_the_unit_asks_for(cast):
    asked, _quiet = case_in(Status.HANDLING, cast), case_in(Status.HANDLING, cast)
    dispatch.ask_return(asked.pk, actor=cast.handler, reason="不是我们的")

    assert numbers(cast.dispatcher, request="ask_return") == [asked.number]
    assert numbers(cast.dispatcher, request="ask_extension") == []


def test_filters_by_when_it_was_reported(cast):
    start = clock.now()
    found = []
    for days in range(3):
        with clock.at(start + timedelta(days=days)):
            found.append(make_case(cast))
    middle = {
        "reported_from": (start + timedelta(days=1)).isoformat(),
        "reported_before": (start + timedelta(days=2)).isoformat(),
    }

    assert numbers(cast.operator, **middle) == [found[1].number]


def test_searches_the_number_and_the_channels_own_number(cast):
    case, _other = make_case(cast, external_id="12345-A7"), make_case(cast)

    assert numbers(cast.operator, search=case.number) == [case.number]
    assert numbers(cast.operator, search="12345-A7") == [case.number]
    assert len(numbers(cast.operator, search=case.number[:8])) == 2
    assert numbers(cast.operator, search="12345") == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"ordering": "random"},
        {"status": "asleep"},
        {"level": "7"},
        {"channel": "pigeon"},
        {"reported_from": "yesterday"},
    ],
)
def test_a_value_that_cannot_be_is_refused(cast, wanted):
    response = Caller(cast.operator).get(LIST, wanted)

    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] in wanted


@pytest.mark.parametrize("name", ["search", "area", "holder", "unit", "case_class"])
def test_odd_values_find_nothing_and_break_nothing(cast, name):
    make_case(cast)

    for value in ("\0", "'; --", "%", "𝒳" * 300, "9" * 40):
        response = Caller(cast.operator).get(LIST, {name: value})

        assert response.status_code in (200, 400), value
        assert not response.json().get("results"), value


def test_the_number_of_queries_is_the_same_for_one_row_and_fifty(cast, django_assert_max_num_queries):
    wanted = {"area": cast.city.district.code, "holder": cast.city.community_centre.code, "open": "true"}
    counts = []
    for more in (1, 49):
        for index in range(more):
            case = make_case(cast, case_class=(cast.city.case_class, cast.city.other_class)[index % 2])
            if index % 3 == 0:
                services.register_case(case.pk, actor=cast.operator)
                dispatch.dispatch_case(case.pk, actor=cast.dispatcher)
        caller = Caller(cast.operator)
        with django_assert_max_num_queries(10) as queries:
            assert len(caller.get(LIST, wanted).json()["results"]) == (1 if more == 1 else 50)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_errors_have_codes(cast):
    assert codes(Caller(cast.operator).get(LIST, {"status": "asleep"})) == ["invalid_choice"]
