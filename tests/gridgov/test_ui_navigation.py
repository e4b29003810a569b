"""The navigation: only what exists and what this person may see, with counts."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import include, path

from gridgov import context_processors
from gridgov.context_processors import Entry, navigation


def _page(request):
    raise AssertionError("never called")


urlpatterns = [
    path(
        "shop/",
        include(([path("queue/", _page, name="queue"), path("back-room/", _page, name="back_room")], "shop")),
    )
]


class Person:
    is_authenticated = True
    is_staff = False


@pytest.fixture
def request_of(rf: RequestFactory, settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    entries = [
        Entry("Queue", "shop:queue", "inbox"),
        Entry("Back room", "shop:back_room", "lock"),
        Entry("Not built yet", "shop:later", "clock"),
    ]
    monkeypatch.setitem(context_processors.NAVIGATION, "console", entries)
    monkeypatch.setattr(
        context_processors, "SHOWN", {"shop:back_room": lambda request: request.user.is_staff}
    )
    monkeypatch.setattr(context_processors, "COUNT_SOURCES", {"console": [lambda request: {"shop:queue": 4}]})
    monkeypatch.setattr(context_processors, "MORE_LINKS", [])

    def build(user):
        request = rf.get("/shop/queue/")
        request.user = user
        request.resolver_match = None
        return request

    return build


def test_a_page_that_does_not_exist_yet_is_left_out(request_of):
    assert "shop:later" not in [link.entry.url_name for link in navigation(request_of(Person()), "console")]


def test_an_entry_is_left_out_for_whom_it_is_not(request_of):
    person = Person()
    assert [link.entry.label for link in navigation(request_of(person), "console")] == ["Queue"]
    person.is_staff = True
    assert [link.entry.label for link in navigation(request_of(person), "console")] == ["Queue", "Back room"]


def test_a_queue_shows_its_count(request_of):
    (queue,) = navigation(request_of(Person()), "console")
    assert (queue.url, queue.count) == ("/shop/queue/", 4)


def test_nobody_signed_in_sees_none(request_of):
    assert navigation(request_of(AnonymousUser()), "console") == []
