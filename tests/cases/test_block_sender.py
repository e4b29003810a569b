"""Keeping a sender out from the page of the case."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import BlockedSender, Follower
from cases.services import report_as_citizen
from cases.services.citizen import Sender
from gridgov import clock
from tests.case_factories import Cast, make_case
from tests.factories import inside

FILLED = {"reason": "广告", "days": "7"}


@pytest.fixture
def follower(cast: Cast) -> Follower:
    sender = Sender(device_hash="d" * 64, address_hash="a" * 64)
    return report_as_citizen(
        district=cast.city.district, sender=sender, description="低价贷款", point=inside(cast.city.grid)
    )


def address(follower: Follower) -> str:
    return reverse("cases:block_sender", args=[follower.case.number])


def test_the_page_of_the_case_leads_to_it_and_the_device_is_kept_out(client, cast, follower):
    client.force_login(cast.operator)
    page = client.get(reverse("cases:case_detail", args=[follower.case.number])).content.decode()
    assert address(follower) in page
    assert client.post(address(follower), {**FILLED, "follower": follower.pk}).status_code == 302
    blocked = BlockedSender.objects.get()
    assert (blocked.sender_hash, blocked.reason, blocked.blocked_by) == ("d" * 64, "广告", cast.operator)
    assert timedelta(days=6) < blocked.until - clock.now() <= timedelta(days=7)


def test_the_network_too_where_that_is_asked_for(client, cast, follower):
    client.force_login(cast.operator)
    client.post(address(follower), {**FILLED, "follower": follower.pk, "with_address": "on"})
    assert set(BlockedSender.objects.values_list("sender_hash", flat=True)) == {"d" * 64, "a" * 64}


@pytest.mark.parametrize("change", [{"reason": " "}, {"days": "400"}, {"follower": "0"}])
def test_what_is_missing_is_said_and_nobody_is_kept_out(client, cast, follower, change):
    client.force_login(cast.operator)
    response = client.post(address(follower), {**FILLED, "follower": follower.pk, **change})
    assert response.status_code == 422
    assert not BlockedSender.objects.exists()


def test_a_sender_of_whom_nothing_is_known_can_t_be_kept_out(client, cast, follower):
    Follower.objects.update(device_hash="", address_hash="")
    client.force_login(cast.operator)
    assert client.post(address(follower), {**FILLED, "follower": follower.pk}).status_code == 422


def test_others_find_nothing_there(client, cast, follower):
    for person in (cast.inspector, cast.handler, cast.stranger):
        client.force_login(person)
        assert client.get(address(follower)).status_code == 404
    client.force_login(cast.operator)
    without = make_case(cast)
    assert client.get(reverse("cases:block_sender", args=[without.number])).status_code == 404
