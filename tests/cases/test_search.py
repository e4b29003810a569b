"""Finding any case in any state: by number, by the caller's phone, by address and words, Chinese too."""

import pytest
from django.db import connection

from cases import search
from cases.models import Case
from cases.services import amend_case
from cases.workflow import Status
from grids.models import AreaLevel, Role
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import V1, Caller
from tests.factories import inside, make_area, make_grid, make_organisation, make_post, make_user
from tests.pages import count_queries
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db
URL = "/cases/"


def shown(client, **asked):
    return client.get(URL, asked).context["cases"]


@pytest.fixture(params=[0, search._PROBED], ids=["looked up", "read on"])
def either_way(request, monkeypatch):
    """Words that are rare, and words that are common, are found on different ways."""
    monkeypatch.setattr(search, "_PROBED", request.param)
    monkeypatch.setattr(search, "_COMMON", 1)


@pytest.mark.parametrize(
    "words",
    ["井盖", "盖", "井盖破损", "桂澜路", "桂澜路 88", "88号 井盖", "abc", "ABC-7", "路灯", "破损 路灯 桂澜"],
)
def test_words_of_two_characters_one_or_many_find_it_in_any_state(client, cast, words, either_way):
    fields = {"description": "人行道井盖破损，编号 Abc-7", "address": "桂澜路 88 号（88号门前）"}
    found = [
        case_in(status, cast, **fields)
        for status in (Status.REPORTED, Status.CLOSED, Status.REFUSED, Status.VOID)
    ]
    make_case(cast, description="垃圾", address="海八路", case_class=cast.city.other_class)
    client.force_login(cast.operator)
    assert shown(client, q=words) == found[::-1]


@pytest.mark.parametrize("words", ["盖井", "井损", "桂澜路 99", "100%", "_", "'; DROP", "x" * 300])
def test_what_is_not_there_is_not_found(client, cast, words, either_way):
    make_case(cast, description="人行道井盖破损", address="桂澜路 88 号")
    client.force_login(cast.operator)
    assert shown(client, q=words) == []


def test_a_pair_does_not_reach_over_a_blank_or_from_one_field_into_the_other(client, cast):
    make_case(cast, description="路灯\n坏了", address="海八路")
    client.force_login(cast.operator)
    for words in ("灯坏", "了海"):
        assert shown(client, q=words) == []


def test_a_correction_is_found_by_its_new_words_alone(client, cast):
    case = make_case(cast, description="路面塌陷")
    amend_case(case.pk, actor=cast.operator, description="路面积水")
    client.force_login(cast.operator)
    assert shown(client, q="积水") == [case]
    assert shown(client, q="塌陷") == []


def test_every_kind_of_number_finds_its_case(client, cast):
    case = case_in(Status.CLOSED, cast, channel="hotline", external_id="GD2026112200077")
    other = make_case(cast)
    client.force_login(cast.operator)
    for asked in (
        "GD2026112200077",
        case.number[7:],
        case.number[-6:],
        case.number[-3:],
    ):
        assert shown(client, q=asked) == [case], asked
    # Without its zeros it stands in addresses too.
    assert case in shown(client, q=str(int(case.number[-6:])))
    assert shown(client, q=case.number[:10]) == [other, case]
    assert client.get(URL, {"q": case.number}).url == f"/cases/{case.number}/"


def test_the_cases_of_an_object_are_found_by_its_code(client, cast):
    lamp, other = (make_object(cast.city.grid, code=code) for code in ("LAMP-00007", "LAMP-00008"))
    case = make_case(cast, object=lamp)
    make_case(cast, object=other)
    client.force_login(cast.operator)
    assert shown(client, q="LAMP-00007") == shown(client, q="lamp-00007") == [case]
    client.force_login(cast.stranger)
    assert shown(client, q="LAMP-00007") == []


def test_digits_are_looked_for_in_the_text_too(client, cast):
    case = make_case(cast, description="电表 0012345 烧坏")
    client.force_login(cast.operator)
    assert shown(client, q="0012345") == [case]


@pytest.mark.parametrize("asked", ["13800138000", "138 0013 8000", "8000", "138000", "+86 138 0013 8000"[4:]])
def test_a_phone_or_its_end_finds_the_case_of_who_called(client, cast, asked):
    case = make_case(cast, channel="hotline", contact_phone="13800138000")
    make_case(cast, channel="hotline", contact_phone="13800139999")
    client.force_login(cast.operator)
    assert shown(client, q=asked) == [case]


def test_a_phone_is_for_those_who_work_with_callers_and_the_staffs_own_is_never_searched(client, cast):
    cast.inspector.phone = "13911112222"
    cast.inspector.save()
    case = make_case(cast, channel="hotline", contact_phone="13800138000")
    for person, found in (
        (cast.dispatcher, [case]),
        (cast.supervisor, [case]),
        (cast.inspector, []),
        (cast.leader, []),
    ):
        client.force_login(person)
        assert shown(client, q="13800138000") == found, person
        assert shown(client, q="13911112222") == []


