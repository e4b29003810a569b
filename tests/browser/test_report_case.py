"""Reporting in a real browser: camera, position, progress, and what happens when it does not arrive."""

import pytest
from playwright.sync_api import Page, Route, expect

from cases.models import Case
from gridgov.models import Photo
from tests.browser.phone import card, eventually, expect_counts, fail_with, only_when_told, take, until
from tests.case_factories import make_case
from tests.factories import inside

pytestmark = pytest.mark.browser
CAMERA = "input[name=photos]"
SEND = "button[form=report]"


@pytest.fixture
def spot(cast):
    return inside(cast.city.grid)


def arrived(page: Page) -> Case:
    """The case whose number the page shows after a report."""
    page.wait_for_url("**/m/report/*-*/")
    case = Case.objects.get()
    expect(page.locator("main")).to_contain_text(case.number)
    return case


def test_three_taps_and_a_shutter_report_a_case_with_photo_place_and_class(open_as, cast, spot, photo):
    make_case(cast, actor=cast.inspector).events.count()
    page = open_as(cast.inspector, "/m/", at=spot)
    page.locator(".phone__tab--main").tap()
    with page.expect_file_chooser() as chooser:
        page.locator(".capture").first.tap()
    chooser.value.set_files(photo())
    expect(page.locator(".shot img")).to_be_visible()
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    page.locator(SEND).tap()
    page.wait_for_url("**/m/report/*-*/")
    case = Case.objects.latest("id")
    expect(page.locator("main")).to_contain_text(case.number)
    assert (case.grid, case.case_class) == (cast.city.grid, cast.city.case_class)
    assert case.point.distance(spot) < 1e-6
    assert case.device_point.distance(spot) < 1e-6
    assert case.accuracy_m == 8
    assert case.photos.count() == 1


