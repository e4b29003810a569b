"""Those without an account are told where they asked for it, and nothing of theirs stands where staff read."""

from collections.abc import Collection, Iterable

import pytest
from django.core import mail
from django.utils.translation import gettext_lazy as _

from gridgov import ways_out
from gridgov.models import Delivery, DeliveryState, Notice
from gridgov.outbox import Way, deliver_notices, register_outsiders, register_texts, send_notices
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(settings, monkeypatch) -> dict[int, Way]:
    """Those who wait outside, by number, as their app knows them."""
    settings.NOTICE_CHANNELS = ["email"]
    settings.PUBLIC_URL = "https://grid.example"
    monkeypatch.setattr(ways_out, "_ways_by_kind", {})
    register_texts({"test_over": _("Yes")})
    known: dict[int, Way] = {
        1: Way("waiter:1", "email", "one@example.org", "a citizen", language="en", url="/track/SECRET/"),
        2: Way("waiter:2", "email", "two@example.org", "a citizen", language="zh-hans", url="/track/OTHER/"),
        3: Way("waiter:3", "email", "", "a citizen"),
    }

    def ways(ids: Collection[int]) -> Iterable[Way]:
        return [known[pk] for pk in ids if pk in known]

    register_outsiders("waiter", ways)
    return known


def tell(*names: str, people=()) -> list[Notice]:
    return send_notices(people, "test_over", params={}, url="/cases/7/", subject="case:7", outside=names)


def test_each_is_told_in_their_language_with_their_own_link(waiting):
    tell("waiter:1", "waiter:2")

    assert deliver_notices() == 2
    by_receiver = {sent.to[0]: sent for sent in mail.outbox}
    assert by_receiver["one@example.org"].subject == "Yes"
    assert "https://grid.example/track/SECRET/" in by_receiver["one@example.org"].body
    assert by_receiver["two@example.org"].subject == "是"
    assert "/cases/7/" not in by_receiver["two@example.org"].body


def test_neither_address_nor_link_stands_in_what_is_kept(waiting):
    tell("waiter:1")

    kept = str([*Delivery.objects.values_list(), *Notice.objects.values_list()])
    assert "SECRET" not in kept
    assert "one@example.org" not in kept
    assert Delivery.objects.get().receiver == "a citizen"


def test_who_left_no_address_is_not_told(waiting):
    assert tell("waiter:3") == []
    assert not Delivery.objects.exists()


def test_no_person_sees_the_notice_of_those_outside(waiting):
    person = make_user(email="")

    tell("waiter:1", people=[person])

    assert [notice.recipient for notice in Notice.objects.order_by("id")] == [person, None]
    assert Notice.objects.visible_to(person).count() == 1


def test_who_has_withdrawn_meanwhile_is_left_alone(waiting):
    tell("waiter:1", "waiter:2")
    del waiting[1]
    waiting[2] = waiting[2]._replace(to="")

    assert deliver_notices() == 0
    assert {one.state for one in Delivery.objects.all()} == {DeliveryState.DROPPED}
    assert mail.outbox == []


def test_a_new_address_is_the_one_that_counts(waiting):
    tell("waiter:1")
    waiting[1] = waiting[1]._replace(to="new@example.org")

    assert deliver_notices() == 1
    assert mail.outbox[0].to == ["new@example.org"]


def test_what_goes_wrong_is_said_without_the_address(waiting, monkeypatch, caplog):
    def refuse(message):
        raise OSError("550 one@example.org is unknown")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    tell("waiter:1")

    assert deliver_notices() == 0
    assert Delivery.objects.get().last_error == "OSError: 550 … is unknown"
    assert "one@example.org" not in caplog.text


def test_a_kind_that_nobody_registered_is_a_mistake(waiting):
    with pytest.raises(KeyError):
        tell("stranger:1")


@pytest.mark.parametrize("count", [1, 2])
def test_telling_many_costs_as_much_as_telling_one(waiting, count, django_assert_num_queries):
    with django_assert_num_queries(2):  # the notice, the deliveries; the app's own query comes to it
        tell(*[f"waiter:{pk}" for pk in range(1, count + 1)])
