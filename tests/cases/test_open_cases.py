"""What everybody may know of cases: map, list, one case, the API; and what nobody learns from any of them."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse

from cases.models import Case, CaseClass, Publication, Publicity
from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, make_case, make_copies
from tests.factories import inside
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
LIST, MAP, API = "/open/", "/open/map/", "/api/v1/public/cases/"


@pytest.fixture
def client(client):
    """Somebody who reads English, whatever words are compiled."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def town(cast):
    """The first class shows its place, the other its street only."""
    CaseClass.objects.filter(pk=cast.city.case_class.pk).update(publicity=Publicity.PLACE)
    CaseClass.objects.filter(pk=cast.city.other_class.pk).update(publicity=Publicity.STREET)
    return cast


@pytest.fixture
def blurred(town):
    """A case of a home, somewhere in the grid."""
    return make_case(town, case_class=town.city.other_class, address="梧桐里 7 号", description="张家夜里吵")


def box(point: Point, side: float = 0.001) -> str:
    return f"{point.x - side},{point.y - side},{point.x + side},{point.y + side}"


def around(area) -> str:
    return ",".join(map(str, area.versions.get().outline.extent))


def test_a_case_shows_class_status_and_day_without_a_log_in(client, town):
    case = make_case(town)
    for page in (client.get(LIST), client.get(f"/open/{case.number}/")):
        assert page.status_code == 200
        text = page.content.decode()
        assert "路灯" in text
        assert "It waits to be looked at" in text
        assert f"{case.reported_at:%Y-%m-%d}" in text
        assert "平洲社区" in text


def test_no_word_of_a_case_is_shown_before_somebody_has_looked_it_over(client, town):
    case = make_case(town, description="王五的电话 13800000000", address="王五家门口")
    addresses = [
        LIST,
        f"/open/{case.number}/",
        API,
        f"{API}{case.number}/",
        f"{MAP}?view={around(town.city.grid)}&zoom=15",
    ]
    for address in addresses:
        body = client.get(address).content.decode()
        assert "王五" not in body
        assert "inspector" not in body
    Publication.objects.create(case=case, text="路灯不亮", decided_by=town.operator, decided_at=clock.now())
    assert client.get(f"{API}{case.number}/").json()["text"] == "路灯不亮"


def test_a_blurred_case_tells_its_street_and_nothing_finer_anywhere(client, town, blurred):
    Publication.objects.create(
        case=blurred, text="夜里有噪声", decided_by=town.operator, decided_at=clock.now()
    )
    told = client.get(f"{API}{blurred.number}/").json()
    assert (told["point"], told["address"]) == (None, "")
    assert [area["code"] for area in told["areas"]] == [town.city.street.code, town.city.district.code]
    for address in (LIST, f"/open/{blurred.number}/", API, f"{MAP}?view={around(town.city.grid)}&zoom=15"):
        body = client.get(address).content.decode()
        for secret in (
            "梧桐里",
            '平洲社区"',
            "第一网格",
            str(round(blurred.point.x, 4)),
            str(round(blurred.point.y, 4)),
        ):
            assert secret not in body.replace(around(town.city.grid), ""), (address, secret)


def test_a_blurred_case_is_in_no_box_however_narrow_or_wide(client, town, blurred):
    exact = make_case(town)
    for side in (0.0001, 1.0):
        found = client.get(API, {"bbox": box(blurred.point, side)}).json()["results"]
        assert [row["number"] for row in found] == (
            [exact.number] if exact.point.within(blurred.point.buffer(side)) else []
        )


@pytest.mark.parametrize("zoom", [8, 12, 13, 20])
def test_the_map_counts_a_blurred_case_at_one_place_of_its_street(client, town, blurred, zoom):
    view = around(town.city.district)
    first = client.get(MAP, {"view": view, "zoom": zoom}).json()
    assert (first["dots"], first["cells"]) == ([], [])
    (street,) = first["streets"]
    assert street[2:] == [1, town.city.street.code, town.city.street.name]
    Case.objects.filter(pk=blurred.pk).update(point=inside(town.city.other_grid))
    assert client.get(MAP, {"view": view, "zoom": zoom}).json()["streets"] == [street]


