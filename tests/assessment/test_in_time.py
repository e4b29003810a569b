"""In time is one thing: the wall's ranking, a unit's load and the figures say the same of every case."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assessment.figures.answer import answer_of
from assessment.figures.question import QuestionForm, question_of
from assessment.services.facts import read_facts
from cases import services as cases
from cases.models import Case
from cases.workflow import Status
from dispatch import services as dispatch
from dispatch.sweep import sweep
from dispatch.unit_load import loads_of
from dispatch.wall import wall_of
from gridgov import clock
from tests.case_factories import Cast, case_in
from tests.factories import inside

pytestmark = pytest.mark.django_db
# The limit of handling is 24 hours, at the street 48.
BEGUN = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def hours(number: float) -> Any:
    return clock.at(BEGUN + timedelta(hours=number))


def feed_back(case: Case, cast: Cast, **fields: Any) -> None:
    dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换灯泡", **fields)


def at_once(case: Case, cast: Cast) -> None:
    with hours(2):
        feed_back(case, cast)


def late(case: Case, cast: Cast) -> None:
    with hours(30):
        feed_back(case, cast)


def late_after_it_climbed(case: Case, cast: Cast) -> None:
    with hours(25):
        assert sweep().climbed == 1
    with hours(30):
        feed_back(case, cast)


def in_time_without_signal_though_it_climbed(case: Case, cast: Cast) -> None:
    with hours(25):
        assert sweep().climbed == 1
    with hours(30):
        feed_back(case, cast, done_at=BEGUN + timedelta(hours=20))


def late_and_again_after_rework(case: Case, cast: Cast) -> None:
    with hours(30):
        feed_back(case, cast)
        cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="灯还是不亮")
    with hours(31):
        feed_back(case, cast)


def sent_back_for_rework(case: Case, cast: Cast) -> None:
    with hours(2):
        feed_back(case, cast)
        cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="灯还是不亮")


@pytest.mark.parametrize(
    ("goes", "handled", "in_time"),
    [
        (at_once, 1, 1),
        (late, 1, 0),
        (late_after_it_climbed, 1, 0),
        (in_time_without_signal_though_it_climbed, 1, 1),
        (late_and_again_after_rework, 1, 0),
        (sent_back_for_rework, 0, 0),
    ],
)
def test_wall_load_and_figures_say_the_same(
    cast: Cast, goes: Callable[[Case, Cast], None], handled: int, in_time: int
) -> None:
    with hours(0):
        case = case_in(Status.HANDLING, cast)
    goes(case, cast)
    with hours(40):
        ranking = wall_of(cast.city.district)["ranking"]
        load = loads_of([cast.city.team.pk])[cast.city.team.pk]
        read_facts()
        counts = answer_of(question_of(cast.leader, QuestionForm({}))).total.counts
    assert [(rank.handled, rank.in_time) for rank in ranking] == [(handled, in_time)] * bool(handled)
    assert (load.handled, load.in_time) == (handled, in_time)
    assert (counts["handled"], counts["in_time"], counts["late"]) == (handled, in_time, handled - in_time)


def test_two_areas_of_one_name_are_two_in_the_ranking(cast: Cast) -> None:
    cast.city.other_grid.name = cast.city.grid.name
    cast.city.other_grid.save(update_fields=["name"])
    for grid in (cast.city.grid, cast.city.other_grid):
        case_in(Status.HANDLED, cast, point=inside(grid))
    assert [rank.handled for rank in wall_of(cast.city.community)["ranking"]] == [1, 1]
