"""Duty in a real browser: on and off by one's own hand, with signal and without; the way walked in between."""

from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import expect

from inspections.models import Duty, TrackSegment
from tests.browser.conftest import started
from tests.browser.phone import until

pytestmark = pytest.mark.browser

# Counts how often a page asks to be told where it is from now on.
WATCHED = """
window.watched = 0;
const watch = navigator.geolocation.watchPosition;
navigator.geolocation.watchPosition = (...told) => { watched += 1; return watch.apply(navigator.geolocation, told); };
"""


@pytest.fixture
def walker(open_as, cast):
    """The inspector's phone on the page of duty, in the middle of the grid."""
    spot = cast.city.grid.versions.get().outline.point_on_surface
    return open_as(cast.inspector, "/m/duty/", at=spot), spot


def walk(page, spot, steps: int) -> None:
    """Go north, 20 m at a time, as far as the phone notices."""
    for step in range(1, steps + 1):
        latitude = spot.y + step * 0.00018
        page.context.set_geolocation({"longitude": spot.x, "latitude": latitude, "accuracy": 5})
        # The last point stays even when a stretch with those before it is sent meanwhile.
        page.wait_for_function(
            "(north) => Math.abs((JSON.parse(localStorage.getItem(`gridgov-track-${document.body.dataset.user}`) ?? '[]').at(-1)?.[1] ?? 0) - north) < 2e-6",
            arg=latitude,
        )


def test_the_way_is_kept_between_going_on_and_off_duty_only(walker):
    page, spot = walker
    page.get_by_role("button", name="Go on duty").tap()
    expect(page.get_by_role("button", name="Go off duty")).to_be_visible()
    page.goto("/m/")
    expect(page.locator(".strip [data-on]")).to_be_visible()
    walk(page, spot, 4)
    page.get_by_role("button", name="Go off duty").tap()
    expect(page.get_by_role("button", name="Go on duty")).to_be_visible()
    expect(page.locator(".strip [data-on]")).to_be_hidden()
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => /^gridgov-(track|stretch|duty)-/.test(key))"
    )
    duty = Duty.objects.get()
    stretches = list(TrackSegment.objects.all())
    assert duty.ended_at
    assert {stretch.duty for stretch in stretches} == {duty}
    assert sum(stretch.path.num_points for stretch in stretches) >= 4
    assert all(len(stretch.seconds) == stretch.path.num_points for stretch in stretches)


def test_a_phone_that_does_not_say_where_it_is_is_told_that_no_way_is_kept(walker):
    page, spot = walker
    page.context.clear_permissions()
    page.get_by_role("button", name="Go on duty").tap()
    expect(page.get_by_role("button", name="Go off duty")).to_be_visible()
    expect(page.locator(".strip [data-unseen]")).to_be_visible()
    expect(page.locator(".strip [data-on]")).to_be_hidden()
    page.context.grant_permissions(["geolocation"])
    page.reload()
    expect(page.locator(".strip [data-on]")).to_be_visible()
    walk(page, spot, 1)
    expect(page.locator(".strip [data-unseen]")).to_be_hidden()


def test_without_signal_the_hand_counts_and_the_server_hears_of_it_later(walker):
    page, _spot = walker
    started(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_role("button", name="Go on duty").tap()
    expect(page.get_by_role("button", name="Go off duty")).to_be_visible()
    assert not Duty.objects.exists()
    pressed = until(page, lambda queue: [item["kind"] for item in queue["items"]] == ["duty"])
    page.context.set_offline(False)
    until(page, lambda queue: [item["state"] for item in queue["items"]] == ["sent"])
    at = pressed["items"][0]["body"]["at"]
    assert Duty.objects.get().started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z") == at


def test_a_forgotten_duty_is_asked_about_and_the_way_home_is_not_kept(walker):
    page, _spot = walker
    page.add_init_script(WATCHED)
    page.get_by_role("button", name="Go on duty").tap()
    expect(page.get_by_role("button", name="Go off duty")).to_be_visible()
    page.wait_for_function("window.watched === 1")
    Duty.objects.update(started_at=F("started_at") - timedelta(hours=12, minutes=1))
    page.goto("/m/duty/")
    expect(page.locator(".strip [data-forgotten]")).to_be_visible()
    page.reload()
    expect(page.locator(".strip [data-forgotten]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.watched") == 0
    page.get_by_role("button", name="Go off duty").tap()
    expect(page.get_by_role("button", name="Go on duty")).to_be_visible()
    assert Duty.objects.get().ended_at