def test_strangers_find_nothing_whatever_they_ask(client, cast):
    case = make_case(cast, description="井盖破损", contact_phone="13800138000")
    client.force_login(cast.stranger)
    for asked in (case.number, case.number[-6:], "井盖", "13800138000", "8000"):
        assert shown(client, q=asked) == [], asked


def test_it_says_how_many_and_other_filters_narrow_them(client, cast):
    closed, reported = (
        case_in(Status.CLOSED, cast, description="井盖破损"),
        make_case(cast, description="井盖丢失"),
    )
    client.force_login(cast.operator)
    page = client.get(URL, {"q": "井盖"}, headers={"Accept-Language": "en"})
    assert "2 cases found for “井盖”" in page.content.decode()
    assert shown(client, q="井盖", status="closed") == [closed]
    assert shown(client, q="井盖", status="reported") == [reported]


def test_common_words_are_read_in_order_and_counted_by_nobody(client, cast, monkeypatch):
    monkeypatch.setattr(search, "_COMMON", 3)
    cases = [make_case(cast, description="井盖破损") for _ in range(4)]
    client.force_login(cast.operator)
    page = client.get(URL, {"q": "井盖"}, headers={"Accept-Language": "en"})
    assert page.context["cases"] == cases[::-1]
    assert page.context["hits"] is None
    assert "Very many cases" in page.content.decode()


def test_more_than_can_be_named_are_still_found(client, cast, monkeypatch):
    monkeypatch.setattr(search, "_PROBED", 0)
    monkeypatch.setattr(search, "MOST_FOUND", 3)
    cases = [make_case(cast, description="井盖破损") for _ in range(5)]
    client.force_login(cast.operator)
    assert shown(client, q="井盖") == cases[::-1]


def test_the_pages_of_a_search_go_on_by_key(client, cast, monkeypatch):
    monkeypatch.setattr("cases.views.lists.PAGE_SIZE", 2)
    cases = [make_case(cast, description="井盖破损") for _ in range(5)][::-1]
    client.force_login(cast.operator)
    seen, place = [], ""
    for _ in range(3):
        page = client.get(URL, {"q": "井盖", "page": place})
        seen += page.context["cases"]
        place = page.context["page"].next
    assert seen == cases


def test_the_index_answers_and_the_queries_do_not_grow(client, cast):
    case = make_case(cast, description="井盖破损", address="桂澜路 88 号")
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        wanted = Case.objects.annotate(grams=search.Grams("description", "address"))
        plan = wanted.filter(grams__contains=search.grams_of("井盖")).explain()
    assert "case_words" in plan
    client.force_login(cast.operator)
    one = count_queries(client, f"{URL}?q=井盖")
    for _ in range(10):
        make_case(cast, description="井盖破损")
    assert count_queries(client, f"{URL}?q=井盖") <= one <= 21
    assert case in shown(client, q="88")


def test_the_api_finds_the_same(cast):
    case = make_case(cast, description="井盖破损", contact_phone="13800138000")
    make_case(cast)
    caller = Caller(cast.operator)
    for asked in ("井盖", case.number, "8000"):
        answer = caller.get(f"{V1}cases/", {"q": asked})
        assert [row["number"] for row in answer.json()["results"]] == [case.number], asked
        assert "13800138000" not in answer.content.decode()


def test_the_field_stands_on_every_page_of_the_console(client, cast):
    make_case(cast)
    client.force_login(cast.operator)
    for url in ("/cases/", "/cases/intake/", "/notices/", "/responsibilities/"):
        page = client.get(url, {"q": "井盖"}).content.decode()
        assert 'data-posture="console"' in page, url
        assert 'action="/cases/"' in page, url


def test_of_many_with_the_same_number_the_newest_that_one_sees_are_named(cast, monkeypatch):
    """A running number comes again each day in each district."""
    street = make_area(AreaLevel.STREET, parent=cast.city.district, name="大沥镇")
    elsewhere = make_grid(make_area(AreaLevel.COMMUNITY, parent=street, name="盐步"))
    theirs = make_user("theirs")
    make_post(theirs, Role.OPERATOR, make_organisation(elsewhere.parent))
    here, there = inside(cast.city.grid), inside(elsewhere)
    made = [
        make_case(cast, point=point, external_id="X-1") for point in (here, here, there, there, here, there)
    ]
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    for user, expected in ((cast.operator, [4, 1]), (theirs, [5, 3])):
        assert search.find_cases("X-1", user).ids == [made[n].pk for n in expected]
    assert search.find_cases("X-1").ids == [made[5].pk, made[4].pk]
