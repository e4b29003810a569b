"""Duty in a real browser: on and off by one's own hand, with signal and without; the way walked in between."""

import pytest
from playwright.sync_api import expect

from inspections.models import Duty, TrackSegment
from tests.browser.phone import until

pytestmark = pytest.mark.browser


@pytest.fixture
def walker(open_as, cast):
    """The inspector's phone on the page of duty, in the middle of the grid."""
    spot = cast.city.grid.versions.get().outline.point_on_surface
    return open_as(cast.inspector, "/m/duty/", at=spot), spot


def walk(page, spot, steps: int) -> None:
    """Go north, 20 m at a time, as far as the phone notices."""
    for step in range(1, steps + 1):
        page.context.set_geolocation(
            {"longitude": spot.x, "latitude": spot.y + step * 0.00018, "accuracy": 5}
        )
        page.wait_for_function(
            "(many) => JSON.parse(localStorage.getItem(`gridgov-track-${document.body.dataset.user}`) ?? '[]').length >= many",
            arg=step,
        )


def test_the_way_is_kept_between_going_on_and_off_duty_only(walker):
    page, spot = walker
    page.get_by_role("button", name="Go on duty").tap()
    expect(page.get_by_role("button", name="Go off duty")).to_be_visible()
    page.goto("/m/")
    expect(page.locator(".strip").get_by_text("On duty")).to_be_visible()
    walk(page, spot, 4)
    page.get_by_role("button", name="Go off duty").tap()
    expect(page.get_by_role("button", name="Go on duty")).to_be_visible()
    expect(page.locator(".strip").get_by_text("On duty")).to_be_hidden()
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => /^gridgov-(track|stretch)-/.test(key))"
    )
    duty = Duty.objects.get()
    stretches = list(TrackSegment.objects.all())
    assert duty.ended_at
    assert {stretch.duty for stretch in stretches} == {duty}
    assert sum(stretch.path.num_points for stretch in stretches) >= 4
    assert all(len(stretch.seconds) == stretch.path.num_points for stretch in stretches)
    assert page.evaluate("localStorage.length") == 0 or "gridgov-duty" not in page.evaluate(
        "Object.keys(localStorage).join()"
    )


def test_without_signal_the_hand_counts_and_the_server_hears_of_it_later(walker):
    page, _spot = walker
    expect(page.locator("form[data-ready]")).to_be_visible()
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
