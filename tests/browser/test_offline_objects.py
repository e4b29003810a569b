"""Without signal: every object of my grids has its profile, and what is nearby is there with its distance."""

from datetime import timedelta

import pytest
from django.core.signals import request_started
from playwright.sync_api import Page, expect

from cases.workflow import Action, Status
from gridgov import clock
from inspections.models import ChecklistItem
from inspections.services.visits import Given
from tests.browser.conftest import OpenAs
from tests.browser.phone import PATIENCE, states, until, until_true, until_worker_answers
from tests.browser.test_phone_pages import too_small, too_wide
from tests.case_factories import case_in
from tests.factories import make_post
from tests.inspection_factories import make_checklist, make_task, make_visit, photo_ahead
from tests.registry_factories import make_licence, make_object, make_type

pytestmark = pytest.mark.browser

KEPT = """(path) => caches.keys().then(async (names) => {
  for (const name of names) if (await (await caches.open(name)).match(path, { ignoreVary: true, ignoreSearch: true })) return true;
  return false;
})"""


@pytest.fixture
def shop(cast):
    """A shop with a licence that ended, a list of two items that nobody has asked yet, and a person who answers."""
    city = cast.city
    shop = make_object(city.grid, make_type(), name="演示商铺", code="SHOP-1", address="桂澜路 8 号")
    make_checklist([shop.type], [{"days_low": 30}, {"days_low": 90}], department=city.district_department)
    day = timedelta(days=1)
    department = city.district_department
    make_licence(shop, department, kind="消防许可证", number="A-1", valid_to=clock.today() - day)
    make_licence(shop, department, kind="营业执照", number="B-2", valid_to=clock.today() + 400 * day)
    make_post(
        role="grid_leader",
        organisation=city.community_centre,
        area=city.grid,
        is_responsible=True,
        title="片长",
    )
    return shop


@pytest.fixture
def page(open_as: OpenAs, cast, shop) -> Page:
    """The inspector's phone beside the shop, with the shell and the day on it, and no signal any more."""
    page = open_as(cast.inspector, "/m/", at=shop.point, service_workers="allow")
    without_signal(page)
    return page


def without_signal(page: Page, *ahead: str) -> None:
    """Wait until the worker has the pages and the phone the day, then cut the network."""
    until_worker_answers(page)
    for path in ("/m/object/", "/m/nearby/", "/m/visits/", "/m/visit/", "/api/v1/day/", *ahead):
        until_true(page, f"({KEPT})({path!r})")
    page.context.set_offline(True)


def no_complaint(page: Page) -> None:
    expect(page.locator("[data-failure]")).to_have_count(0, timeout=PATIENCE)


def test_an_object_that_was_never_opened_shows_what_the_day_knows_of_it(page):
    page.goto("/registry/SHOP-1/")
    page.wait_for_url("**/m/object/?object=SHOP-1")
    profile = page.locator("article.object")
    expect(profile).to_contain_text("演示商铺", timeout=PATIENCE)
    expect(profile).to_contain_text("As this phone knew it at", timeout=PATIENCE)
    expect(profile).to_contain_text("桂澜路 8 号", timeout=PATIENCE)
    first = page.locator(".licence").first
    expect(first).to_contain_text("消防许可证", timeout=PATIENCE)
    expect(first).to_contain_text("Ended", timeout=PATIENCE)
    assert "licence--ended" in first.get_attribute("class")
    expect(page.locator(".licence").last).to_contain_text("Valid", timeout=PATIENCE)
    expect(page.locator("[data-due]")).to_contain_text("2 due", timeout=PATIENCE)
    expect(page.locator("[data-people]")).to_contain_text("片长", timeout=PATIENCE)
    expect(profile).to_contain_text("Nobody has been here yet", timeout=PATIENCE)
    no_complaint(page)
    page.get_by_role("link", name="Visit").tap()
    expect(page.locator("[data-item]").first).to_be_visible(timeout=PATIENCE)


def test_the_visit_leads_to_the_profile_and_the_registry_to_what_is_on_the_phone(page):
    page.goto("/m/visit/?object=SHOP-1")
    page.get_by_role("link", name="All that is known").tap()
    expect(page.locator(".licence").first).to_contain_text("消防许可证", timeout=PATIENCE)
    page.goto("/registry/")
    page.wait_for_url("**/m/visits/")
    expect(page.get_by_role("link", name="演示商铺")).to_be_visible(timeout=PATIENCE)


def test_an_object_outside_the_day_says_that_it_is_not_here(page):
    page.goto("/registry/ELSEWHERE-1/")
    expect(page.get_by_role("heading", name="This object is not on the phone")).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.get_by_role("link", name="Visit", exact=True)).to_be_hidden()


