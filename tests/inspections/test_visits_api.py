"""POST and GET visits/ over the API, and the phone's day."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from cases.models import Case
from cases.workflow import Status
from gridgov import clock
from grids.selectors import chain_of
from inspections.models import ChecklistItem, Visit
from inspections.services.visits import Given
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import make_post
from tests.inspection_factories import add_version, make_checklist, make_task, make_visit, photo_ahead
from tests.registry_factories import make_licence, make_object, make_type

VISITS = f"{V1}visits/"
DAY = f"{V1}day/"


@pytest.fixture
def shop(cast):
    shop = make_object(cast.city.grid, make_type(name="商铺", name_en="Shop"), name="演示商铺", risk="major")
    department = cast.city.district_department
    make_checklist(
        [shop.type],
        [
            {"question": "灭火器是否有效", "question_en": "Extinguisher works", "days_major": 15},
            {"photo_required": False},
        ],
        department=department,
    )
    return shop


def sent(shop, *answers, **fields):
    now = clock.now()
    items = ChecklistItem.objects.order_by("order").values_list("pk", flat=True)
    return {
        "client_uuid": str(uuid4()),
        "object": shop.code,
        "started_at": (now - timedelta(minutes=5)).isoformat(),
        "finished_at": now.isoformat(),
        "answers": list(answers) or [{"item": item, "result": "normal"} for item in items],
        **fields,
    }


def test_a_visit_is_sent_as_a_whole_and_reads_back_the_same(cast, shop):
    caller, item = Caller(cast.inspector), ChecklistItem.objects.order_by("order")[0].pk
    photo = photo_ahead(cast.inspector)
    answer = {"item": item, "result": "abnormal", "note": "没压力", "photo_uuids": [str(photo)]}
    response = caller.post(
        VISITS, sent(shop, answer, device_point={"lon": shop.point.x, "lat": shop.point.y})
    )
    assert response.status_code == 201
    case = Case.objects.get()
    (row,) = response.json()["answers"]
    assert (row["result"], row["finding"]["case"], row["version"]) == ("abnormal", case.number, 1)
    assert caller.get(response.headers["Location"]).json() == response.json()
    assert caller.get(row["photos"][0]["thumb_url"]).status_code == 200
    assert (row["photos"][0]["is_marked_copy"], row["photos"][0]["told_by_phone"]) == (False, False)
    assert response.json()["away_m"] == pytest.approx(0, abs=1)


def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(cast, shop):
    caller, key = Caller(cast.inspector), str(uuid4())
    body = sent(shop, client_uuid=key)
    first = caller.post(VISITS, body, headers={"Idempotency-Key": key})
    again = caller.post(VISITS, body, headers={"Idempotency-Key": key})
    assert (again.status_code, again.json()) == (201, first.json())
    other = caller.post(VISITS, {**body, "note": "另外"}, headers={"Idempotency-Key": key})
    assert (other.status_code, codes(other)) == (422, ["key_reused"])
    assert Visit.objects.count() == 1


def test_what_does_not_fit_is_said_and_nothing_is_kept(cast, shop):
    caller, item = Caller(cast.inspector), ChecklistItem.objects.order_by("order")[0].pk
    bad = caller.post(VISITS, sent(shop, {"item": item, "result": "abnormal"}))
    assert (bad.status_code, codes(bad)) == (400, ["bad_answer"])
    assert (
        "灭火器" in bad.json()["errors"][0]["detail"] or "Extinguisher" in bad.json()["errors"][0]["detail"]
    )
    missing = caller.post(
        VISITS, sent(shop, {"item": item, "result": "abnormal", "photo_uuids": [str(uuid4())]})
    )
    assert (missing.status_code, codes(missing)) == (409, ["photos_missing"])
    unknown = caller.post(VISITS, sent(shop, object="nothing"))
    assert (unknown.status_code, unknown.json()["errors"][0]["attr"]) == (400, "object")
    elsewhere = caller.post(VISITS, sent(make_object(cast.city.other_grid)))
    assert (elsewhere.status_code, elsewhere.json()) == (400, unknown.json())
    for day in ("0001-01-02", "9999-12-30"):
        untimely = caller.post(
            VISITS, sent(shop, started_at="0001-01-02T00:00:00Z", finished_at=f"{day}T00:00:00Z")
        )
        assert (untimely.status_code, codes(untimely)) == (400, ["implausible_day"])
    assert not Visit.objects.exists()


def test_a_list_of_visits_costs_the_same_for_one_and_for_thirty(cast, shop, django_assert_num_queries):
    caller = Caller(cast.grid_leader)
    make_visit(cast.inspector, shop)
    caller.get(VISITS)
    with django_assert_num_queries(4):
        assert len(caller.get(VISITS).json()["results"]) == 1
    for _ in range(29):
        make_visit(cast.inspector, shop)
    with django_assert_num_queries(4):
        assert len(caller.get(VISITS, {"object": shop.code}).json()["results"]) == 30


def test_a_stranger_sees_no_visit(cast, shop):
    visit = make_visit(cast.inspector, shop)
    caller = Caller(cast.stranger)
    assert caller.get(VISITS).json()["results"] == []
    assert caller.get(f"{VISITS}{visit.pk}/").status_code == 404
    assert Caller().get(VISITS).status_code == 401


def test_the_day_holds_objects_lists_and_tasks_of_my_grids(cast, shop):
    make_object(cast.city.other_grid)
    make_licence(shop, cast.city.district_department, valid_to=clock.today() - timedelta(days=1))
    item = ChecklistItem.objects.order_by("order")[0]
    make_visit(cast.inspector, shop, Given(item.pk, "abnormal", photos=[photo_ahead(cast.inspector)]))
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    make_task(cast.city.grid, assignee=cast.grid_leader)
    day = Caller(cast.inspector).get(DAY, headers={"Accept-Language": "en"}).json()
    (row,) = day["objects"]
    assert (row["code"], row["type"], row["risk"], row["area"]) == (shop.code, "Shop", "major", "第一网格")
    assert row["licences"][0]["valid_to"] == (clock.today() - timedelta(days=1)).isoformat()
    assert row["licences"][0]["department"] == cast.city.district_department.name
    assert row["asked"] == {str(item.pk): clock.today().isoformat()}
    assert row["findings"][0]["case"] == Case.objects.get().number
    assert row["last_visit"]["by"] == str(cast.inspector)
    (asked,) = day["lists"]
    assert row["lists"] == [asked["version"]]
    assert asked["items"][0]["question"] == "Extinguisher works"
    assert asked["items"][0]["days"]["major"] == 15
    (mine,) = day["tasks"]
    assert (mine["id"], mine["point"]) == (task.pk, row["point"])


def test_the_day_tells_who_answers_for_each_place_up_to_the_district(cast, shop):
    centre, community = cast.city.community_centre, cast.city.community
    make_post(role="grid_leader", organisation=centre, area=community, is_responsible=True, title="片长")
    day = Caller(cast.inspector).get(DAY).json()
    places = {each["code"]: each for each in day["places"]}
    here, chain = places[day["objects"][0]["place"]], []
    while here:
        chain.append((here["name"], [person["post"] for person in here["people"]]))
        here = places.get(here["above"])
    assert [name for name, _people in chain] == [area.name for area in reversed(chain_of(cast.city.grid))]
    assert [posts for _name, posts in chain] == [[], ["片长"], [], []]


def test_the_day_holds_the_cases_that_wait_for_me_and_those_i_reported(cast):
    mine = make_case(cast)
    waiting = case_in(Status.HANDLED, cast, actor=cast.grid_leader)
    case_in(Status.CLOSED, cast)
    rows = Caller(cast.inspector).get(DAY, headers={"Accept-Language": "en"}).json()["cases"]
    assert [row["number"] for row in rows] == [waiting.number, mine.number]
    assert [row["what"] for row in rows] == ["Go and verify", "Reported"]
    assert rows[0]["point"] == pytest.approx([waiting.point.x, waiting.point.y], abs=1e-5)
    assert Caller(cast.stranger).get(DAY).json()["cases"] == []


def test_of_too_many_objects_those_of_tasks_and_those_visited_longest_ago_come_along(cast, shop, monkeypatch):
    monkeypatch.setattr("inspections.day.MOST_OBJECTS", 2)
    never, lately, asked = (make_object(cast.city.grid) for _ in range(3))
    for each in (shop, lately, asked):
        make_visit(cast.inspector, each)
    make_task(cast.city.grid, object=asked, assignee=cast.inspector)
    day = Caller(cast.inspector).get(DAY).json()
    assert [each["code"] for each in day["objects"]] == [never.code, asked.code]
    assert day["objects_in_all"] == 4


def test_a_new_version_is_in_the_day_with_what_was_asked_under_the_old_one(cast, shop):
    make_visit(cast.inspector, shop)
    old = ChecklistItem.objects.order_by("order")[0]
    add_version(old.version.checklist, [{"key": old.key, "question": "新说法"}])
    day = Caller(cast.inspector).get(DAY).json()
    (item,) = day["lists"][0]["items"]
    assert item["id"] != old.pk
    assert day["objects"][0]["asked"] == {str(item["id"]): clock.today().isoformat()}


def test_a_day_goes_compressed_and_an_unchanged_one_not_at_all(cast, shop):
    phone, caller = Client(), Caller(cast.inspector)
    phone.force_login(cast.inspector)
    day = phone.get(DAY, headers={"Accept-Encoding": "gzip"})
    assert day.headers["Content-Encoding"] == "gzip"
    etag = day.headers["ETag"]
    assert caller.get(DAY, headers={"If-None-Match": etag}).status_code == 304
    make_object(cast.city.grid)
    assert caller.get(DAY, headers={"If-None-Match": etag}).status_code == 200


def test_the_day_costs_the_same_for_one_object_and_for_thirty(cast, shop, django_assert_num_queries):
    caller = Caller(cast.inspector)
    caller.get(DAY)
    with django_assert_num_queries(15):
        caller.get(DAY)
    for _ in range(29):
        make_visit(cast.inspector, make_object(cast.city.grid))
    with django_assert_num_queries(15):
        assert len(caller.get(DAY).json()["objects"]) == 30


def test_one_object_alone_for_whoever_may_see_it_and_none_for_strangers(cast, shop):
    asked = {"object": shop.code}
    assert [each["code"] for each in Caller(cast.officer).get(DAY, asked).json()["objects"]] == [shop.code]
    assert Caller(cast.stranger).get(DAY, asked).json()["objects"] == []
    assert Caller(cast.officer).get(DAY).json()["objects"] == []