def test_a_box_around_a_blurred_case_alone_shows_nothing_of_it(client, town, blurred):
    (street,) = client.get(MAP, {"view": around(town.city.district), "zoom": 15}).json()["streets"]
    anchor = Point(street[1], street[0])
    found = client.get(MAP, {"view": box(blurred.point, 0.00001), "zoom": 20}).json()
    assert found["dots"] == found["cells"] == []
    assert bool(found["streets"]) == (anchor.distance(blurred.point) < 0.00001)


def test_a_blurred_case_counts_in_no_community(client, town, blurred):
    exact = make_case(town)
    rows = client.get(API, {"area": town.city.community.code}).json()["results"]
    assert [row["number"] for row in rows] == [exact.number]
    assert client.get(API, {"area": town.city.grid.code}).json()["results"] == []
    both = client.get(API, {"area": town.city.street.code}).json()["results"]
    assert {row["number"] for row in both} == {exact.number, blurred.number}
    rest = client.get(API, {"area": town.city.street.code, "not_in": "community"}).json()["results"]
    assert [row["number"] for row in rest] == [blurred.number]


def test_a_case_at_its_place_is_a_dot_and_many_are_a_count(client, town):
    case = make_case(town)
    view = {"view": around(town.city.grid), "zoom": 15}
    (dot,) = client.get(MAP, view).json()["dots"]
    assert dot[:3] == [round(case.point.y, 5), round(case.point.x, 5), case.number]
    make_copies(case, 3)
    for zoom in (10, 15):
        assert [cell[2] for cell in client.get(MAP, view | {"zoom": zoom}).json()["cells"]] == [4]


def hide(case, how):
    if how == "private":
        CaseClass.objects.filter(pk=case.case_class_id).update(publicity=Publicity.PRIVATE)
    elif how == "withheld":
        Publication.objects.create(
            case=case, is_withheld=True, decided_by=case.reporter, decided_at=clock.now()
        )
    elif how == "unknown":
        return f"{case.number[:-1]}{9 - int(case.number[-1])}"
    return case.number


def _without(body: str, number: str) -> str:
    """Without what was asked for and the token of the page's forms, which is new each time."""
    return re.sub(r"\b\w{64}\b", "", body.replace(number, ""))


@pytest.mark.parametrize("how", ["private", "withheld", "unknown"])
def test_private_withheld_and_unknown_are_the_very_same_404(client, town, how):
    number = hide(make_case(town), how)
    nobody = "440605-20200101-000001"
    photo = "00000000-0000-4000-8000-000000000000"
    for address in ("/open/%s/", f"/open/%s/photos/{photo}/thumb/", f"{API}%s/"):
        answers = [client.get(address % each) for each in (number, nobody)]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = [
            _without(answer.content.decode(), each)
            for answer, each in zip(answers, (number, nobody), strict=True)
        ]
        assert bodies[0] == bodies[1]
        assert dict(answers[0].headers) == dict(answers[1].headers)
    if how != "unknown":
        for address in (LIST, API, f"{MAP}?view={around(town.city.district)}&zoom=10"):
            assert number not in client.get(address).content.decode()


@pytest.mark.parametrize("how", ["private", "withheld", "unknown"])
def test_a_hidden_case_takes_the_same_one_query_as_none(client, town, how, django_assert_num_queries):
    number = hide(make_case(town), how)
    client.get("/open/x/")
    with django_assert_num_queries(1):
        client.get(f"{API}{number}/")


@pytest.mark.parametrize("status", [Status.REFUSED, Status.MERGED, Status.VOID])
def test_what_came_to_nothing_is_not_shown(client, town, status):
    assert client.get(f"/open/{case_in(status, town).number}/").status_code == 404


def test_the_status_to_choose_reads_as_a_status_in_chinese(client, town):
    page = client.get(LIST, headers={"accept-language": "zh-hans"}).content.decode()
    assert '<option value="closed">已结案</option>' in page


def test_the_list_is_narrowed_by_status_class_area_and_day(client, town, blurred):
    closed = case_in(Status.CLOSED, town)
    with clock.at(clock.now() - timedelta(days=40)):
        old = make_case(town)

    def numbers(**asked):
        return {row["number"] for row in client.get(LIST, asked).context["rows"]}

    assert numbers() == {blurred.number, old.number}
    assert numbers(status="closed") == {closed.number}
    assert numbers(major=town.city.other_class.major_id) == {blurred.number}
    assert numbers(since=(clock.today() - timedelta(days=3)).isoformat()) == {blurred.number}
    assert numbers(area=town.city.community.code) == {old.number}
    assert numbers(area="nowhere") == set()
    page = client.get(LIST, {"since": "gestern"})
    assert page.status_code == 200
    assert "open__error" in page.content.decode()


