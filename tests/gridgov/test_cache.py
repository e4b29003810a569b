"""While Redis is away people log in, and strangers read and report: what only counts or remembers stops nobody."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import make_user
from tests.without_redis import without_redis

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-2026"


@pytest.fixture(autouse=True)
def _gone(settings) -> None:
    without_redis(settings)


def test_nothing_is_found_and_whoever_adds_is_the_first():
    cache.set("one", 1)
    cache.set_many({"one": 1})

    assert cache.get("one", "nothing") == "nothing"
    assert cache.get_many(["one"]) == {}
    assert cache.add("one", 1)
    assert not cache.has_key("one")
    assert not cache.touch("one")
    assert not cache.delete("one")
    with pytest.raises(ValueError, match="not there"):
        cache.incr("one")


def test_people_log_in(client):
    person = make_user()
    person.set_password(PASSWORD)
    person.save()
    typed = {"username": person.username, "password": "something-else"}

    assert client.post(reverse("login"), typed).status_code == 200
    assert client.post(reverse("login"), {**typed, "password": PASSWORD}).status_code == 302
    assert client.get("/api/v1/session/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/v1/public/cases/", "/open311/v2/requests.json", "/open/", "/open/figures/", "/report/"]
)
def test_strangers_read(client, city, address):
    assert client.get(address).status_code == 200


def test_programs_fetch_their_token(client):
    person = make_user()
    person.set_password(PASSWORD)
    person.save()

    answer = client.post("/api/v1/auth/token/", {"username": person.username, "password": PASSWORD})

    assert answer.status_code == 200
