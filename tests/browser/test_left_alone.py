"""Some days after a visit an object is left alone, unless something that was found there is open: on every page of the phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from gridgov import clock
from inspections.models import ChecklistItem
from inspections.services.visits import Given
from tests.browser.phone import PATIENCE
from tests.browser.test_visit import shop  # noqa: F401 - the shop of the visits
from tests.inspection_factories import make_task, make_visit, photo_ahead
from tests.inspections.test_campaign_tasks import make_campaign

pytestmark = pytest.mark.browser


def visited(person, shop, result: str, days_ago: int) -> None:  # noqa: F811
    """Somebody was there and asked one item of four."""
    ended = clock.now() - timedelta(days=days_ago)
    item = ChecklistItem.objects.order_by("order")[0]
    photos = [photo_ahead(person)] if result == "abnormal" else []
    given = Given(item.pk, result, photos=photos)
    make_visit(person, shop, given, started_at=ended - timedelta(minutes=5), finished_at=ended)


def expect_due(page: Page, objects: int, items: int) -> None:
    """On the list of what is to visit, and on the profile."""
    expect(page.locator("[data-part=due]").first).to_have_text(str(objects), timeout=PATIENCE)
    page.goto("/m/object/?object=SHOP-1")
    due = page.locator("[data-due]")
    expect(due).to_contain_text(f"{items} due" if items else "ext on", timeout=PATIENCE)


@pytest.mark.parametrize(
    ("result", "days_ago", "objects", "items"),
    [("normal", 2, 0, 0), ("normal", 7, 1, 2), ("abnormal", 2, 1, 3)],
)
def test_nothing_is_due_for_a_week_unless_a_finding_is_open(
    open_as,
    cast,
    shop,  # noqa: F811
    result,
    days_ago,
    objects,
    items,
):
    visited(cast.grid_leader, shop, result, days_ago)
    expect_due(open_as(cast.inspector, "/m/visits/", at=shop.point), objects, items)


def test_a_campaign_asks_for_the_reason_as_the_server_will_and_an_order_does_not(open_as, cast, shop):  # noqa: F811
    visited(cast.grid_leader, shop, "normal", 2)
    campaign = make_campaign(cast.city.community, [shop.type])
    tasks = (
        make_task(cast.city.grid, kind="campaign", campaign=campaign, assignee=cast.inspector),
        make_task(cast.city.grid, object=shop, assignee=cast.inspector),
    )
    for task, is_asked in zip(tasks, (True, False), strict=True):
        page = open_as(cast.inspector, f"/m/visit/?object={shop.code}&task={task.pk}", at=shop.point)
        expect(page.locator("[data-item]").first).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("Objects are left alone for 7 days")).to_be_visible(
            visible=is_asked, timeout=PATIENCE
        )
