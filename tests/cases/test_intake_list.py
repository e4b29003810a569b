"""The intake list: what waits at my centre to be registered."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from cases.models import Case
from cases.services import order_check, void_case
from cases.views import lists
from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, make_case, stored
from tests.factories import inside
from tests.pages import count_queries, part

pytestmark = pytest.mark.django_db
URL = "/cases/intake/"


def test_reported_and_checking_cases_of_my_centre_stand_there_the_least_time_left_first(client, cast):
    checking = case_in(Status.CHECKING, cast)  # 4 hours
    with clock.at(clock.now() - timedelta(minutes=30)):
        older = make_case(cast)  # 30 minutes left
    newer = make_case(cast)  # 1 hour
    case_in(Status.REGISTERED, cast)
    client.force_login(cast.operator)
    assert client.get(URL).context["cases"] == [older, newer, checking]


def test_a_row_says_what_where_how_long_and_who(client, cast):
    case = make_case(cast, photos=stored(cast.inspector))
    client.force_login(cast.operator)
    html = client.get(URL).content.decode()
    photo = case.photos.get().photo_id
    for words in (
        case.number,
        "路灯",
        "桂澜路 1 号",
        cast.city.grid.name,
        str(cast.city.community_centre),
        reverse("cases:case_photo", args=[case.number, photo, "thumb"]),
    ):
        assert words in html


def test_operators_elsewhere_do_not_see_them(client, cast):
    make_case(cast)
    client.force_login(cast.stranger)
    response = client.get(URL)
    assert response.context["cases"] == []
    assert response.status_code == 200


def test_there_is_no_such_list_for_people_with_other_posts(client, cast):
    for person in (cast.inspector, cast.handler, cast.dispatcher, cast.leader, cast.citizen):
        client.force_login(person)
        assert client.get(URL).status_code == 404


def test_an_empty_list_says_what_would_be_there(client, cast):
    client.force_login(cast.operator)
    assert (
        "Nothing waits to be registered"
        in client.get(URL, headers={"Accept-Language": "en"}).content.decode()
    )


def test_the_page_costs_the_same_for_one_row_and_for_thirty(client, cast):
    client.force_login(cast.operator)
    make_case(cast, photos=stored(cast.inspector))
    one = count_queries(client, URL)
    for _ in range(29):
        make_case(cast, photos=stored(cast.inspector), point=inside(cast.city.other_grid))
    assert count_queries(client, URL) == one <= 11


def test_pages_follow_one_another_without_gap_or_repetition_in_both_directions(client, cast, monkeypatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 3)
    start = clock.now()
    for minute in (5, 3, 9, 3, 1, 7, 2):
        with clock.at(start - timedelta(minutes=minute)):
            make_case(cast)
    # Without a limit they come last.
    Case.objects.filter(pk__in=Case.objects.order_by("pk").values("pk")[:2]).update(stage_due_at=None)
    client.force_login(cast.operator)
    whole = sorted(
        Case.objects.all(), key=lambda case: (case.stage_due_at is None, case.stage_due_at or start, case.pk)
    )
    pages, place = [], ""
    while place is not None:
        page = client.get(URL, {"page": place}).context["page"]
        pages.append(page.rows)
        place = page.next or None
    assert [case for rows in pages for case in rows] == whole
    assert [len(rows) for rows in pages] == [3, 3, 1]
    back = client.get(URL, {"page": page.previous}).context["page"]
    assert back.rows == pages[1]
    first = client.get(URL, {"page": back.previous}).context["page"]
    assert (first.rows, first.previous) == (pages[0], "")


def test_a_place_that_nobody_named_leads_to_the_first_page(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    for place in ("after:x~1", "before:", "sideways:1", "after:2026-13-01~2"):
        assert client.get(URL, {"page": place}).context["cases"] == [case]


def test_filters_narrow_the_list_and_stay_in_the_address(client, cast):
    lamp = make_case(cast)
    rubbish = make_case(
        cast, case_class=cast.city.other_class, point=inside(cast.city.other_grid), description="成堆垃圾"
    )
    with clock.at(clock.now() - timedelta(hours=2)):
        late = make_case(cast, description="又一盏路灯")
    client.force_login(cast.operator)
    city = cast.city
    for asked, found in (
        ({"area": city.other_grid.code}, [rubbish]),
        ({"area": city.street.code}, [late, lamp, rubbish]),
        ({"area": "999999"}, []),
        ({"major": city.other_class.major_id}, [rubbish]),
        ({"case_class": city.case_class.pk}, [late, lamp]),
        ({"light": "red"}, [late]),
        ({"light": "green"}, [lamp, rubbish]),
        ({"light": "stopped"}, []),
        ({"q": "垃圾"}, [rubbish]),
        ({"q": lamp.number}, [lamp]),
        ({"q": "路灯", "light": "red"}, [late]),
        ({"since": "2099-01-01"}, []),
        ({"until": "2099-01-01"}, [late, lamp, rubbish]),
    ):
        assert client.get(URL, asked).context["cases"] == found, asked


def test_a_filter_that_cannot_be_read_is_said_and_left_out(client, cast):
    case = make_case(cast)
    client.force_login(cast.operator)
    response = client.get(URL, {"since": "yesterday", "light": "purple"}, headers={"Accept-Language": "en"})
    assert response.context["cases"] == [case]
    assert "could not be read" in response.content.decode()


def test_htmx_gets_the_table_and_the_selects_only_when_others_are_offered(client, cast):
    make_case(cast)
    client.force_login(cast.operator)
    same = part(client, f"{URL}?light=green", "cases", URL).content.decode()
    assert "<html" not in same
    assert 'id="filter-selects"' not in same
    other = part(client, f"{URL}?major={cast.city.case_class.major_id}", "cases", URL).content.decode()
    assert 'id="filter-selects" hx-swap-oob="true"' in other
    assert "filter-class" in other


def test_a_class_chosen_under_another_major_class_is_let_go(client, cast):
    make_case(cast)
    city = cast.city
    before = f"{URL}?major={city.case_class.major_id}&case_class={city.case_class.pk}"
    client.force_login(cast.operator)
    asked = f"{URL}?major={city.other_class.major_id}&case_class={city.case_class.pk}"
    response = part(client, asked, "cases", before)
    assert response["HX-Push-Url"] == f"{URL}?major={city.other_class.major_id}"


def test_what_comes_in_meanwhile_is_counted_and_does_not_jump_into_the_list(client, cast):
    make_case(cast)
    client.force_login(cast.operator)
    shown_at = client.get(URL).context["shown_at"]
    where = f"{URL}?{urlencode({'light': 'green', 'shown_at': shown_at})}"
    assert part(client, where, "arrivals").content.strip() == b""
    make_case(cast)
    make_case(cast)
    html = part(client, where, "arrivals").content.decode()
    assert 'href="/cases/intake/?light=green"' in html
    assert "2" in html


def test_the_navigation_counts_what_waits(client, cast):
    for _ in range(2):
        make_case(cast)
    gone = make_case(cast)
    void_case(gone.pk, actor=cast.supervisor, reason="测试")
    order_check(make_case(cast).pk, actor=cast.operator)
    client.force_login(cast.operator)
    assert 'data-count="cases:intake_list">3<' in client.get(URL).content.decode()