def test_a_page_opened_before_says_quietly_what_it_lacks_and_gets_it_with_the_signal(open_as, cast, shop):
    make_visit(cast.inspector, shop)
    page = open_as(cast.inspector, "/m/", at=shop.point, service_workers="allow")
    until_worker_answers(page)
    page.goto("/registry/SHOP-1/")
    expect(page.locator("[data-visits]")).to_contain_text("Visits", timeout=PATIENCE)
    until_true(page, f"({KEPT})('/registry/SHOP-1/')")
    without_signal(page)
    page.reload()
    expect(page.locator("[data-visits]")).to_contain_text("No signal: visits, findings", timeout=PATIENCE)
    no_complaint(page)
    page.context.set_offline(False)
    expect(page.locator("[data-visits]")).to_contain_text(
        "Nothing abnormal was ever found here.", timeout=PATIENCE
    )


def test_nearby_lists_tasks_cases_and_objects_by_distance_on_the_outlines(open_as, cast, shop):
    case = case_in(Status.HANDLED, cast, actor=cast.grid_leader, point=north_of(shop.point, 40))
    make_task(cast.city.grid, title="近的任务", object=shop, assignee=cast.inspector)
    far = make_object(
        cast.city.grid, shop.type, name="远的商铺", code="FAR-1", point=north_of(shop.point, 30)
    )
    page = open_as(cast.inspector, "/m/", at=shop.point, service_workers="allow")
    # The page of a case that waits is fetched ahead.
    without_signal(page, f"/cases/{case.number}/")
    page.goto("/m/nearby/")
    expect(page.locator("[data-kept-since]")).to_contain_text(
        "No signal: what this phone knew at", timeout=PATIENCE
    )
    expect(page.locator("[data-kept=tasks]")).to_contain_text("近的任务", timeout=PATIENCE)
    expect(page.locator("[data-kept=cases] article")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("[data-kept=cases]")).to_contain_text("40 m", timeout=PATIENCE)
    names = page.locator("[data-kept=objects] .card__title")
    expect(names).to_have_text([shop.name, far.name], timeout=PATIENCE)
    expect(page.locator("[data-kept=objects] article").last).to_contain_text("30 m", timeout=PATIENCE)
    no_complaint(page)
    page.get_by_role("button", name="Map").tap()
    expect(page.locator(".nearby__map path.map-dot")).to_have_count(4, timeout=PATIENCE)
    expect(page.locator(".nearby__map path.place__outline").first).to_be_attached(timeout=PATIENCE)
    page.locator("[data-kept=cases] a").first.tap()
    expect(page.get_by_text(case.number).first).to_be_visible(timeout=PATIENCE)
    page.goto("/m/nearby/")
    page.get_by_role("link", name="远的商铺").tap()
    page.wait_for_url("**/m/object/?object=FAR-1")


def test_with_a_signal_the_objects_stand_below_what_the_server_finds(open_as, cast, shop):
    page = open_as(cast.inspector, "/m/nearby/", at=shop.point)
    expect(page.locator("[data-kept=objects] .card__title")).to_have_text([shop.name], timeout=PATIENCE)
    expect(page.locator("[data-kept=tasks]")).to_be_hidden()
    expect(page.locator("[data-kept-since]")).to_be_hidden()
    page.get_by_role("link", name=shop.name).tap()
    page.wait_for_url("**/registry/SHOP-1/")


def test_when_the_server_fails_what_the_phone_knows_is_listed(open_as, cast, shop):
    make_task(cast.city.grid, title="近的任务", object=shop, assignee=cast.inspector)
    page = open_as(cast.inspector, "/m/nearby/", at=shop.point)
    expect(page.locator("[data-kept=objects] .card__title")).to_have_text([shop.name], timeout=PATIENCE)
    page.route("**/m/nearby/?*", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.get_by_role("button", name="Look again from here").tap()
    expect(page.locator("[data-kept=tasks]")).to_contain_text("近的任务", timeout=PATIENCE)
    expect(page.locator("[data-kept-since]")).to_be_visible()
    expect(page.locator("[data-found]")).to_be_empty()


def test_without_a_position_what_the_phone_knows_is_listed_all_the_same(open_as, cast, shop):
    page = open_as(cast.inspector, "/m/nearby/", service_workers="allow")
    expect(page.locator("[data-kept=objects] .card__title")).to_have_text([shop.name], timeout=PATIENCE)
    expect(page.locator("[data-kept-since]")).to_be_hidden()
    without_signal(page)
    page.goto("/m/nearby/")
    expect(page.locator("[data-kept-since]")).to_contain_text("No signal", timeout=PATIENCE)
    expect(page.get_by_role("heading", name="This phone does not tell its position")).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.locator("[data-kept=objects] .card__title")).to_have_text([shop.name], timeout=PATIENCE)


