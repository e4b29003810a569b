"""The phone's pages as a thumb and an eye meet them: nothing overflows, everything can be hit, little is loaded."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import ConsoleMessage, Page, Response, expect

from cases.workflow import Status
from tests.browser.conftest import started
from tests.case_factories import case_in, make_case, stored
from tests.factories import inside
from tests.inspection_factories import make_checklist, make_task
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.browser
BUDGET = 120 * 1024
LONG = "佛平四路与南新三路交叉口东南角公交站旁边第三根灯杆下面靠近桂园市场北门的人行道上"


@pytest.fixture
def busy(cast):
    """Every kind of errand, with long words and photos, and a shop that is asked; returns the pages by person."""
    shop = make_object(cast.city.grid, make_type(), name=LONG, code="SHOP-1", address=LONG)
    asked = [{"question": "通道是否畅通", "days_low": 30}]
    make_checklist([shop.type], asked, department=cast.city.district_department)
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector, title=LONG)
    made = {
        status: case_in(status, cast, address=LONG, photos=stored(cast.inspector))
        for status in (Status.HANDLED, Status.CHECKING, Status.DISPATCHED, Status.HANDLING, Status.REFUSED)
    }

    def step(status: Status, verb: str) -> str:
        return f"/cases/{made[status].number}/{verb}/"

    return {
        cast.inspector: [
            "/m/",
            "/m/verify/",
            "/m/cases/",
            "/m/report/",
            "/m/nearby/",
            "/m/queue/",
            "/m/offline/",
            "/me/",
            f"/m/report/{made[Status.REFUSED].number}/",
            step(Status.HANDLED, "verify"),
            step(Status.CHECKING, "answer-check"),
            "/m/visits/",
            f"/m/visit/?object={shop.code}",
            f"/m/tasks/{task.pk}/",
            "/m/duty/",
            "/m/diary/",
            "/registry/",
            "/registry/map/",
            f"/registry/{shop.code}/",
            f"/m/object/?object={shop.code}",
            f"/registry/{shop.code}/propose/",
        ],
        cast.grid_leader: ["/m/board/", "/m/board/order/", "/m/campaigns/", "/m/diary/?of=team"],
        cast.handler: [
            "/m/",
            "/m/handling/",
            step(Status.DISPATCHED, "accept"),
            step(Status.HANDLING, "feed-back"),
            step(Status.HANDLING, "ask-return"),
        ],
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_fits_the_screen_the_thumb_and_the_policy(open_as, cast, busy, language):
    faults = []

    def listen(said: ConsoleMessage) -> None:
        if said.type == "error":
            faults.append(said.text)

    for person, addresses in busy.items():
        page = open_as(person, "/m/", at=inside(cast.city.grid), locale=language)
        page.on("console", listen)
        for address in addresses:
            page.goto(address, wait_until="networkidle")
            for width in (390, 320):
                page.set_viewport_size({"width": width, "height": 700})
                faults += [(address, width, fault) for fault in too_wide(page) + too_small(page)]
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            faults += [(address, "text twice as large", fault) for fault in too_wide(page)]
    assert not faults, "\n".join(map(str, faults))


def test_letters_are_large_enough_to_read_outdoors(open_as, cast, busy):
    page = open_as(cast.inspector, "/m/")
    assert (
        page.evaluate("parseFloat(getComputedStyle(document.querySelector('.card__title')).fontSize)") >= 17
    )


def test_a_search_keeps_its_words_clear_of_its_icon(open_as, cast):
    page = open_as(cast.operator, "/m/")  # says that this is a phone
    page.goto(f"/cases/{make_case(cast).number}/register/", wait_until="networkidle")
    search = page.get_by_role("searchbox")
    words = search.bounding_box()["x"] + search.evaluate(
        "(box) => parseFloat(getComputedStyle(box).paddingLeft)"
    )
    icon = page.locator(".search > .icon").bounding_box()
    assert icon["x"] + icon["width"] <= words


def test_the_first_load_stays_small(open_as, cast, busy, live_server):
    """All that /m/ loads before photos and map, as it goes over the wire: at most 120 KB, the day among it."""
    loaded: list[str] = []
    told: dict[str, int] = {}

    def weigh(response: Response) -> None:
        loaded.append(response.url)
        if "/api/" in response.url:
            told[response.url] = len(gzip.compress(response.body()))

    page = open_as(cast.inspector, "/m/verify/")
    page.context.on("response", weigh)
    session = page.context.new_cdp_session(page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto("/m/")
    started(page)
    page.wait_for_load_state("networkidle")
    html = len(gzip.compress(page.content().encode()))
    files = {
        re.sub(r"[?#].*", "", url.removeprefix(f"{live_server.url}/static/"))
        for url in loaded
        if "/static/" in url
    }
    sizes = {name: compressed(Path(finders.find(name))) for name in files}
    assert {"gridgov/js/app.js", "vendor/lucide/icons.svg"} <= files
    assert any("/api/v1/day/" in url for url in told)
    assert html + sum(sizes.values()) + sum(told.values()) <= BUDGET, sizes | told


def compressed(path: Path) -> int:
    """As WhiteNoise sends it: the smaller of brotli and gzip."""
    content = path.read_bytes()
    return min(len(brotli.compress(content)), len(gzip.compress(content)))


def too_wide(page: Page) -> list[str]:
    return page.evaluate("""
        () => document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll("body *")]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
            .map((element) => `too wide: ${element.className || element.tagName}`)
    """)


def too_small(page: Page) -> list[str]:
    """What one can press in the page's own part that is smaller than 44 px, its stretched reach counted in."""
    return page.evaluate("""
        () => [...document.querySelectorAll(".phone :is(a, button, summary, label:has(input), .pick)")]
          .filter((element) => element.checkVisibility() && !element.closest("dialog, [hidden]"))
          .map((element) => {
            const box = element.getBoundingClientRect();
            const reach = getComputedStyle(element, "::after");
            const more = reach.content !== "none" && reach.position === "absolute";
            const width = Math.max(box.width, more ? parseFloat(reach.width) : 0);
            const height = Math.max(box.height, more ? parseFloat(reach.height) : 0);
            return [element.textContent.trim() || element.getAttribute("aria-label"), width, height];
          })
          .filter(([, width, height]) => width < 44 || height < 44)
          .map(([name, width, height]) => `too small: ${name} ${Math.round(width)}x${Math.round(height)}`)
    """)


def test_what_is_nearby_stands_on_a_map_too(open_as, cast):
    case = make_case(cast)
    page = open_as(cast.inspector, "/m/nearby/", at=case.point)
    page.get_by_role("button", name="Map").tap()
    dot = page.locator(".nearby__map path.map-dot")
    expect(dot).to_have_count(1)
    dot.dispatch_event("click")
    page.locator(".leaflet-popup a.button").dispatch_event("click")
    page.wait_for_url(f"**/{case.number}/")
