"""The list of all cases one may see."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case
from cases.services import comment_case
from cases.workflow import Status
from dispatch.services import ask_return, escalate_case
from dispatch.sweep import sweep
from gridgov import clock
from tests.case_factories import case_in, make_case, stored
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
URL = "/cases/"


def shown(client, **asked):
    return client.get(URL, asked).context["cases"]


def test_the_newest_stands_first_whatever_its_status(client, cast):
    cases = [case_in(status, cast) for status in (Status.CLOSED, Status.REPORTED, Status.VOID)]
    client.force_login(cast.leader)
    assert shown(client) == cases[::-1]


def test_an_emergency_says_so_in_its_row(client, cast):
    emergency, _ = make_case(cast), make_case(cast)
    client.force_login(cast.leader)
    assert (
        "Emergency"
        not in client.get(URL, headers={"Accept-Language": "en"}).content.decode().split("<table")[1]
    )
    Case.objects.filter(pk=emergency.pk).update(emergency_at=clock.now())
    rows = client.get(URL, headers={"Accept-Language": "en"}).content.decode().split("<tr data-row")[1:]
    assert ["Emergency" in row for row in rows] == [False, True]


def test_everybody_sees_their_own_part(client, cast):
    dispatched, reported = case_in(Status.DISPATCHED, cast), make_case(cast)
    for person, expected in (
        (cast.operator, [reported, dispatched]),
        (cast.inspector, [reported, dispatched]),
        (cast.supervisor, [reported, dispatched]),
        (cast.handler, [dispatched]),
        (cast.officer, []),
        (cast.stranger, []),
        (cast.citizen, []),
    ):
        client.force_login(person)
        assert shown(client) == expected, person


def test_open_ones_by_time_left(client, cast):
    case_in(Status.CLOSED, cast)
    handling = case_in(Status.HANDLING, cast)  # 24 hours
    reported = make_case(cast)  # 1 hour
    client.force_login(cast.leader)
    assert shown(client, order="due") == [reported, handling]


def test_a_whole_number_opens_its_case_in_any_state(client, cast):
    client.force_login(cast.operator)
    for status in (Status.REPORTED, Status.MERGED, Status.VOID, Status.CLOSED):
        case = case_in(status, cast)
        assert client.get(URL, {"q": case.number}).url == reverse("cases:case_detail", args=[case.number])


def test_the_number_of_a_case_one_may_not_see_opens_nothing(client, cast):
    case = make_case(cast)
    client.force_login(cast.stranger)
    assert shown(client, q=case.number) == []


def test_every_filter_finds_what_it_names(client, cast):
    handling, reported = case_in(Status.HANDLING, cast), make_case(cast, channel="media")
    supervised = make_case(cast)
    with clock.at(clock.now() + timedelta(days=1)):
        for hours in range(0, 30, 2):
            with clock.at(clock.now() + timedelta(hours=hours)):
                sweep(type(supervised).objects.filter(pk=supervised.pk))
    ask_return(handling.pk, actor=cast.handler, reason="不归我们")
    city = cast.city
    client.force_login(cast.leader)
    for asked, expected in (
        ({"status": ["handling"]}, [handling]),
        ({"status": ["handling", "reported"]}, [supervised, reported, handling]),
        ({"unit": city.team.code}, [handling]),
        ({"holder": city.community_centre.code}, [reported, handling]),
        ({"level": "district"}, [supervised]),
        ({"channel": "media"}, [reported]),
        ({"supervised": "true"}, [supervised]),
        ({"request": "ask_return"}, [handling]),
        ({"area": city.grid.code, "status": ["handling"]}, [handling]),
        ({"area": city.other_grid.code}, []),
    ):
        assert client.get(URL, asked).context["cases"] == expected, asked


@pytest.mark.parametrize(
    "narrowed", ["since=0001-01-01", "until=9999-12-31", "since=0202-11-22", "until=tomorrow"]
)
def test_a_day_that_nobody_means_is_left_out_and_that_is_said(client, cast, narrowed):
    case = make_case(cast)
    client.force_login(cast.leader)
    page = client.get(f"/cases/?{narrowed}", headers={"Accept-Language": "en"})
    assert page.context["cases"] == [case]
    assert "One of the filters could not be read" in page.content.decode()
    assert client.get(f"/map/cases/?bbox=113,23,114,24&zoom=12&{narrowed}").status_code == 200


@pytest.mark.parametrize(
    "place", ["after:2026-11-22~1", "after:~", "before:2026-11-22T00:00:00+08:00~~1", "x"]
)
def test_a_page_that_nobody_named_is_the_first_one(client, cast, place):
    case = make_case(cast)
    client.force_login(cast.leader)
    assert client.get("/cases/", {"order": "due", "page": place}).context["cases"] == [case]


def test_a_row_shows_what_is_special(client, cast):
    case = make_case(cast)
    escalate_case(case.pk, actor=cast.operator, reason="需街道协调")
    client.force_login(cast.leader)
    assert "Moved up a level" in client.get(URL, headers={"Accept-Language": "en"}).content.decode()


def test_the_page_costs_the_same_for_one_row_and_for_thirty(client, cast):
    client.force_login(cast.supervisor)
    case_in(Status.HANDLED, cast, photos=stored(cast.inspector))
    one = count_queries(client, URL)
    for _ in range(29):
        case = case_in(Status.HANDLING, cast, photos=stored(cast.inspector))
        comment_case(case.pk, actor=cast.leader, text="尽快")
    assert count_queries(client, URL) == one <= 11


def test_a_case_is_found_by_the_part_of_its_number_that_people_say(client, cast):
    first, second = make_case(cast), make_case(cast)
    client.force_login(cast.operator)
    running, day = second.number[-6:], second.number[7:]
    assert shown(client, q=running) == [second]
    assert shown(client, q=running.lstrip("0").zfill(3)) == [second]
    assert shown(client, q=day) == [second]
    assert shown(client, q=day[:-1]) == [second, first]
    assert shown(client, q="999999") == []
