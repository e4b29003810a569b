"""The list of what stands in one's areas."""

from datetime import timedelta

import pytest

from gridgov import clock
from grids import registry
from grids.credit_code import check_character
from grids.models import Role
from grids.views import registry as registry_views
from tests.factories import make_area, make_organisation, make_post, make_user
from tests.pages import count_queries, part
from tests.registry_factories import make_licence, make_object, make_type

ADDRESS = "/registry/"
CREDIT = "91440605MA5EXAMP1"


def shown(client, **asked):
    page = client.get(ADDRESS, asked)
    assert page.status_code == 200
    return page.context["page"].rows


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.supervisor)
    return client


def test_it_shows_what_stands_in_my_areas_and_what_my_unit_owns(client, cast):
    mine = make_object(cast.city.grid, name="演示早餐店")
    elsewhere = make_object(cast.city.other_grid)
    owned = make_object(make_area(), owner=cast.city.community_centre)
    client.force_login(cast.inspector)
    assert shown(client) == [mine, owned]
    client.force_login(cast.operator)
    assert shown(client) == [mine, elsewhere, owned]
    page = client.get(ADDRESS).content.decode()
    assert "演示早餐店" in page
    assert f"/registry/{mine.code}/" in page


def test_a_stranger_sees_none_and_is_told_what_would_be_here(client, cast):
    make_object(cast.city.grid)
    client.force_login(cast.stranger)
    assert shown(client) == []
    client.force_login(cast.citizen)
    assert shown(client) == []


def test_private_objects_are_shown_only_to_who_serves_the_people_there(client, cast, city):
    home = make_object(city.grid, type=make_type("aided_home", "dwelling", is_private=True))
    office = make_user("civil")
    make_post(
        office,
        Role.OFFICER,
        make_organisation(city.district, "department", code=f"{city.district.code}-civil"),
    )
    for person, sees in (
        (cast.inspector, True), (cast.grid_leader, True), (office, True),
        (cast.operator, False), (cast.supervisor, False), (cast.officer, False), (cast.handler, False),
    ):  # fmt: skip
        client.force_login(person)
        assert (shown(client) == [home]) is sees, person
        assert (client.get(f"{ADDRESS}{home.code}/").status_code == 200) is sees, person
        assert (
            home.code in b"".join(client.get("/registry/export/?format=csv").streaming_content).decode()
        ) is sees, person


@pytest.mark.parametrize("words", ["早餐", "OBJ-1", "OBJ-1 早餐", "桂澜路", "credit"])
def test_an_object_is_found_by_name_code_address_or_credit_code(desk, city, words):
    code = CREDIT + check_character(CREDIT)
    found = make_object(city.grid, code="OBJ-1", name="演示早餐店", address="桂澜路 3 号", credit_code=code)
    make_object(city.grid, code="OTHER")
    assert shown(desk, q=code if words == "credit" else words) == [found]


def test_it_is_narrowed_by_kind_type_risk_state_and_area(desk, city):
    lamp = make_type("lamp", "component")
    other = make_object(city.grid, type=make_type())
    found = make_object(city.other_grid, type=lamp, risk="major", state="damaged")
    for asked in (
        {"kind": "component"},
        {"type": "lamp"},
        {"risk": "major"},
        {"state": "damaged"},
        {"area": city.other_grid.code},
    ):
        assert shown(desk, **asked) == [found]
    assert shown(desk, area=city.community.code) == [other, found]
    assert shown(desk, type="nothing") == []


def test_ended_licences_are_found_but_not_those_replaced(desk, city):
    ended, replaced, valid = make_object(city.grid), make_object(city.grid), make_object(city.grid)
    yesterday, tomorrow = (clock.today() + timedelta(days=days) for days in (-1, 1))
    department = city.street_department
    for one in (ended, replaced):
        make_licence(one, department, valid_to=yesterday)
    make_licence(replaced, department, valid_to=tomorrow)
    make_licence(valid, department, valid_to=clock.today())
    assert shown(desk, licence_ended="true") == [ended]
    page = desk.get(ADDRESS, {"licence_ended": "true"}, headers={"Accept-Language": "en"}).content.decode()
    assert f"ended {yesterday}" in page
    assert "ended 20" not in desk.get(ADDRESS, headers={"Accept-Language": "en"}).content.decode()