def test_photos_are_gathered_seen_and_taken_away_before_sending(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/", at=spot)
    for colour in ("red", "green", "blue"):
        page.set_input_files(CAMERA, photo(colour))
    expect(page.locator(".shot")).to_have_count(3)
    page.locator(".shot [data-remove]").nth(1).tap()
    expect(page.locator(".shot")).to_have_count(2)
    page.locator(SEND).tap()
    assert arrived(page).photos.count() == 2


def test_a_weak_position_warns_and_a_moved_point_goes_along_with_the_devices(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/", at=spot, accuracy=80)
    expect(page.get_by_text("Only accurate to 80 m")).to_be_visible()
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    page.locator("[data-move]").tap()
    chart = page.locator(".place__map")
    expect(chart.locator("path").first).to_be_visible()
    hint = page.get_by_text("Drag the map until the ring is at the place")
    expect(hint).to_be_visible()
    expect(chart.locator(".place__here")).to_be_visible()
    box = chart.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y - 30, steps=5)
    page.mouse.up()
    expect(page.get_by_text("You moved the point")).to_be_visible()
    expect(hint).to_be_hidden()
    page.set_input_files(CAMERA, photo())
    page.locator(SEND).tap()
    case = arrived(page)
    assert case.accuracy_m == 80
    assert case.device_point.distance(spot) < 1e-6
    assert 1e-5 < case.point.distance(spot) < 1e-2


def test_no_button_moves_from_under_the_finger_as_the_words_of_the_place_arrive(open_as, cast, spot):
    page = open_as(cast.inspector, "/m/")
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/m/report/place/**", hold)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": spot.x, "latitude": spot.y, "accuracy": 80})
    page.goto("/m/report/")
    expect(page.get_by_text("Only accurate to 80 m")).to_be_visible()
    before = page.locator("[data-move]").bounding_box()
    assert not page.locator("[data-place]").inner_text()
    eventually(page, lambda: held)
    held[0].continue_()
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    assert page.locator("[data-move]").bounding_box() == before


def test_without_the_devices_position_the_photos_own_is_proposed(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/")
    expect(page.get_by_text("does not tell its position")).to_be_visible()
    page.set_input_files(CAMERA, photo(position=(spot.x, spot.y)))
    expect(page.get_by_text("Taken from your photo")).to_be_visible()
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    page.locator(SEND).tap()
    case = arrived(page)
    assert case.grid == cast.city.grid
    assert case.device_point is None


def test_a_report_that_did_not_arrive_loses_nothing_and_goes_through_on_the_next_try(
    open_as, cast, spot, photo
):
    page = open_as(cast.inspector, "/m/", at=spot)
    only_when_told(page)
    page.goto("/m/report/")
    take(page, photo())
    page.fill("[name=description]", "井盖破了")
    fail_with(page, "**/api/v1/cases/", 500, 413, "reset", (200, ""))
    page.locator(SEND).tap()
    page.wait_for_url("**/m/queue/")
    # The queue's page tries again as it opens, and then by hand.
    for tries, why in enumerate(("too large", "could not be reached", "no receipt"), start=2):
        until(page, lambda queue, tries=tries: queue["items"][0]["tried"] == tries)
        expect(card(page, "waiting")).to_contain_text(why)
        expect(card(page, "waiting").locator("img")).to_be_visible()
        assert not Case.objects.exists()
        card(page, "waiting").locator("[data-send]").tap()
    expect_counts(page, sent=1, waiting=0)
    case = Case.objects.get()
    assert (case.description, case.photos.count()) == ("井盖破了", 1)


def test_an_answer_that_got_lost_is_given_again_instead_of_a_second_case(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/", at=spot)
    take(page, photo())
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    _lose_the_first_answer(page)
    page.locator(SEND).tap()
    expect(page.locator("[data-upload-failure]")).to_contain_text("Kept on this phone")
    assert Case.objects.count() == 1
    page.goto("/m/queue/")
    expect_counts(page, sent=1, waiting=0)
    card(page, "sent").locator("[data-result]").tap()
    arrived(page)
    assert (Case.objects.count(), Photo.objects.count()) == (1, 1)


def test_two_taps_make_one_case(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/", at=spot)
    page.set_input_files(CAMERA, photo())
    page.locator(SEND).evaluate("button => { button.click(); button.click(); }")
    arrived(page)
    assert Case.objects.count() == 1


def test_what_the_server_asks_to_correct_leaves_photos_and_words_where_they_are(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/", at=spot)
    page.set_input_files(CAMERA, photo("red"))
    page.fill("[name=description]", "垃圾堆放")
    page.get_by_label("I settled it on the spot").check()
    page.locator(SEND).tap()
    expect(page.get_by_role("alert").filter(has_text="Take a photo of how it looks now")).to_be_visible()
    expect(page.locator(".shot")).to_have_count(1)
    page.set_input_files("input[name=after_photos]", photo("green"))
    page.locator(SEND).tap()
    case = arrived(page)
    assert (case.description, case.settled_on_the_spot, case.photos.count()) == ("垃圾堆放", True, 2)


def test_whoever_was_logged_out_meanwhile_is_told_and_keeps_everything(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/", at=spot)
    take(page, photo())
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator(SEND).tap()
    expect(page.locator("[data-upload-failure]")).to_contain_text("no longer logged in")
    expect(page.locator("[data-upload-login]")).to_have_attribute("href", "/login/?next=/m/queue/")
    page.context.add_cookies(cookies)
    page.goto("/m/queue/")
    expect_counts(page, sent=1, waiting=0)
    assert Case.objects.get().photos.count() == 1


def test_a_class_is_found_by_its_name_and_chosen_with_one_tap(open_as, cast, spot, photo):
    page = open_as(cast.inspector, "/m/report/", at=spot)
    page.locator("[name=class_words]").press_sequentially("垃圾")
    page.locator("[data-found]").get_by_label("暴露垃圾").tap()
    expect(page.locator("[data-picks]")).to_contain_text("暴露垃圾")
    page.set_input_files(CAMERA, photo())
    page.locator(SEND).tap()
    assert arrived(page).case_class == cast.city.other_class


def test_whoever_goes_back_after_sending_finds_a_new_form(open_as, cast, spot, photo):
    make_case(cast, actor=cast.inspector)
    page = open_as(cast.inspector, "/m/report/", at=spot)
    first_key = page.locator("[name=idempotency_key]").input_value()
    buttons = page.locator("[data-picks]").inner_text()
    page.set_input_files(CAMERA, photo())
    page.fill("[name=description]", "垃圾堆放")
    page.locator("[name=class_words]").press_sequentially("垃圾")
    page.locator("[data-found]").get_by_label("暴露垃圾").tap()
    page.locator(SEND).tap()
    page.wait_for_url("**/m/report/*-*/")
    page.go_back()
    expect(page.locator("[data-place]")).to_contain_text("第一网格")
    expect(page.locator("[name=description]")).to_have_value("")
    expect(page.locator(".shot")).to_have_count(0)
    expect(page.locator("[name=case_class]:checked")).to_have_value(str(cast.city.other_class.pk))
    assert page.locator("[name=idempotency_key]").input_value() != first_key
    # What was there before stands where it stood, beside the class that was used now.
    assert [
        word for word in page.locator("[data-picks]").inner_text().split() if word in buttons
    ] == buttons.split()


def test_without_javascript_the_plain_form_does_the_same(open_as, cast, photo):
    page = open_as(cast.inspector, "/m/report/", java_script_enabled=False)
    page.set_input_files(CAMERA, photo())
    page.fill("[name=description]", "井盖破了")
    page.locator(SEND).click()
    case = arrived(page)
    assert (case.description, case.photos.count()) == ("井盖破了", 1)


def _lose_the_first_answer(page: Page) -> None:
    """The server gets the next report and does it, but its answer never arrives."""
    wire = page.context.new_cdp_session(page)
    lost = []

    def judge(paused):
        if paused["request"]["method"] == "POST" and not lost:
            lost.append(paused)
            wire.send(
                "Fetch.failRequest", {"requestId": paused["requestId"], "errorReason": "ConnectionReset"}
            )
        else:
            wire.send("Fetch.continueRequest", {"requestId": paused["requestId"]})

    wire.on("Fetch.requestPaused", judge)
    wire.send("Fetch.enable", {"patterns": [{"urlPattern": "*/api/v1/cases/", "requestStage": "Response"}]})
