"""No address may break a page: numbers too large for the database, or for Python to read, in whatever a page asks for."""

import pytest
from django.core.handlers import wsgi
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from grids.models import Role
from tests.case_factories import make_case
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db

# No bigint; nothing that int() reads.
TOO_LARGE, UNREADABLE = "9" * 19, "9" * 4301
# What the client's own streams and other people's pages are: endless, or not ours.
_LEFT_OUT = ("admin/", "api/v1/stream", "live/", "static/", "media/")


class Listening(QueryDict):
    """The words of an address, which remember what was asked of them."""

    asked: set[str] = set()

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)

    def getlist(self, key, default=None):
        self.asked.add(key)
        return super().getlist(key, default)

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)


@pytest.fixture
def everybody(cast):
    """Somebody who is at home on nearly every page."""
    user = make_user("everybody")
    city = cast.city
    places = {
        Role.OPERATOR: city.community_centre,
        Role.DISPATCHER: city.community_centre,
        Role.GRID_LEADER: city.community_centre,
        Role.SUPERVISOR: city.district_centre,
        Role.LEADER: city.district_centre,
        Role.HANDLER: city.team,
        Role.OFFICER: city.street_department,
    }
    for role, place in places.items():
        make_post(user, role, place)
    make_post(user, Role.INSPECTOR, city.community_centre, area=city.grid)
    return user


def addresses(number: str) -> list[str]:
    """Every address that can be opened, with numbers too large for its rows, and with a case's number where one belongs."""
    found = []

    def walk(patterns, before):
        for each in patterns:
            path = before + str(each.pattern)
            if path.startswith(_LEFT_OUT) or "(?P" in path or "^" in path:
                continue
            if isinstance(each, URLResolver):
                walk(each.url_patterns, path)
            elif isinstance(each, URLPattern):
                found.append(path)

    walk(get_resolver().url_patterns, "")
    return sorted({"/" + filled(path, number) for path in found})


def filled(path: str, number: str) -> str:
    while "<" in path:
        before, _sign, rest = path.partition("<")
        inside, _sign, after = rest.partition(">")
        kind, _sign, name = inside.rpartition(":")
        values = {"int": TOO_LARGE, "uuid": "9" * 36}
        path = before + (number if name == "number" else values.get(kind, "1")) + after
    return path


def test_no_number_in_an_address_breaks_a_page(cast, everybody, monkeypatch):
    monkeypatch.setattr(wsgi, "QueryDict", Listening)
    client = Client(raise_request_exception=False)
    client.force_login(everybody)
    broken, asked_for = [], 0
    for address in addresses(make_case(cast).number):
        Listening.asked = set()
        tries = [("", "")]
        if client.get(address).status_code < 400:
            tries = [(name, value) for name in sorted(Listening.asked) for value in (TOO_LARGE, UNREADABLE)]
        for name, value in tries:
            asked_for += 1
            if client.get(address, {name: value} if name else {}).status_code == 500:
                broken.append(f"{address}?{name}={value[:20]}")
    assert broken == []
    assert asked_for > 500
