"""The live map's page and what it asks for: cases, areas, rows; who sees what."""

from datetime import timedelta

import pytest

from cases.models import Case, CaseContact
from cases.workflow import Status
from dispatch import live_map, map_layers
from gridgov import clock
from grids.models import AreaLevel, ObjectKind, ObjectState, Role
from tests.case_factories import case_in, make_case
from tests.factories import inside, make_area, make_organisation, make_post, make_user
from tests.pages import count_queries
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db
PAGE, CASES, ROWS, OBJECTS = "/map/", "/map/cases/", "/map/rows/", "/map/objects/"


def box_of(area) -> str:
    west, south, east, north = area.versions.get().outline.extent
    return f"{west},{south},{east},{north}"


@pytest.fixture
def ask(client, cast):
    """What the map gets of an area's box for a person of the cast."""

    def ask(person, within=None, zoom=18, url=CASES, **more):
        client.force_login(person)
        return client.get(url, {"bbox": box_of(within or cast.city.community), "zoom": zoom, **more})

    return ask


def numbers(found) -> set[str]:
    return {dot[3] for dot in found["dots"]}


def test_the_page_begins_with_the_area_of_the_person(client, cast):
    client.force_login(cast.dispatcher)
    assert client.get(PAGE).context["extent"] == box_of(cast.city.community)
    chosen = client.get(PAGE, {"area": cast.city.street.code}).context["extent"]
    assert chosen == box_of(cast.city.street)


def test_open_cases_are_dots_by_light_the_most_urgent_on_top(ask, cast):
    with clock.at(clock.now() - timedelta(hours=3)):
        late = make_case(cast)
    fresh = make_case(cast, point=inside(cast.city.other_grid))
    case_in(Status.CLOSED, cast)
    make_case(cast, point=None)
    found = ask(cast.dispatcher).json()
    assert [dot[3] for dot in found["dots"]] == [fresh.number, late.number]
    assert [live_map.LIGHTS[dot[2]] for dot in found["dots"]] == ["green", "red"]
    assert found["dots"][0][:2] == [round(fresh.point.y, 5), round(fresh.point.x, 5)]
    assert (found["total"], found["late"]) == (2, 1)


def test_an_emergency_is_ringed_on_top_and_so_is_the_count_it_is_among(ask, cast):
    with clock.at(clock.now() - timedelta(hours=3)):
        late = make_case(cast, point=inside(cast.city.other_grid))
    emergency = make_case(cast)
    Case.objects.filter(pk=emergency.pk).update(emergency_at=clock.now())
    found = ask(cast.dispatcher).json()
    assert [(dot[3], dot[6]) for dot in found["dots"]] == [(late.number, 0), (emergency.number, 1)]
    for _ in "ab":
        make_case(cast)
    assert [cell[5] for cell in ask(cast.dispatcher, zoom=10).json()["cells"]] == [1]


def test_a_suspended_case_shows_a_standing_clock(ask, cast):
    case_in(Status.SUSPENDED, cast)
    (dot,) = ask(cast.dispatcher).json()["dots"]
    assert live_map.LIGHTS[dot[2]] == "stopped"


@pytest.mark.parametrize("zoom", [10, 18])
def test_areas_say_how_many_are_open_and_overdue_there(ask, cast, zoom):
    with clock.at(clock.now() - timedelta(hours=3)):
        make_case(cast)
    make_case(cast, point=inside(cast.city.other_grid))
    found = ask(cast.dispatcher, zoom=zoom, finest=AreaLevel.GRID).json()
    assert found["level"] == AreaLevel.GRID
    assert found["areas"] == {cast.city.grid.code: [1, 1], cast.city.other_grid.code: [1, 0]}
    above = ask(cast.dispatcher, zoom=zoom, finest=AreaLevel.COMMUNITY).json()
    assert above["areas"] == {cast.city.community.code: [2, 1]}


@pytest.mark.parametrize("zoom", [10, 18])
def test_many_in_one_place_are_counted(ask, cast, zoom):
    with clock.at(clock.now() - timedelta(hours=3)):
        make_case(cast)
    for _ in range(3):
        make_case(cast)
    found = ask(cast.dispatcher, zoom=zoom).json()
    assert found["dots"] == []
    ((_, _, count, late, *_),) = found["cells"]
    assert (count, late) == (4, 1)


