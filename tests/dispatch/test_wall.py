"""The wall: who shows which area, what its figures count, and that it lasts for days."""

from datetime import datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session

from cases.workflow import Status
from dispatch import services as dispatch
from dispatch import wall
from gridgov import clock
from grids.models import AreaLevel
from tests.case_factories import case_in, make_case
from tests.factories import inside, make_area
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
PAGE, NOW = "/wall/", "/wall/now/"
CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=CHINA)


def figures(area) -> dict[str, tuple[int, int]]:
    return {figure.name: (figure.now, figure.then) for figure in wall.wall_of(area)["figures"]}


@pytest.mark.parametrize("person", ["dispatcher", "supervisor", "leader"])
def test_the_wall_is_that_of_ones_area(client, cast, person):
    client.force_login(getattr(cast, person))
    area = {"dispatcher": cast.city.community}.get(person, cast.city.district)
    for url in (PAGE, NOW):
        assert client.get(url).context["area"] == area


@pytest.mark.parametrize("person", ["inspector", "grid_leader", "operator", "handler", "officer", "citizen"])
def test_others_have_none(client, cast, person):
    client.force_login(getattr(cast, person))
    assert client.get(PAGE).status_code == client.get(NOW).status_code == 404


def test_a_part_of_ones_area_may_be_shown_and_nothing_beside_it(client, cast):
    client.force_login(cast.supervisor)
    assert client.get(PAGE, {"area": cast.city.street.code}).context["area"] == cast.city.street
    elsewhere = make_area(AreaLevel.DISTRICT)
    client.force_login(cast.dispatcher)
    for code in (cast.city.street.code, elsewhere.code, "999999"):
        assert client.get(PAGE, {"area": code}).status_code == 404
        assert client.get(NOW, {"area": code}).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_log_in_page(client, cast):
    assert client.get(NOW).status_code == 302


def test_the_six_numbers_stand_beside_those_of_yesterday_at_this_hour(cast):
    with clock.at(NOON - timedelta(days=1, hours=2)):
        case_in(Status.CLOSED, cast)
        make_case(cast)  # overdue an hour later, and still
    with clock.at(NOON - timedelta(days=1) + timedelta(hours=1)):
        make_case(cast)  # yesterday, but later than at this hour
    with clock.at(NOON - timedelta(minutes=10)):
        case_in(Status.HANDLED, cast)
        case_in(Status.HANDLING, cast)
    with clock.at(NOON):
        assert figures(cast.city.district) == {
            "reported": (2, 2),
            "registered": (2, 1),
            "handled": (1, 1),
            "closed": (0, 1),
            "open": (4, 1),
            "overdue": (2, 1),
        }
        assert figures(cast.city.district) == figures(cast.city.street) == figures(cast.city.community)


def test_what_was_overdue_then_is_read_from_the_timeline(cast):
    with clock.at(NOON - timedelta(hours=3)):
        late = make_case(cast)  # due an hour later
    with clock.at(NOON - timedelta(hours=1)):
        assert wall.overdue_at(cast.city.district, clock.now()) == 1
        case_in(Status.REGISTERED, cast)
    with clock.at(NOON):
        from cases import services as cases

        cases.refuse_case(late.pk, actor=cast.operator, reason="不属于受理范围")
        assert wall.overdue_at(cast.city.district, NOON - timedelta(hours=1)) == 1
        assert wall.overdue_at(cast.city.district, NOON - timedelta(hours=2, minutes=30)) == 0


def test_the_day_changes_at_midnight_in_china(cast):
    midnight = datetime(2026, 11, 26, 0, 0, tzinfo=CHINA)
    with clock.at(midnight - timedelta(minutes=1)):
        make_case(cast)
        assert figures(cast.city.district)["reported"][0] == 1
    with clock.at(midnight + timedelta(minutes=1)):
        assert figures(cast.city.district)["reported"] == (0, 0)
        make_case(cast)
        assert figures(cast.city.district)["reported"] == (1, 0)


