"""A visit in a real browser: all normal in three taps, findings with photos, drafts, versions, reassigned tasks."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from inspections.models import ChecklistItem, Finding, Visit, VisitPhoto
from tests.browser.conftest import PHONE
from tests.browser.phone import draw, hashes, photos_ready, until
from tests.inspection_factories import add_version, make_checklist, make_task
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.browser

FINISH = "[data-finish]"


@pytest.fixture
def shop(cast):
    """A shop that is asked four items by the one department of its district."""
    shop = make_object(cast.city.grid, make_type(), name="演示商铺", code="SHOP-1")
    make_checklist(
        [shop.type],
        [
            {"question": "灭火器是否有效", "days_low": 30, "may_settle": True},
            {"question": "通道是否畅通", "days_low": 30},
            {"question": "用电是否安全", "days_low": 30, "photo_required": False},
            {"question": "招牌是否牢固"},
        ],
        department=cast.city.district_department,
    )
    return shop


def item(page: Page, question: str):
    return page.locator("[data-item]").filter(has_text=question)


def answer(page: Page, question: str, result: str) -> None:
    item(page, question).locator(f"label:has([data-result={result}])").tap()


def arrived(page: Page) -> Visit:
    """The one visit that the server has once the page says so."""
    expect(page.get_by_text("The visit has arrived.")).to_be_visible()
    return Visit.objects.get()


def test_with_nothing_wrong_it_is_two_taps_after_opening(open_as, cast, shop):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    expect(page.get_by_role("heading", name="演示商铺")).to_be_visible()
    expect(page.get_by_text("0 m from here, accurate to 8 m.")).to_be_visible()
    page.get_by_role("button", name="All normal").tap()
    page.locator(FINISH).tap()
    visit = arrived(page)
    assert list(visit.answers.values_list("result", flat=True)) == ["normal"] * 3
    assert visit.accuracy_m == 8
    assert visit.away_m < 1


def test_asked_by_several_lists_it_is_two_taps_all_the_same(open_as, cast, shop):
    make_checklist([shop.type], [{"days_low": 9}, {"days_low": 9}], department=cast.city.district_department)
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    page.get_by_role("button", name="Everything else normal").tap()
    page.locator(FINISH).tap()
    assert arrived(page).answers.filter(result="normal").count() == 5


def test_something_abnormal_becomes_a_case_with_its_photo_and_another_is_settled(open_as, cast, shop, photo):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(page, "通道是否畅通", "abnormal")
    item(page, "通道是否畅通").locator("[data-camera=before]").set_input_files(photo("red"))
    expect(item(page, "通道是否畅通").locator(".shot img")).to_be_visible()
    answer(page, "灭火器是否有效", "abnormal")
    first = item(page, "灭火器是否有效")
    first.locator("[data-camera=before]").set_input_files(photo("blue"))
    first.locator("label:has([data-way=settle])").tap()
    first.locator("[data-camera=after]").set_input_files(photo("green"))
    expect(first.locator(".shot")).to_have_count(2)
    page.get_by_role("button", name="All normal").tap()
    page.locator(FINISH).tap()
    visit = arrived(page)
    case = Case.objects.get()
    assert sorted(Finding.objects.values_list("state", flat=True)) == ["in_case", "settled"]
    assert case.photos.count() == 1
    assert VisitPhoto.objects.filter(visit=visit).count() == 3
    page.get_by_role("link", name=case.number).tap()
    expect(page.get_by_text("Found at a visit")).to_be_visible()


def test_an_arrow_goes_onto_a_copy_of_a_photo_which_arrives_beside_it(open_as, cast, shop, photo):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(page, "灭火器是否有效", "abnormal")
    one = item(page, "灭火器是否有效")
    one.locator("[data-camera=before]").set_input_files(photo("red", position=(shop.point.x, shop.point.y)))
    one.locator("label:has([data-way=settle])").tap()
    one.locator("[data-camera=after]").set_input_files(photo("green"))
    for kind in ("before", "after"):
        shots = one.locator(f"[data-shots={kind}] .shot")
        expect(shots).to_have_count(1)
        shots.locator("[data-draw]").tap()
        expect(page.locator(".drawing__canvas")).to_be_visible()
        draw(page)
        expect(shots).to_have_count(2)
    queue = until(page, photos_ready(4))
    page.reload()  # a draft keeps the copies too
    expect(one.locator(".shot img")).to_have_count(4)
    page.locator(FINISH).tap()
    visit = arrived(page)
    first, copy, after, after_copy = (one.photo for one in VisitPhoto.objects.order_by("id"))
    assert list(visit.photos.order_by("id").values_list("kind", flat=True)) == ["before"] * 2 + ["after"] * 2
    assert (copy.is_marked_copy, copy.copy_of, copy.told_by_phone) == (True, first, True)
    assert (after_copy.is_marked_copy, after_copy.copy_of) == (True, after)
    assert [one.is_marked_copy for one in (first, after)] == [False, False]
    assert copy.exif_point.distance(shop.point) < 1e-4
    assert {one.sha256 for one in (first, copy, after, after_copy)} == hashes(queue["photos"])


def test_what_is_missing_is_said_beside_its_item_and_nothing_is_sent(open_as, cast, shop, photo):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    expect(page.locator(FINISH)).to_be_visible()
    page.locator(FINISH).tap()
    expect(page.get_by_text("Answer at least one item first.")).to_be_visible()
    answer(page, "通道是否畅通", "abnormal")
    page.locator(FINISH).tap()
    expect(item(page, "通道是否畅通").get_by_text("Take a photo of it.")).to_be_visible()
    assert not Visit.objects.exists()


def test_away_from_the_object_one_says_why_and_a_weak_fix_warns(open_as, cast, shop):
    far = shop.point.clone()
    far.y += 0.01  # about 1.1 km
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=far, accuracy=80)
    expect(page.get_by_text("accurate to 80 m. Step into the open")).to_be_visible()
    page.get_by_role("button", name="All normal").tap()
    page.locator(FINISH).tap()
    expect(page.get_by_text("You are not at the object: say why.")).to_be_visible()
    page.locator("label.pick", has_text="Seen from outside").tap()
    page.locator(FINISH).tap()
    visit = arrived(page)
    assert visit.away_reason == "Seen from outside"
    assert visit.away_m == pytest.approx(1112, abs=15)
    assert visit.accuracy_m == 80


@pytest.mark.parametrize(("metres", "accuracy", "kind"), [(150, 80, "premises"), (450, 8, "site")])
def test_nobody_is_asked_why_where_the_fix_or_the_objects_size_explains_the_distance(
    open_as, cast, shop, metres, accuracy, kind
):
    type(shop.type).objects.filter(pk=shop.type_id).update(kind=kind)
    far = shop.point.clone()
    far.y += metres / 110_740
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=far, accuracy=accuracy)
    expect(page.get_by_text(f"accurate to {accuracy} m")).to_be_visible()
    page.get_by_role("button", name="All normal").tap()
    page.locator(FINISH).tap()
    assert arrived(page).away_m == pytest.approx(metres, abs=3)


def test_a_fix_at_the_object_counts_more_than_a_better_one_before_the_way_there(open_as, cast, shop):
    office = shop.point.clone()
    office.y += 0.01
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=office, accuracy=5)
    expect(page.locator("[data-away]")).to_be_visible()
    page.context.set_geolocation({"longitude": shop.point.x, "latitude": shop.point.y, "accuracy": 30})
    expect(page.get_by_text("0 m from here, accurate to 30 m.")).to_be_visible()
    expect(page.locator("[data-away]")).to_be_hidden()
    page.context.set_geolocation({"longitude": office.x, "latitude": office.y, "accuracy": 5})
    page.get_by_role("button", name="All normal").tap()
    page.locator(FINISH).tap()
    assert arrived(page).away_m < 1


def test_a_draft_is_there_after_a_reload_with_answers_words_and_photos(open_as, cast, shop, photo):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(page, "通道是否畅通", "abnormal")
    item(page, "通道是否畅通").locator("[data-camera=before]").set_input_files(photo("red"))
    item(page, "通道是否畅通").locator("[data-note]").fill("堆了纸箱")
    expect(item(page, "通道是否畅通").locator(".shot img")).to_be_visible()
    until(page, lambda queue: "堆了纸箱" in str(queue["items"]))
    page.reload()
    expect(page.get_by_text("Your draft: 1 answered.")).to_be_visible()
    expect(item(page, "通道是否畅通").locator("[data-note]")).to_have_value("堆了纸箱")
    expect(item(page, "通道是否畅通").locator(".shot img")).to_be_visible()
    page.locator(FINISH).tap()
    assert arrived(page).answers.get().note == "堆了纸箱"


def test_a_tab_that_dies_while_it_reads_a_photo_loses_nothing(open_as, cast, shop, photo):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(page, "通道是否畅通", "abnormal")
    page.evaluate("() => { window.createImageBitmap = () => new Promise(() => {}); }")  # never done
    item(page, "通道是否畅通").locator("[data-camera=before]").set_input_files(photo("red"))
    until(page, lambda queue: len(queue["photos"]) == 1)
    page.reload()
    expect(item(page, "通道是否畅通").locator(".shot img")).to_be_visible()
    page.locator(FINISH).tap()
    assert arrived(page).photos.count() == 1


def test_begun_under_v1_it_is_sent_under_v1_though_v2_is_out(open_as, cast, shop):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(page, "用电是否安全", "normal")
    until(page, lambda queue: queue["items"][0]["fields"]["answers"])
    add_version(ChecklistItem.objects.first().version.checklist, [{"question": "新的问题", "days_low": 30}])
    page.reload()
    expect(page.get_by_text("Your draft")).to_be_visible()
    expect(item(page, "新的问题")).to_have_count(0)
    page.get_by_role("button", name="All normal").tap()
    page.locator(FINISH).tap()
    assert {each.item.version.number for each in arrived(page).answers.select_related("item__version")} == {1}


def test_a_task_given_to_somebody_else_meanwhile_is_told_and_nothing_is_overwritten(open_as, cast, shop):
    task = make_task(cast.city.grid, object=shop, assignee=cast.inspector)
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}&task={task.pk}", at=shop.point)
    page.get_by_role("button", name="All normal").tap()
    type(task).objects.filter(pk=task.pk).update(assignee=cast.grid_leader)
    page.locator(FINISH).tap()
    visit = arrived(page)
    expect(page.get_by_text("The task had gone to somebody else meanwhile.")).to_be_visible()
    task.refresh_from_db()
    assert (visit.task_moved_on, task.state, task.assignee) == (True, "assigned", cast.grid_leader)


def test_not_long_after_the_last_visit_it_asks_for_the_reason(open_as, cast, shop):
    for _ in range(2):
        page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point, viewport=PHONE)
        expect(page.get_by_role("heading", name="演示商铺")).to_be_visible()
        if Visit.objects.exists():
            break
        page.get_by_role("button", name="All normal").tap()
        page.locator(FINISH).tap()
        arrived(page)
    expect(page.get_by_text("Objects are left alone for 7 days")).to_be_visible()
    page.locator("label.pick", has_text="Urgent order").tap()
    page.get_by_text("4 not due now").tap()
    answer(page, "用电是否安全", "normal")
    page.locator(FINISH).tap()
    expect(page.get_by_text("The visit has arrived.")).to_be_visible()
    assert (Visit.objects.latest("id").reason, Visit.objects.latest("id").too_soon) == ("order", False)


def test_the_map_of_what_is_to_visit_shows_it_around_ones_own_position(open_as, cast, shop):
    page = open_as(cast.inspector, "/m/visits/", at=shop.point)
    expect(page.get_by_text("0 m", exact=True)).to_be_visible()
    page.locator("[data-to-map]").tap()
    expect(page.locator("[data-map] .visit-dot")).to_have_count(1)
    expect(page.locator("[data-map] .place__here")).to_have_count(1)
    expect(page.locator("[data-unmapped]")).to_be_hidden()


def test_an_object_that_nobody_knows_says_so(open_as, cast):
    page = open_as(cast.inspector, "/m/visit/?object=nothing")
    expect(page.get_by_text("This object is not on the phone")).to_be_visible()


def test_what_is_normal_may_have_its_photo_and_note_too(open_as, cast, shop, photo):
    page = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    one = item(page, "灭火器是否有效")
    expect(one.locator("[data-add]")).to_be_hidden()
    answer(page, "灭火器是否有效", "normal")
    one.get_by_role("button", name="Photo or note").tap()
    expect(one.get_by_text("Report as a case")).to_be_hidden()
    one.locator("[data-camera=before]").set_input_files(photo("green"))
    one.locator("[data-note]").fill("压力正常")
    until(page, lambda queue: photos_ready(1)(queue) and "压力正常" in str(queue["items"]))
    page.reload()
    expect(one.locator(".shot img")).to_be_visible()
    page.locator(FINISH).tap()
    told = arrived(page).answers.get()
    assert (told.result, told.note, told.photos.count()) == ("normal", "压力正常", 1)
    assert not Finding.objects.exists()


def test_a_phone_that_may_not_tell_where_it_is_says_so(open_as, cast, shop):
    page = open_as(cast.inspector, "/m/")
    page.context.clear_permissions()
    page.goto(f"/m/visit/?object={shop.code}")
    expect(page.get_by_text("This phone does not tell its position.")).to_be_visible()
    page.get_by_role("button", name="All normal").tap()
    page.locator(FINISH).tap()
    assert arrived(page).accuracy_m is None