def test_near_and_far_the_same_cases_are_counted(ask, cast):
    for place in (cast.city.grid, cast.city.other_grid):
        for _ in range(3):
            make_case(cast, point=inside(place))
    for zoom in range(8, 20):
        found = ask(cast.dispatcher, zoom=zoom).json()
        assert sum(cell[2] for cell in found["cells"]) + len(found["dots"]) == 6, zoom


def test_the_number_is_that_of_the_rows_at_every_zoom(client, cast):
    """Also where a cell of the counts lies half in view and half beyond its edge."""
    with clock.at(clock.now() - timedelta(hours=3)):
        make_case(cast)
    for _ in range(2):
        make_case(cast, point=inside(cast.city.other_grid))
    here = inside(cast.city.grid)
    client.force_login(cast.dispatcher)
    beside = (here.x + 0.0001, here.y + 0.0001, here.x + 0.0002, here.y + 0.0002)
    around = (here.x - 0.0001, here.y - 0.0001, here.x + 0.0001, here.y + 0.0001)
    far = (here.x - 2, here.y - 2, here.x + 2, here.y + 2)
    for zoom in range(8, 20):
        for box, number in ((beside, 0), (around, 1), (far, 3)):
            asked = {"bbox": ",".join(map(str, box)), "zoom": zoom}
            found = client.get(CASES, asked).json()
            assert (found["total"], found["late"]) == (number, min(number, 1)), (zoom, box)
            assert client.get(ROWS, asked).content.decode().count("data-row ") == number


def test_filters_narrow_as_they_do_in_the_list(ask, cast):
    here = make_case(cast)
    make_case(cast, case_class=cast.city.other_class, point=inside(cast.city.other_grid))
    for asked in (
        {"case_class": cast.city.case_class.pk},
        {"area": cast.city.grid.code},
        {"case_class": cast.city.case_class.pk, "light": "green"},
    ):
        assert numbers(ask(cast.dispatcher, **asked).json()) == {here.number}
        rows = ask(cast.dispatcher, url=ROWS, **asked).content.decode()
        assert rows.count("data-row ") == 1
    assert ask(cast.dispatcher, light="red").json()["total"] == 0


def test_only_what_one_may_see_is_counted(ask, cast):
    case = make_case(cast)
    for zoom in (10, 18):
        assert ask(cast.stranger, zoom=zoom).json()["total"] == 0
        assert ask(cast.stranger, zoom=zoom).json()["areas"] == {}
    assert case.number not in ask(cast.stranger, url=ROWS).content.decode()
    street = make_area(AreaLevel.STREET, parent=cast.city.district)
    neighbour = make_user("neighbour")
    make_post(neighbour, Role.DISPATCHER, make_organisation(street))
    assert ask(neighbour, zoom=10).json()["total"] == 0
    assert ask(cast.inspector, zoom=10).json()["total"] == 1
    assert ask(cast.leader, zoom=10).json()["total"] == 1


def test_what_colleagues_share_holds_nothing_of_others(ask, cast, settings, monkeypatch):
    """The counts of a whole scope are kept: not for one who reported something that the colleagues don't see."""
    settings.REMEMBER_SECONDS = 5
    monkeypatch.setattr(live_map, "KEPT_S", 5)
    make_case(cast)
    assert ask(cast.supervisor, zoom=10).json()["total"] == 1
    assert ask(cast.stranger, zoom=10).json()["total"] == 0
    assert ask(cast.inspector, zoom=10).json()["total"] == 1
    make_case(cast)
    again = ask(cast.leader, zoom=10).json()
    assert list(again["areas"].values()) == [[1, 0]]  # the supervisor's, some moments old
    assert 0 < again["again"] <= live_map.KEPT_S


def test_whoever_reported_elsewhere_shares_with_nobody(cast):
    _, key = live_map.scope_of(cast.dispatcher)
    colleague = make_user("colleague")
    make_post(colleague, Role.DISPATCHER, cast.city.community_centre)
    assert live_map.scope_of(colleague)[1] == key
    elsewhere = make_case(cast, actor=cast.stranger)
    make_post(cast.stranger, Role.INSPECTOR, make_organisation(make_area(AreaLevel.DISTRICT)))
    cases, own = live_map.scope_of(cast.stranger)
    assert own == f"user-{cast.stranger.pk}"
    assert elsewhere in cases


