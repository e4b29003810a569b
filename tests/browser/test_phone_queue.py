"""A phone that loses nothing: whatever the server or the network does, work stays, says why, and goes through once."""

import uuid

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.workflow import Status
from gridgov.models import Photo
from tests.browser.phone import (
    CAMERA,
    SEND,
    SENT,
    answer_of,
    card,
    expect_counts,
    fail_with,
    files,
    hashes,
    kept,
    only_when_told,
    photos_ready,
    states,
    take,
    until,
)
from tests.case_factories import case_in
from tests.factories import inside
from tests.gridgov.pictures import encoded, exif, gps_at

pytestmark = pytest.mark.browser

PHOTOS, CASES, SESSION = "**/api/v1/photos/", "**/api/v1/cases/", "**/api/v1/session/"
# How a server or what stands before it fails, and what the phone says of it.
FAULTS = [
    (500, "could not take it"),
    (401, "no longer logged in"),
    (413, "too large"),
    ("reset", "could not be reached"),
    ((200, ""), "no receipt"),
    ((200, "<html>Welcome to our network</html>"), "no receipt"),
    (408, "too slow"),
    (429, "busy"),
    ((403, "<html>Forbidden</html>"), "no longer logged in"),
    ((404, "<html>Not here</html>"), "could not take it"),
]


@pytest.fixture
def report(open_as, cast):
    """The page for a report, with the position found."""
    page = open_as(cast.inspector, "/m/queue/", at=inside(cast.city.grid))
    only_when_told(page)
    page.goto("/m/report/")
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    return page


def names_and_values(item: dict) -> list[list[str]]:
    return [[field["name"], field["value"]] for field in item["fields"]]


def send_again(page: Page) -> None:
    card(page, "waiting").locator("[data-send]").tap()


