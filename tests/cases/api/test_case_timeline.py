"""GET cases/<number>/timeline/."""

import pytest

from cases import services
from cases.models import Case
from cases.services.steps import take_step
from cases.workflow import Action, Status
from tests.case_factories import case_in, make_case, stored
from tests.cases.api.caller import V1, Caller

pytestmark = pytest.mark.django_db


def timeline(user, case, **wanted):
    return Caller(user).get(f"{V1}cases/{case.number}/timeline/", wanted)


def test_it_says_who_did_what_under_which_post_in_order(cast):
    case = case_in(Status.DISPATCHED, cast)

    rows = timeline(cast.operator, case).json()["results"]

    assert [row["action"] for row in rows] == ["report", "register", "dispatch"]
    assert [row["seq"] for row in rows] == [1, 2, 3]
    last = rows[-1]
    assert (last["from_status"], last["to_status"]) == ("registered", "dispatched")
    assert (last["actor"], last["capacity"], last["role"]) == ("dispatcher", "dispatcher", "dispatcher")
    assert last["organisation"]["code"] == cast.city.community_centre.code
    assert last["unit"]["code"] == cast.city.team.code
    assert last["due_after"]


def test_the_clocks_acts_have_no_actor(cast):
    case = make_case(cast)
    locked = Case.objects.get(pk=case.pk)
    take_step(locked, Action.ESCALATE, actor=None, holder=cast.city.street_centre)

    last = timeline(cast.operator, case).json()["results"][-1]

    assert (last["action"], last["capacity"], last["actor"], last["role"]) == (
        "escalate",
        "clock",
        None,
        None,
    )
    assert last["level"] == "street"


def test_photos_stand_with_the_step_they_came_with(cast):
    case = make_case(cast, photos=stored(cast.inspector, "red", "blue"))
    services.settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector))

    rows = timeline(cast.inspector, case).json()["results"]

    assert [[photo["kind"] for photo in row["photos"]] for row in rows] == [["before", "before"], ["after"]]


def test_a_long_one_has_pages(cast):
    case = make_case(cast)
    for _ in range(4):
        services.comment_case(case.pk, actor=cast.operator, text="看过了")

    first = timeline(cast.operator, case, page_size=3).json()
    second = Caller(cast.operator).get(first["next"]).json()

    assert [row["seq"] for row in first["results"] + second["results"]] == [1, 2, 3, 4, 5]
    assert second["next"] is None


def test_a_stranger_finds_nothing_and_nobody_must_log_in(cast):
    case = make_case(cast)

    assert timeline(cast.stranger, case).status_code == 404
    assert timeline(None, case).status_code == 401


def test_the_number_of_queries_is_the_same_for_one_row_and_fifty(cast, django_assert_max_num_queries):
    case, counts = make_case(cast), []
    for more in (0, 49):
        for _ in range(more):
            services.comment_case(case.pk, actor=cast.operator, text="看过了")
        caller = Caller(cast.operator)
        with django_assert_max_num_queries(10) as queries:
            assert len(caller.get(f"{V1}cases/{case.number}/timeline/").json()["results"]) == more + 1
        counts.append(len(queries))

    assert counts[0] == counts[1]