@pytest.mark.parametrize("url", [CASES, ROWS, "/map/objects/", "/map/people/", "/map/tracks/"])
def test_a_broken_view_is_refused(ask, cast, url):
    assert ask(cast.dispatcher, url=url, zoom=99).status_code == 400
    assert ask(cast.dispatcher, url=url, bbox="1,2,3").status_code == 400


def test_the_rows_are_what_is_in_view_the_least_time_left_first(ask, cast):
    fresh = make_case(cast)
    with clock.at(clock.now() - timedelta(hours=3)):
        late = make_case(cast)
    outside = make_case(cast, point=inside(cast.city.other_grid))
    said = ask(cast.dispatcher, within=cast.city.grid, url=ROWS).content.decode()
    assert said.index(late.number) < said.index(fresh.number)
    assert outside.number not in said


@pytest.mark.parametrize("url", [CASES, ROWS])
def test_a_view_costs_the_same_for_one_case_and_for_twenty(client, cast, url):
    client.force_login(cast.dispatcher)
    for zoom in (10, 18):
        asked = f"{url}?bbox={box_of(cast.city.community)}&zoom={zoom}"
        for _ in range(3):
            make_case(cast)
        one = count_queries(client, asked)
        for _ in range(7):
            make_case(cast)
        assert count_queries(client, asked) == one <= 16


def test_objects_are_those_of_the_types_asked_for_that_one_may_see(ask, cast):
    grid = cast.city.grid
    lamp, flat = (
        make_type("lamp", ObjectKind.COMPONENT),
        make_type("flat", ObjectKind.BUILDING, is_private=True),
    )
    there = make_object(grid, lamp, name="路灯", code="LAMP-1")
    make_object(grid, lamp, code="GONE-1", state=ObjectState.REMOVED)
    make_object(grid, make_type("bin", ObjectKind.COMPONENT), code="BIN-1")
    make_object(grid, flat, code="FLAT-1")
    make_object(grid, make_type("home", ObjectKind.DWELLING), code="HOME-1")

    def codes(person, *types):
        return [each[4] for each in ask(person, url=OBJECTS, type=list(types)).json()["objects"]]

    found = ask(cast.supervisor, url=OBJECTS, type=["bin", "lamp"]).json()
    assert [round(there.point.y, 5), round(there.point.x, 5), 1, "路灯", "LAMP-1"] in found["objects"]
    assert sorted(codes(cast.supervisor, "bin", "lamp")) == ["BIN-1", "LAMP-1"]
    assert codes(cast.supervisor, "lamp") == ["LAMP-1"]
    assert codes(cast.supervisor) == codes(cast.supervisor, "nothing") == []
    # Private ones and dwellings stay in the registry, whatever the address asks for.
    assert codes(cast.supervisor, "flat", "home") == []
    assert codes(cast.stranger, "lamp") == []


def test_too_many_objects_are_not_drawn_and_it_is_said(ask, cast, monkeypatch):
    monkeypatch.setattr(map_layers, "MOST_OBJECTS", 2)
    lamp = make_type("lamp", ObjectKind.COMPONENT)
    for number in range(2):
        make_object(cast.city.grid, lamp, code=f"LAMP-{number}")
    found = ask(cast.supervisor, url=OBJECTS, type="lamp").json()
    assert (len(found["objects"]), found["more"]) == (2, False)
    make_object(cast.city.grid, lamp, code="LAMP-2")
    found = ask(cast.supervisor, url=OBJECTS, type="lamp").json()
    assert (found["objects"], found["more"]) == ([], True)


@pytest.mark.parametrize("first", ["operator", "leader"])
def test_what_a_callers_phone_finds_is_shared_with_nobody_who_may_not_ask_by_it(ask, cast, settings, first):
    settings.REMEMBER_SECONDS = 5
    leader = make_user("chief-here")
    make_post(leader, Role.LEADER, cast.city.community_centre)
    CaseContact.objects.create(case=make_case(cast), phone="13800138000")
    expected = {cast.operator: 1, leader: 0}
    for person in sorted(expected, key=lambda one: (one == leader) is (first == "operator")):
        assert ask(person, zoom=10, q="13800138000").json()["total"] == expected[person]