def test_a_phone_that_knows_only_some_objects_says_how_many_of_how_many(open_as, cast, shop, monkeypatch):
    monkeypatch.setattr("inspections.day.MOST_OBJECTS", 1)
    make_visit(cast.inspector, make_object(cast.city.grid, shop.type))
    page = open_as(cast.inspector, "/m/visits/", at=shop.point)
    expect(page.locator("[data-how-many]")).to_contain_text("1 of 2 objects of your grids", timeout=PATIENCE)
    expect(page.get_by_role("link", name=shop.name)).to_be_visible(timeout=PATIENCE)
    page.goto("/m/nearby/")
    expect(page.locator("[data-how-many]")).to_contain_text("1 of 2 objects of your grids", timeout=PATIENCE)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_the_phone_draws_itself_fits_the_screen_and_the_thumb(open_as, cast, shop, language):
    make_visit(cast.inspector, shop, abnormal(shop, cast.inspector))
    case_in(Status.HANDLED, cast, actor=cast.grid_leader, point=shop.point)
    make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    page = open_as(cast.inspector, "/m/", at=shop.point, service_workers="allow", locale=language)
    without_signal(page)
    faults = []
    for address, drawn in (("/m/object/?object=SHOP-1", ".licence"), ("/m/nearby/", "[data-kept=cases] a")):
        page.goto(address)
        expect(page.locator(drawn).first).to_be_visible(timeout=PATIENCE)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 700})
            faults += [(address, width, fault) for fault in too_wide(page) + too_small(page)]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults += [(address, "text twice as large", fault) for fault in too_wide(page)]
    assert faults == []


def test_what_two_pages_ask_for_ahead_is_fetched_once(open_as, cast, shop):
    page = open_as(cast.inspector, "/m/", service_workers="allow")
    until_worker_answers(page)
    asked: list[str] = []

    def heard(environ: dict[str, str], **_: object) -> None:
        asked.append(environ["PATH_INFO"])

    request_started.connect(heard)
    page.evaluate(
        """() => {
          for (let page = 0; page < 2; page += 1) navigator.serviceWorker.controller.postMessage({ precache: ["/registry/SHOP-1/"], user: document.body.dataset.user });
        }"""
    )
    until_true(page, f"({KEPT})('/registry/SHOP-1/')")
    page.wait_for_load_state("networkidle")
    request_started.disconnect(heard)
    assert asked.count("/registry/SHOP-1/") == 1


def abnormal(shop, inspector):
    item = ChecklistItem.objects.filter(version__checklist__types=shop.type).order_by("order")[0]
    return Given(item.pk, "abnormal", photos=[photo_ahead(inspector)])


def north_of(point, metres):
    moved = point.clone()
    moved.y += metres / 111_320
    return moved


def test_after_another_language_was_chosen_the_day_stays_until_it_is_there_in_it(page, cast):
    page.context.set_offline(False)
    page.goto("/me/")
    # The signal goes before the day has come in the new language.
    page.route("**/api/v1/day/**", lambda route: route.abort())
    with page.expect_navigation():
        page.get_by_role("button", name="简体中文").tap()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.context.set_offline(True)
    until_true(page, "navigator.serviceWorker.controller.scriptURL.includes('zh')")
    page.goto("/m/visit/?object=SHOP-1")
    expect(page.locator("[data-item]").first).to_be_visible(timeout=PATIENCE)
    page.goto("/m/nearby/")
    expect(page.get_by_role("link", name="演示商铺")).to_be_visible(timeout=PATIENCE)
    page.unroute("**/api/v1/day/**")
    page.context.set_offline(False)
    page.goto("/m/")
    until_true(
        page,
        "caches.keys().then((names) => !names.some((name) => name.startsWith('gridgov.pages-') && name.endsWith('-en')))",
    )
    until_true(
        page,
        "caches.keys().then(async (names) => { const old = names.find((name) => name.startsWith('gridgov.day-') && name.endsWith('-en')); return !old || !(await (await caches.open(old)).match('/api/v1/day/')); })",
    )
    page.context.set_offline(True)
    page.goto("/m/visit/?object=SHOP-1")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("[data-item]").first).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize(("asked", "about"), [("SHOP-1/propose/?kind=changed", "SHOP-1"), ("propose/", "")])
def test_what_has_changed_is_said_in_a_report_where_there_is_no_signal(page, asked, about):
    page.goto(f"/registry/{asked}")
    page.wait_for_url("**/m/report/?instead=proposal*")
    expect(page.get_by_text("Changes to the registry need a signal.")).to_be_visible()
    expect(page.locator("[name=object]")).to_have_value(about)
    page.fill("[name=description]", "换了老板")
    page.locator("button[form=report]").tap()
    queue = until(page, lambda queue: states(queue) == ["waiting"])
    assert queue["items"][0]["body"].get("object", "") == about


def test_a_case_that_was_opened_can_be_commented_without_signal(open_as, cast):
    case = case_in(Status.HANDLED, cast)
    page = open_as(cast.inspector, "/m/", service_workers="allow")
    until_worker_answers(page)
    page.goto(f"/cases/{case.number}/")
    without_signal(page, f"/cases/{case.number}/comment/", f"/cases/{case.number}/")
    page.goto(f"/cases/{case.number}/comment/")
    page.locator("#step textarea").fill("门锁着")
    page.locator("#step .step__actions button").tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    page.context.set_offline(False)
    until(page, lambda queue: states(queue) == ["sent"])
    assert case.events.filter(action=Action.COMMENT, note="门锁着").exists()