def test_it_says_how_many_there_are_up_to_a_bound(desk, city, monkeypatch):
    for risk in ("low", "low", "major"):
        make_object(city.grid, risk=risk)
    english = {"Accept-Language": "en"}
    assert "3 objects<" in desk.get(ADDRESS, headers=english).content.decode()
    narrowed = desk.get(ADDRESS, {"risk": "low"}, headers=english).content.decode()
    assert "2 objects · the list is narrowed<" in narrowed
    for module in (registry, registry_views):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    assert "More than 2 objects<" in desk.get(ADDRESS, headers=english).content.decode()


def test_types_are_offered_as_they_are_written(desk):
    make_type("led", name="LED屏")
    make_type("pool", name="走查D游泳池", name_en="pool D")
    page = desk.get(ADDRESS).content.decode()
    assert ">LED屏</option>" in page
    assert ">走查D游泳池</option>" in page
    assert ">Pool D</option>" in desk.get(ADDRESS, headers={"Accept-Language": "en"}).content.decode()


def test_a_long_list_comes_in_pages_forth_and_back(desk, city, monkeypatch):
    monkeypatch.setattr("grids.registry.PAGE_SIZE", 2)
    objects = [make_object(city.grid) for _ in range(5)]
    seen, after, first_of = [], "", []
    while True:
        page = desk.get(ADDRESS, {"after": after} if after else {}).context["page"]
        seen += page.rows
        first_of.append(page.rows[0].code)
        if not page.after:
            break
        after = page.after
    assert seen == objects
    before = desk.get(ADDRESS, {"before": page.before}).context["page"]
    assert before.rows == objects[2:4]
    first = desk.get(ADDRESS, {"before": before.before}).context["page"]
    assert (first.rows, first.before) == (objects[:2], "")


def test_one_row_costs_as_many_queries_as_thirty(client, cast):
    client.force_login(cast.inspector)
    make_object(cast.city.grid)
    one = count_queries(client, ADDRESS)
    for _ in range(29):
        make_object(cast.city.grid)
    assert count_queries(client, ADDRESS) == one <= 12


def test_htmx_gets_the_rows_and_the_areas_below_the_chosen_one(desk, city):
    made = make_object(city.grid)
    answer = part(desk, f"{ADDRESS}?area={city.community.code}", "objects").content.decode()
    assert made.name in answer
    assert "<html" not in answer
    assert f'value="{city.grid.code}"' in answer


def test_it_is_exported_as_it_is_narrowed(desk, city):
    make_object(city.grid)
    page = desk.get(ADDRESS, {"risk": "low", "before": "~"}).content.decode()
    assert "/registry/export/?risk=low&amp;format=xlsx" in page
    assert "/registry/import/" not in page


def test_the_phone_gets_cards(client, cast):
    made = make_object(cast.city.grid)
    client.force_login(cast.inspector)
    page = client.get(ADDRESS).content.decode()
    assert 'class="card__title"' in page
    assert made.name in page
    client.cookies["posture"] = "console"
    assert '<table class="table' in client.get(ADDRESS).content.decode()


def test_what_can_not_be_read_is_left_out_and_said(desk, city):
    made = make_object(city.grid)
    page = desk.get(ADDRESS, {"risk": "terrible"})
    assert page.context["page"].rows == [made]
    assert page.context["errors"]


def test_nothing_found_says_so(desk, city):
    make_object(city.grid)
    page = desk.get(ADDRESS, {"q": "没有"})
    assert page.context["page"].rows == []
    assert page.context["is_narrowed"]
