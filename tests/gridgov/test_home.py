"""Where people land, their own page, and the language they are spoken to in."""

import re

import pytest
from django.test import Client

from grids.models import Role
from tests.case_factories import Cast
from tests.factories import make_area, make_organisation, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user("person", display_name="王网格", language="en")


@pytest.fixture
def page(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_home_leads_to_where_the_work_waits(page, person, monkeypatch):
    monkeypatch.setattr(type(person), "home_url", "/m/", raising=False)

    assert page.get("/")["Location"] == "/m/"


def test_who_sets_things_up_without_a_post_begins_in_the_admin(page, person):
    person.is_staff = True
    person.save()

    assert page.get("/")["Location"] == "/admin/"
    assert 'href="/me/"' in page.get("/admin/").content.decode()  # the way back to the pages


def test_a_post_goes_before_the_admin(page, person):
    person.is_staff = True
    person.save()
    area = make_area(name="桂城街道")
    make_post(person, role=Role.OPERATOR, organisation=make_organisation(area=area), area=area)

    assert page.get("/")["Location"] == "/cases/intake/"


def test_who_is_not_logged_in_is_asked_to(client):
    assert client.get("/")["Location"].startswith("/login/")
    assert client.get("/me/")["Location"].startswith("/login/")


def test_my_page_shows_my_name_and_my_posts(page, person):
    area = make_area(name="桂城街道")
    make_post(person, organisation=make_organisation(area=area, name="指挥中心"), area=area)

    text = page.get("/me/").content.decode()

    assert "王网格" in text
    assert "桂城街道" in text


def test_my_page_without_a_post_says_whom_to_ask(page):
    assert "ask your administrator" in page.get("/me/").content.decode()


def test_my_page_costs_few_queries(page, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):  # session, person, posts, unread notices, who stands in
        page.get("/me/")


def test_the_language_chosen_holds_on_every_device(page, person):
    response = page.post("/language/", {"language": "zh-hans", "next": "/me/"})

    assert response["Location"] == "/me/"
    person.refresh_from_db()
    assert person.language == "zh-hans"
    other_device = Client(headers={"Accept-Language": "en"})
    other_device.force_login(person)
    assert 'lang="zh-hans"' in other_device.get("/me/").content.decode()


def test_before_logging_in_one_can_choose_a_language_too(client):
    response = client.post("/language/", {"language": "en", "next": "/login/"})

    assert response["Location"] == "/login/"
    assert 'lang="en"' in client.get("/login/").content.decode()


def test_a_language_that_we_do_not_speak_is_refused(page, person):
    assert page.post("/language/", {"language": "tlh"}).status_code == 400
    person.refresh_from_db()
    assert person.language == "en"


def test_the_way_on_leads_to_our_own_pages_only(client):
    assert client.post("/language/", {"language": "en", "next": "https://evil.example/"})["Location"] == "/"


def test_an_icon_is_where_browsers_look_for_one_unasked(client):
    assert client.get("/favicon.ico")["Location"].endswith(".svg")


@pytest.mark.parametrize(("who", "first"), [("operator", "/"), ("inspector", "/m/")])
def test_on_a_phone_the_first_tab_leads_to_where_the_work_waits(
    client: Client, cast: Cast, who: str, first: str
):
    client.force_login(getattr(cast, who))
    client.cookies["posture"] = "phone"
    page = client.get("/notices/").content.decode()
    assert re.findall(r'<a class="phone__tab" href="([^"]*)"', page)[0] == first
