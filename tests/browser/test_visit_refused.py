"""A visit while the world moves on: what was typed stays, the page says what happened and what to do."""

import pytest
from playwright.sync_api import Page, expect

from inspections.models import Checklist, ChecklistVersion, Visit
from tests.browser.phone import answer_of, card, draw, files, photos_ready, until, until_true
from tests.browser.test_visit import FINISH, answer, arrived, item, shop  # noqa: F401 (the same shop)
from tests.inspection_factories import make_checklist, make_visit
from tests.registry_factories import make_type

pytestmark = pytest.mark.browser

DUE = ("灭火器是否有效", "通道是否畅通", "用电是否安全")


@pytest.fixture
def page(open_as, cast, shop) -> Page:  # noqa: F811
    """A visit in which something abnormal was photographed and noted, and something else is normal."""
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(page, DUE[1], "abnormal")
    item(page, DUE[1]).locator("[data-camera=before]").set_input_files(files(1))
    item(page, DUE[1]).locator("[data-note]").fill("堆了纸箱")
    answer(page, DUE[2], "normal")
    until(page, photos_ready(1))
    # The last thing that was told; what was told before is kept with it.
    until(page, lambda queue: len(queue["items"][0]["fields"]["answers"]) == 2)
    return page


def refused(page: Page) -> None:
    """The lists of such objects have changed meanwhile, so that the server takes one answer no longer."""
    fire = Checklist.objects.get()
    other = make_checklist([make_type("other")], [{"question": "别的"}], department=fire.department)
    answer_of(page, _MOVE_ANSWER, other.versions.get().items.get().pk)


# The draft answers an item that is asked of other objects.
_MOVE_ANSWER = """async (foreign) => {
  const open = indexedDB.open(`gridgov-${document.body.dataset.user}`);
  const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const items = database.transaction("items", "readwrite").objectStore("items");
  const asked = items.getAll();
  await new Promise((resolve) => { asked.onsuccess = resolve; });
  const [draft] = asked.result;
  const list = draft.fields.lists[0];
  list.items.push({ ...list.items[0], id: foreign, question: "别的" });
  draft.fields.answers[foreign] = { result: "normal" };
  const put = items.put(draft);
  await new Promise((resolve) => { put.onsuccess = resolve; });
  database.close();
}"""