def test_pages_go_on_by_key_and_come_back(client, town):
    make_copies(make_case(town), 64)
    first = client.get(LIST)
    older = first.context["older"]
    second = client.get(LIST + older)
    third = client.get(LIST + second.context["older"])
    assert [len(page.context["rows"]) for page in (first, second, third)] == [30, 30, 5]
    back = client.get(LIST + second.context["newer"])
    assert back.context["rows"] == first.context["rows"]
    assert third.context["older"] == ""


def test_lists_map_and_case_take_the_same_queries_for_more_cases(client, town, blurred):
    case = make_case(town)
    addresses = [LIST, API, f"{MAP}?view={around(town.city.district)}&zoom=15", "/open/figures/"]
    before = [count_queries(client, address) for address in addresses]
    make_copies(case, 40)
    make_copies(blurred, 40)
    after = [count_queries(client, address) for address in addresses]
    # Where nothing is a dot any more, none is read.
    after[2] += 1
    assert after == before
    assert before[0] <= 8
    assert before[1] == 2
    assert before[2] <= 5


def test_the_course_is_in_plain_words_without_names_or_notes(client, town):
    case = case_in(Status.CLOSED, town)
    page = client.get(f"/open/{case.number}/").content.decode()
    for words in ("It was reported", "It was accepted", "Somebody looked: it is solved and closed"):
        assert words in page
    for secret in ("灯亮了", "已换灯泡", "平洲社区处置队", "inspector", "handler"):
        assert secret not in page


def test_an_open_case_can_be_joined_a_closed_one_not(client, town):
    open_page = client.get(f"/open/{make_case(town).number}/").content.decode()
    closed_page = client.get(f"/open/{case_in(Status.CLOSED, town).number}/").content.decode()
    assert "I saw this too" in open_page
    assert "I saw this too" not in closed_page


def test_what_a_stranger_sends_is_shown_escaped(client, town):
    case = make_case(town)
    Publication.objects.create(
        case=case, text="<script>alert(1)</script>", decided_by=town.operator, decided_at=clock.now()
    )
    page = client.get(f"/open/{case.number}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_nonsense_is_refused_without_a_fault(client, town):
    for asked in (
        {"view": "x", "zoom": 3},
        {"view": "0,0,1,1", "zoom": 99},
        {"view": "0,0,1,1", "zoom": 3, "bbox": "1,1,0,0"},
    ):
        assert client.get(MAP, asked).status_code == 400
    assert client.get("/open/outlines/", {"view": "0,0,1,1", "zoom": 3, "finest": 5}).status_code == 400
    for asked in ({"bbox": "9"}, {"status": "all"}, {"major": "x"}, {"case_class": "9" * 40}):
        assert client.get(API, asked).status_code == 400
        assert client.get(LIST, asked).status_code == 200


def test_outlines_end_at_the_community_and_are_kept_for_good(client, town):
    view = {"view": around(town.city.community), "zoom": 15}
    found = client.get("/open/outlines/", view)
    assert [area[1] for area in found.json()["areas"]] == ["平洲社区"]
    assert "no-cache" in found["Cache-Control"]
    from grids.outlines import outlines_etag

    assert "immutable" in client.get("/open/outlines/", view | {"v": outlines_etag()})["Cache-Control"]


def test_the_api_is_throttled_by_address(client, town, settings, monkeypatch):
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"public": "2/min"})
    answers = [client.get(API, REMOTE_ADDR="203.0.113.77").status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_the_newest_of_very_many_are_found_by_an_index(client, town):
    make_copies(make_case(town), 3000)
    with connection.cursor() as cursor:
        sql, params = Case.objects.public().open().order_by("-pk")[:31].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on cases_case " not in plan, plan


def test_the_schema_names_both_addresses(client):
    schema = client.get(reverse("api-schema"), HTTP_ACCEPT="application/json")
    paths = json.loads(schema.content)["paths"]
    assert "/api/v1/public/cases/" in paths
    assert "429" in paths["/api/v1/public/cases/{number}/"]["get"]["responses"]