def test_the_lights_add_up_to_what_is_open(cast):
    with clock.at(clock.now() - timedelta(hours=3)):
        make_case(cast)
    make_case(cast)
    case_in(Status.SUSPENDED, cast)
    case_in(Status.CLOSED, cast)
    assert wall.wall_of(cast.city.district)["lights"] == {
        "open": 3,
        "red": 1,
        "yellow": 0,
        "green": 1,
        "stopped": 1,
    }


def test_the_ranking_is_the_share_handled_in_time_this_month(cast):
    with clock.at(NOON - timedelta(days=3)):
        case_in(Status.HANDLED, cast)
        slow = case_in(Status.HANDLING, cast)
    with clock.at(NOON):
        dispatch.feed_back_case(slow.pk, actor=cast.handler, note="迟了")
        (rank,) = wall.wall_of(cast.city.district)["ranking"]
        assert (rank.place, rank.name, rank.in_time, rank.handled, rank.percent) == (1, "桂城街道", 1, 2, 50)
        (grid,) = wall.wall_of(cast.city.community)["ranking"]
        assert grid.name == "第一网格"
    with clock.at(NOON + timedelta(days=10)):
        assert wall.wall_of(cast.city.district)["ranking"] == []


def test_the_last_eight_cases_newest_first(client, cast):
    made = [make_case(cast) for _ in range(10)]
    client.force_login(cast.leader)
    shown = client.get(NOW).context["last"]
    assert [case["number"] for case in shown] == [case.number for case in reversed(made[2:])]


def test_what_was_reported_on_another_day_says_its_day_instead_of_an_hour(client, cast):
    with clock.at(NOON - timedelta(days=1)):
        make_case(cast)
    client.force_login(cast.leader)
    with clock.at(NOON):
        make_case(cast)
        page = client.get(NOW).content.decode()
    assert "<time>12:00</time>" in page
    assert "<time>11-24</time>" in page


def test_the_map_has_every_part_and_where_it_happened_last(cast):
    case = make_case(cast, point=inside(cast.city.other_grid))
    drawn = wall.wall_of(cast.city.community)["map"]
    assert drawn["areas"] == {cast.city.grid.code: [0, 0], cast.city.other_grid.code: [1, 0]}
    assert [dot[3] for dot in drawn["dots"]] == [case.number]


def test_an_empty_area_has_a_wall(client, cast):
    client.force_login(cast.leader)
    page = client.get(PAGE).content.decode()
    assert 'data-module="wall"' in page


def test_a_wall_costs_the_same_for_one_case_and_for_twenty(client, cast):
    client.force_login(cast.leader)
    make_case(cast)
    client.get(NOW)  # the first of a day renews the session
    one = count_queries(client, NOW)
    for _ in range(19):
        make_case(cast)
    assert count_queries(client, NOW) == one <= 32


def test_ten_walls_cost_as_much_as_one(client, cast, settings):
    settings.REMEMBER_SECONDS = 5
    client.force_login(cast.leader)
    client.get(NOW)
    assert count_queries(client, NOW) <= 6  # who asks, and for which area


@pytest.mark.django_db(transaction=True)
def test_of_many_walls_that_ask_at_once_one_works(cast, settings, monkeypatch):
    settings.REMEMBER_SECONDS = 5
    worked = []
    work_out = wall._worked_out
    monkeypatch.setattr(wall, "_worked_out", lambda area: worked.append(1) or work_out(area))

    def show():
        from django.db import connection

        try:
            wall.wall_of(cast.city.district)
        finally:
            connection.close()

    walls = [Thread(target=show) for _ in range(6)]
    for each in walls:
        each.start()
    for each in walls:
        each.join()
    assert len(worked) == 1


def test_a_wall_that_nobody_touches_keeps_its_session(client, cast, settings):
    client.force_login(cast.leader)
    session = Session.objects.get(session_key=client.session.session_key)
    Session.objects.filter(pk=session.pk).update(expire_date=clock.now() + timedelta(hours=1))
    answer = client.get(NOW)
    assert settings.SESSION_COOKIE_NAME in answer.cookies
    session.refresh_from_db()
    assert session.expire_date > clock.now() + timedelta(days=13)
    # Once a day is enough.
    assert settings.SESSION_COOKIE_NAME not in client.get(NOW).cookies