@pytest.mark.parametrize("path", [PHOTOS, CASES])
def test_nothing_is_lost_whatever_is_answered_in_turn(report, path):
    take(report, files(1)[0])
    report.fill("[name=description]", "井盖破了")
    fail_with(report, SESSION, "reset")
    fail_with(report, path, *[fault for fault, _ in FAULTS])
    report.locator(SEND).tap()
    expect(report.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    report.goto("/m/queue/")
    for tries, (fault, words) in enumerate(FAULTS, start=2):
        # Once from the form, once as the queue's page opened, then by hand.
        until(report, lambda queue, tries=tries: queue["items"][0]["tried"] == tries)
        expect(card(report, "waiting"), str(fault)).to_contain_text(words)
        expect(card(report, "waiting").locator("img")).to_be_visible()
        assert not Case.objects.exists()
        send_again(report)
    expect_counts(report, waiting=0, sent=1)
    case = Case.objects.get()
    assert (case.description, case.photos.count()) == ("井盖破了", 1)


def test_a_silent_or_foreign_server_holds_up_the_queue_and_says_so(report):
    take(report, files(1)[0])
    fail_with(report, SESSION, "reset", (200, "<html>Log in to the hotel</html>"), 401, 503)
    report.locator(SEND).tap()
    expect(report.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    for tries, code in enumerate(("unreachable", "logged_out", "failed"), start=2):
        report.evaluate("dispatchEvent(new Event('online'))")
        queue = until(report, lambda queue, tries=tries: queue["items"][0]["tried"] == tries)
        assert queue["items"][0]["reason"]["code"] == code
        assert not Case.objects.exists()
    report.evaluate("dispatchEvent(new Event('online'))")
    report.wait_for_url(SENT)
    assert Case.objects.count() == 1


def test_after_a_cut_only_the_photos_that_are_missing_are_sent(report):
    report.set_input_files(CAMERA, files(9))
    report.get_by_label("I settled it on the spot").check()
    report.set_input_files("input[name=after_photos]", files(10)[9:])
    until(report, photos_ready(10))
    first = fail_with(report, PHOTOS, *[None] * 6, "reset")
    report.locator(SEND).tap()
    expect(report.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    assert (first.count("POST"), Photo.objects.count()) == (7, 6)
    report.unroute_all(behavior="wait")
    again = fail_with(report, PHOTOS)
    report.evaluate("dispatchEvent(new Event('online'))")
    report.wait_for_url(SENT)
    assert again.count("POST") == 4
    case = Case.objects.get()
    assert case.photos.count() == 10
    assert Photo.objects.count() == 10


def test_what_arrives_is_what_was_taken_to_the_byte(report):
    report.set_input_files(CAMERA, files(3))
    queue = until(report, photos_ready(3))
    report.locator(SEND).tap()
    report.wait_for_url(SENT)
    assert set(Photo.objects.values_list("sha256", flat=True)) == hashes(queue["photos"])
    after = kept(report)
    assert states(after) == ["sent"]
    # The server has them: the phone's room is for what it does not have.
    assert {photo["size"] for photo in after["photos"]} == {None}


def test_a_large_photo_is_made_smaller_and_keeps_its_time_and_place(report):
    where = gps_at((23.0, 2.0, 0.0), "N", (113.0, 9.0, 0.0), "E")
    metadata = exif(
        gps=where, orientation=6, DateTimeOriginal="2026:11:20 08:30:00", OffsetTimeOriginal="+08:00"
    )
    picture = encoded(Image.new("RGB", (4000, 3000), "teal"), exif=metadata)
    take(report, {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": picture})
    report.locator(SEND).tap()
    report.wait_for_url(SENT)
    photo = Photo.objects.get()
    assert (photo.width, photo.height) == (1536, 2048)
    assert photo.taken_at.isoformat() == "2026-11-20T00:30:00+00:00"
    assert photo.exif_point.x == pytest.approx(113.15)
    assert photo.exif_point.y == pytest.approx(23 + 2 / 60)


def test_a_draft_is_there_again_after_a_reload_with_its_photos_words_class_and_place(report, cast, photo):
    place = report.locator("[name=longitude]").input_value()
    take(report, photo("red"), photo("green"))
    report.fill("[name=description]", "井盖破了")
    report.locator("[name=class_words]").press_sequentially("垃圾")
    report.locator("[data-found]").get_by_label("暴露垃圾").tap()
    chosen = str(cast.city.other_class.pk)
    until(report, lambda queue: ["case_class", chosen] in names_and_values(queue["items"][0]))
    report.context.set_geolocation({"longitude": 120, "latitude": 30, "accuracy": 5})
    report.reload()
    expect(report.locator("[data-queue-restored]")).to_contain_text("Your draft of")
    expect(report.locator(".shot")).to_have_count(2)
    expect(report.locator("[name=description]")).to_have_value("井盖破了")
    expect(report.get_by_label("暴露垃圾")).to_be_checked()
    expect(report.get_by_text("The place as you kept it")).to_be_visible()
    expect(report.locator("[name=longitude]")).to_have_value(place)
    report.locator(SEND).tap()
    report.wait_for_url(SENT)
    case = Case.objects.get()
    assert (case.description, case.case_class, case.grid) == (
        "井盖破了",
        cast.city.other_class,
        cast.city.grid,
    )
    assert case.photos.count() == 2
    assert states(kept(report)) == ["sent"]


def test_a_class_alone_is_no_draft(report):
    report.get_by_label("Not sure").check(force=True)
    report.fill("[name=address]", "桂澜路 1 号")
    until(report, lambda queue: states(queue) == ["draft"])
    report.goto("/m/queue/")
    card(report, "draft").locator("[data-delete]").tap()
    report.locator("[data-confirm-yes]").tap()
    expect_counts(report, draft=0)
    report.goto("/m/report/")
    expect(report.locator("[data-place]")).to_contain_text("第一网格")
    report.get_by_label("Not sure").check(force=True)
    report.reload()
    expect(report.locator("[data-place]")).to_contain_text("第一网格")
    expect(report.locator("[data-queue-restored]")).to_be_hidden()
    assert kept(report)["items"] == []


def test_photos_taken_away_are_gone_from_the_draft_too(report, photo):
    take(report, photo("red"), photo("green"))
    report.locator(".shot [data-remove]").first.tap()
    until(report, photos_ready(1))
    report.reload()
    expect(report.locator(".shot")).to_have_count(1)


def test_what_the_server_refuses_comes_back_to_the_form_with_its_words_and_is_sent_anew(report, photo):
    take(report, photo())
    report.fill("[name=description]", "井盖破了")
    fail_with(
        report,
        CASES,
        (
            422,
            '{"type": "client_error", "errors": [{"code": "no", "detail": "Not like this.", "attr": null}]}',
        ),
    )
    report.locator(SEND).tap()
    expect(report.get_by_role("alert").filter(has_text="Not like this.")).to_be_visible()
    expect(report.locator(".shot")).to_have_count(1)
    report.fill("[name=description]", "井盖破了，很危险")
    report.locator(SEND).tap()
    report.wait_for_url(SENT)
    assert Case.objects.get().description == "井盖破了，很危险"


def test_what_was_refused_later_can_be_opened_mended_and_sent_or_thrown_away(open_as, cast, photo):
    case = case_in(Status.HANDLED, cast)
    page = open_as(cast.inspector, f"/cases/{case.number}/verify/")
    take(page, photo())
    fail_with(page, "**/api/v1/cases/*/verify/", "reset")
    page.locator("button[name=passed][value=no]").tap()
    expect(page.get_by_role("alert").filter(has_text="Give the reason")).to_be_visible()
    page.fill("[name=note]", "还没修好")
    page.locator("button[name=passed][value=no]").tap()
    expect(page.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    page.unroute_all(behavior="wait")
    refusal = '{"type": "client_error", "errors": [{"code": "step_not_allowed", "detail": "Things have moved on.", "attr": null}]}'
    fail_with(page, "**/api/v1/cases/*/verify/", (409, refusal))
    page.goto("/m/queue/")
    expect(card(page, "refused")).to_contain_text("Things have moved on.")
    expect(page.locator(".strip [data-refused]")).to_have_text("1 came back")
    before = kept(page)["items"][0]["id"]
    card(page, "refused").locator("[data-open]").tap()
    expect(page.locator("[name=note]")).to_have_value("还没修好")
    expect(page.locator(".shot")).to_have_count(1)
    expect(page.get_by_role("alert").filter(has_text="Things have moved on.")).to_be_visible()
    page.locator("button[name=passed][value=no]").tap()
    page.wait_for_url(f"**/cases/{case.number}/")
    expect(page.locator(".messages")).to_contain_text("Verified")
    case.refresh_from_db()
    assert case.status == Status.HANDLING
    assert case.photos.filter(photo__uploaded_by=cast.inspector).count() == 1
    assert kept(page)["items"][0]["id"] != before


def test_photos_that_the_server_lost_are_sent_again(report, photo):
    take(report, photo())
    fail_with(report, CASES, "reset")
    report.locator(SEND).tap()
    expect(report.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    Photo.objects.all().delete()
    report.evaluate("dispatchEvent(new Event('online'))")
    until(report, lambda queue: (queue["items"][0]["reason"] or {}).get("code") == "photos_missing")
    report.evaluate("dispatchEvent(new Event('online'))")
    report.wait_for_url(SENT)
    assert Case.objects.get().photos.count() == 1


def test_drafts_and_refused_ones_go_only_after_a_question_that_says_what_is_lost(report, photo):
    take(report, photo("red"), photo("green"))
    report.goto("/m/queue/")
    expect_counts(report, draft=1)
    card(report, "draft").locator("[data-delete]").tap()
    expect(report.locator("#confirm")).to_contain_text("its photos (2)")
    report.locator("#confirm").get_by_role("button", name="Cancel").tap()
    expect_counts(report, draft=1)
    card(report, "draft").locator("[data-delete]").tap()
    report.locator("[data-confirm-yes]").tap()
    expect_counts(report, draft=0)
    assert kept(report) == {"items": [], "photos": []}


def test_the_steps_of_handler_and_inspector_go_through_the_queue_with_their_photos(open_as, cast, photo):
    handling, checking = case_in(Status.HANDLING, cast), case_in(Status.CHECKING, cast)
    van = open_as(cast.handler, f"/cases/{handling.number}/feed-back/")
    take(van, photo("green"))
    van.locator(".step__actions .button--primary").tap()
    expect(van.locator(".messages")).to_contain_text("Somebody else will verify it")
    street = open_as(cast.inspector, f"/cases/{checking.number}/answer-check/")
    take(street, photo("red"))
    street.locator("button[name=is_true][value=yes]").tap()
    street.wait_for_url(f"**/cases/{checking.number}/")
    for case, status in ((handling, Status.HANDLED), (checking, Status.REPORTED)):
        case.refresh_from_db()
        assert (case.status, case.photos.count()) == (status, 1)


def test_two_pages_that_are_open_send_one_thing_once(report, cast, photo):
    take(report, photo())
    fail_with(report, CASES, "reset")
    report.locator(SEND).tap()
    expect(report.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    pages = [report.context.new_page() for _ in range(2)]
    for page in pages:
        page.goto("/m/queue/")
    for page in pages:
        expect_counts(page, waiting=0, sent=1)
    assert Case.objects.count() == 1
    assert uuid.UUID(kept(pages[0])["items"][0]["id"])


def test_an_arrow_or_a_circle_goes_onto_a_copy_and_the_photo_stays_as_it_was(report, photo, cast):
    spot = inside(cast.city.grid)
    take(report, photo(position=(spot.x, spot.y)))
    original = kept(report)["photos"][0]["sha256"]
    report.locator("[data-draw]").tap()
    expect(report.locator(".drawing__canvas")).to_be_visible()
    box = report.locator(".drawing__canvas").bounding_box()
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 3
    for shape in ("Arrow", "Circle"):
        report.locator(".drawing").get_by_label(shape).check(force=True)
        report.mouse.move(x, y)
        report.mouse.down()
        report.mouse.move(x + 90, y + 60, steps=4)
        report.mouse.up()
    report.get_by_role("button", name="Undo").tap()
    report.get_by_role("button", name="Add the copy").tap()
    expect(report.locator(".shot")).to_have_count(2)
    until(report, photos_ready(2))
    report.locator(SEND).tap()
    report.wait_for_url(SENT)
    first, copy = (one.photo for one in Case.objects.get().photos.order_by("pk"))
    assert (copy.is_marked_copy, copy.copy_of, copy.told_by_phone) == (True, first, True)
    assert (first.sha256, copy.sha256 != original) == (original, True)
    assert copy.exif_point.distance(spot) < 1e-4
    with copy.original.open() as file:
        red, green, _ = Image.open(file).convert("RGB").resize((64, 48)).split()
        assert red.getextrema()[1] > green.getextrema()[0] + 60


def test_a_drawing_that_is_given_up_leaves_nothing(report, photo):
    take(report, photo())
    report.locator("[data-draw]").tap()
    expect(report.get_by_role("button", name="Add the copy")).to_be_disabled()
    report.locator(".drawing").get_by_role("button", name="Cancel").tap()
    expect(report.locator(".shot")).to_have_count(1)


def test_the_strip_says_how_old_the_oldest_unsent_thing_is_on_every_page(report, photo):
    take(report, photo())
    fail_with(report, SESSION, *["reset"] * 50)
    report.locator(SEND).tap()
    expect(report.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    item = kept(report)["items"][0]["id"]
    answer_of(report, _AGE, [item, 2 * 3600 * 1000 + 5000])
    report.goto("/m/")
    expect(report.locator(".strip [data-waiting]")).to_have_text("1 waiting to be sent · oldest 2 hr")
    expect(report.locator(".strip [data-offline]")).to_be_visible()
    report.locator(".strip [data-waiting]").tap()
    expect(card(report, "waiting")).to_contain_text("2 hr ago")


_AGE = """async ([id, age]) => {
  const open = indexedDB.open(`gridgov-${document.body.dataset.user}`);
  const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const items = database.transaction("items", "readwrite").objectStore("items");
  const asked = items.get(id);
  await new Promise((resolve) => { asked.onsuccess = resolve; });
  const put = items.put({ ...asked.result, waiting_since: Date.now() - age });
  await new Promise((resolve) => { put.onsuccess = resolve; });
  database.close();
}"""


def test_a_place_outside_ones_own_grids_asks_why_and_the_reason_stands_in_the_timeline(open_as, cast, photo):
    page = open_as(cast.inspector, "/m/report/", at=inside(cast.city.other_grid))
    expect(page.locator("[data-outside-asked]")).to_be_visible()
    take(page, photo())
    page.locator(SEND).tap()
    expect(page.get_by_role("alert").filter(has_text="Say why you report")).to_be_visible()
    page.get_by_role("button", name="Helping a neighbouring grid").tap()
    page.locator(SEND).tap()
    page.wait_for_url(SENT)
    case = Case.objects.get()
    assert case.grid == cast.city.other_grid
    assert case.events.get().data["outside_reason"] == "Helping a neighbouring grid"
    page.goto(f"/cases/{case.number}/")
    expect(page.get_by_text("Outside their own grids: Helping a neighbouring grid").first).to_be_visible()


def test_within_ones_own_grids_nothing_is_asked(report):
    expect(report.locator("[data-outside-asked]")).to_be_hidden()