def test_what_came_back_is_mended_at_once_with_all_that_was_typed(page):
    refused(page)
    page.reload()
    expect(page.get_by_text("Your draft: 3 answered.")).to_be_visible()
    page.locator(FINISH).tap()
    expect(page.get_by_text("The server did not accept it.")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Not asked of such objects (any more): 别的")).to_be_visible()
    page.get_by_role("button", name="Mend it").tap()
    expect(page.get_by_role("alert").filter(has_text="Take these answers back")).to_be_visible()
    expect(item(page, DUE[1]).locator("[data-note]")).to_have_value("堆了纸箱")
    expect(item(page, DUE[1]).locator(".shot img")).to_be_visible()
    page.wait_for_timeout(800)  # longer than two presses of gloves take
    answer(page, "别的", "normal")  # pressed once more it is taken back
    expect(item(page, "别的").locator("input[data-result]:checked")).to_have_count(0)
    page.locator(FINISH).tap()
    visit = arrived(page)
    assert (visit.answers.count(), visit.photos.count()) == (2, 1)
    assert visit.answers.get(result="abnormal").note == "堆了纸箱"


def test_what_came_back_is_opened_from_the_queue_too(page):
    refused(page)
    page.reload()
    expect(page.get_by_text("Your draft: 3 answered.")).to_be_visible()
    page.locator(FINISH).tap()
    expect(page.get_by_text("The server did not accept it.")).to_be_visible(timeout=15_000)
    page.goto("/m/queue/")
    expect(card(page, "refused")).to_contain_text("Take these answers back")
    card(page, "refused").locator("[data-open]").tap()
    expect(page.get_by_text("Your draft: 3 answered.")).to_be_visible()
    expect(item(page, DUE[1]).locator(".shot img")).to_be_visible()


def test_an_object_that_has_gone_to_other_peoples_area_keeps_its_draft_and_says_whom_to_ask(page, cast, shop):  # noqa: F811
    type(shop).objects.filter(pk=shop.pk).update(area=cast.city.other_grid)
    answer_of(page, "async () => { for (const name of await caches.keys()) await caches.delete(name); }")
    page.reload()
    expect(page.get_by_text("Your draft: 2 answered.")).to_be_visible()
    expect(item(page, DUE[1]).locator("[data-note]")).to_have_value("堆了纸箱")
    page.locator(FINISH).tap()
    expect(page.get_by_text("show it to your grid leader")).to_be_visible(timeout=15_000)
    assert not Visit.objects.exists()
    page.goto("/m/queue/")
    expect(card(page, "refused")).to_contain_text("show it to your grid leader")
    expect(card(page, "refused").locator("img")).to_be_visible()


def test_an_object_that_has_closed_meanwhile_is_told_all_the_same(page, shop):  # noqa: F811
    type(shop).objects.filter(pk=shop.pk).update(state="closed")
    page.reload()
    expect(page.get_by_text("Your draft: 2 answered.")).to_be_visible()
    page.locator(FINISH).tap()
    assert arrived(page).answers.count() == 2


def test_a_checklist_that_was_retired_meanwhile_is_taken(page):
    Checklist.objects.update(is_active=False)
    ChecklistVersion.objects.update(state="retired")
    page.locator(FINISH).tap()
    assert arrived(page).answers.count() == 2


def test_somebody_who_was_there_meanwhile_is_told_of(page, cast, shop):  # noqa: F811
    make_visit(cast.grid_leader, shop)
    page.locator(FINISH).tap()
    expect(page.get_by_text("Somebody had been here a few days before.")).to_be_visible(timeout=15_000)
    assert Visit.objects.get(inspector=cast.inspector).too_soon


def test_of_one_item_nine_photos_go_along_and_the_others_are_said(page):
    one = item(page, DUE[1])
    one.locator("[data-camera=before]").set_input_files(files(10)[1:])
    expect(one.get_by_text("Nine photos at most")).to_be_visible()
    expect(one.locator(".shot")).to_have_count(9)
    until(page, photos_ready(9))
    one.locator("[data-draw]").first.tap()
    draw(page)
    expect(one.locator(".shot")).to_have_count(9)


def test_a_photo_taken_away_while_another_is_read_leaves_that_one_there(page):
    one = item(page, DUE[1])
    page.evaluate(_READ_WHEN_TOLD)
    one.locator("[data-camera=before]").set_input_files(files(2)[1:])
    until_true(page, "Boolean(window.readNow)")
    one.locator("[data-remove]").tap()
    expect(one.locator(".shot")).to_have_count(0)
    page.evaluate("readNow()")
    expect(one.locator(".shot")).to_have_count(1)
    page.locator(FINISH).tap()
    assert arrived(page).photos.count() == 1


# Reading a photo takes as long as the test likes.
_READ_WHEN_TOLD = """() => {
  const read = window.createImageBitmap;
  window.createImageBitmap = async (...asked) => {
    await new Promise((resolve) => { window.readNow = resolve; });
    return read(...asked);
  };
}"""


def test_a_photo_that_is_none_is_said_beside_its_item(page):
    one = item(page, DUE[1])
    one.locator("[data-camera=before]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b""}
    )
    expect(one.get_by_text("A photo could not be read and was left out.")).to_be_visible()
    expect(one.locator(".shot")).to_have_count(1)


def test_what_was_sent_can_be_looked_at_from_the_queue(page):
    page.locator(FINISH).tap()
    visit = arrived(page)
    page.goto("/m/queue/")
    expect(card(page, "sent")).to_contain_text("演示商铺")
    expect(card(page, "sent")).to_contain_text("1 abnormal")
    card(page, "sent").get_by_role("link", name="Look at it").tap()
    page.wait_for_url(f"**/visits/{visit.pk}/")
    expect(page.get_by_text("堆了纸箱").first).to_be_visible()
