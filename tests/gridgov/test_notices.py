"""A person reads their notices, on pages and over the API."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils.translation import gettext_lazy as _
from rest_framework.test import APIClient

from gridgov.models import Notice
from gridgov.outbox import register_texts, send_notices
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST, API = "/notices/", "/api/v1/notices/"


@pytest.fixture
def person():
    return make_user("person", language="en")


@pytest.fixture
def stranger():
    return make_user("stranger")


@pytest.fixture
def page(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def api(person) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def tell(person, count: int = 1, *, urgent: bool = False) -> list[Notice]:
    register_texts({"test_news": _("News number %(number)s")})
    for number in range(count):
        send_notices([person], "test_news", params={"number": number}, url=f"/cases/{number}/", urgent=urgent)
    return list(Notice.objects.visible_to(person).order_by("id"))


def unread(person) -> int:
    return Notice.objects.visible_to(person).unread().count()


# Pages


def test_without_notices_the_page_says_what_would_be_here(page):
    assert "No notices" in page.get(LIST).content.decode()


def test_a_person_sees_their_own_notices_newest_first(page, person, stranger):
    tell(person, 2)
    send_notices([stranger], "test_news", params={"number": "of a stranger"}, url="/")

    text = page.get(LIST).content.decode()

    assert text.index("News number 1") < text.index("News number 0")
    assert "of a stranger" not in text


def test_pages_follow_each_other_without_gap_or_repetition(page, person):
    tell(person, 65)
    seen: list[str] = []
    address = LIST
    while address:
        response = page.get(address)
        seen += [row.text for row in response.context["rows"]]
        address = response.context["older"]

    assert seen == [f"News number {number}" for number in reversed(range(65))]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_notice_and_for_many(
    page, person, count, django_assert_max_num_queries
):
    tell(person, count)

    # Session, person, posts, notices, the count in the head and the one in the navigation, the person's own filters.
    with django_assert_max_num_queries(8):
        page.get(LIST)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "²"])
def test_a_page_address_that_makes_no_sense_is_refused(page, before):
    assert page.get(LIST, {"before": before}).status_code == 400


def test_opening_a_notice_leads_to_its_page_and_marks_it_read(page, person):
    notice = tell(person)[0]

    response = page.get(f"/notices/{notice.pk}/")

    assert (response.status_code, response["Location"]) == (302, "/cases/0/")
    assert unread(person) == 0


def test_a_notice_keeps_the_time_when_it_was_first_read(page, person):
    notice = tell(person)[0]
    page.get(f"/notices/{notice.pk}/")
    first = Notice.objects.get().read_at

    page.get(f"/notices/{notice.pk}/")

    assert Notice.objects.get().read_at == first


def test_a_notice_can_be_marked_read_without_opening_it(page, person):
    notice = tell(person)[0]

    response = page.post(f"/notices/{notice.pk}/read/")

    assert (response.status_code, response["Location"], unread(person)) == (302, LIST, 0)


def test_htmx_gets_the_one_row_back(page, person):
    notice = tell(person, 2)[0]

    text = page.post(f"/notices/{notice.pk}/read/", headers={"HX-Request": "true"}).content.decode()

    assert text.count("<li") == 1
    assert "notice--unread" not in text
    assert "data-announce" in text


def test_all_are_marked_read_at_once_and_nobody_elses(page, person, stranger):
    tell(person, 3)
    tell(stranger)

    page.post("/notices/read/")

    assert (unread(person), unread(stranger)) == (0, 1)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_strangers_notice_is_not_found(page, stranger, method):
    notice = tell(stranger)[0]
    address = f"/notices/{notice.pk}/" if method == "get" else f"/notices/{notice.pk}/read/"

    assert getattr(page, method)(address).status_code == 404
    assert unread(stranger) == 1


def test_who_is_not_logged_in_is_asked_to(client):
    assert client.get(LIST)["Location"].startswith("/login/")


def test_who_is_not_logged_in_sees_nothing_not_even_what_goes_to_other_systems(settings):
    settings.NOTICE_CHANNELS = ["webhook"]
    register_texts({"test_news": _("News number %(number)s")})
    send_notices([], "test_news", params={"number": 1}, url="/", webhooks=["http://a.example/"])

    assert not Notice.objects.visible_to(AnonymousUser()).exists()


def test_marking_read_needs_a_post(page, person):
    notice = tell(person)[0]

    assert page.get(f"/notices/{notice.pk}/read/").status_code == 405
    assert page.get("/notices/read/").status_code == 405


# The API


def test_the_api_lists_ones_own_notices_with_their_text(api, person, stranger):
    tell(person, urgent=True)
    tell(stranger)

    results = api.get(API, headers={"Accept-Language": "en"}).json()["results"]

    assert [(row["text"], row["url"], row["urgent"], row["read_at"]) for row in results] == [
        ("News number 0", "/cases/0/", True, None)
    ]


def test_the_api_goes_through_all_pages(api, person):
    tell(person, 7)
    seen: list[str] = []
    address = f"{API}?page_size=3"
    while address:
        answer = api.get(address).json()
        seen += [row["url"] for row in answer["results"]]
        address = answer["next"]

    assert seen == [f"/cases/{number}/" for number in reversed(range(7))]


def test_the_api_can_leave_out_what_is_read(api, person):
    first, _second = tell(person, 2)
    api.post(f"{API}{first.pk}/read/")

    results = api.get(API, {"read_at__isnull": "true"}).json()["results"]

    assert [row["url"] for row in results] == ["/cases/1/"]


@pytest.mark.parametrize("count", [1, 40])
def test_the_api_list_costs_one_query_and_one_for_own_words(api, person, count, django_assert_num_queries):
    tell(person, count)

    with django_assert_num_queries(2):
        api.get(API)


def test_the_api_marks_one_read_and_says_when(api, person):
    notice = tell(person)[0]

    answer = api.post(f"{API}{notice.pk}/read/")

    assert answer.json()["read_at"]
    assert unread(person) == 0


def test_the_api_marks_all_read_and_says_how_many(api, person):
    tell(person, 3)

    assert api.post(f"{API}read/").json() == {"read": 3}
    assert api.post(f"{API}read/").json() == {"read": 0}


def test_a_strangers_notice_is_not_found_in_the_api(api, stranger):
    notice = tell(stranger)[0]

    assert api.post(f"{API}{notice.pk}/read/").status_code == 404
