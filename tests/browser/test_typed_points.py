"""Points typed in for a period: nobody loses them by turning the page."""

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, expect

from assessment.models import TypedPoints
from tests.assessment.periods import World
from tests.browser.conftest import DESK, started

pytestmark = pytest.mark.browser


def test_who_turns_the_page_with_points_not_kept_is_asked_first(open_as, cast):
    world = World(cast)
    address = reverse("assessment:type_in_points", args=[world.period.pk])
    page = open_as(cast.supervisor, address, viewport=DESK)
    started(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    team = world.city.team.pk
    page.locator(f"[name=points-{team}]").fill("80")
    page.get_by_role("link", name="Back to the period").click()
    expect(page.locator(f"[name=points-{team}]")).to_have_value("80")
    assert asked == ["beforeunload"]

    # The button is in sight however long the list is; what is refused comes back, and is not lost either.
    page.get_by_role("button", name="Keep these points").click()
    expect(page.locator(".errors")).to_contain_text("Give the reason")
    started(page)
    page.get_by_role("link", name="Back to the period").click()
    expect(page.locator(f"[name=points-{team}]")).to_have_value("80")
    assert asked == ["beforeunload"] * 2

    page.locator(f"[name=reason-{team}]").fill("走访满意")
    page.get_by_role("button", name="Keep these points").click()
    expect(page.locator(".messages")).to_contain_text("Kept: 1 change.")
    page.get_by_role("link", name="Back to the period").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Points typed in")
    assert len(asked) == 2
    assert TypedPoints.objects.get().points == 80
