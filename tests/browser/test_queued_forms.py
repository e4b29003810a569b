"""A task finished by hand, and a change proposed, without signal: kept on the phone, and sent when that is possible."""

import pytest
from playwright.sync_api import Page, expect

from grids.models import ChangeKind, ProposedChange
from inspections.models import TaskState
from tests.browser.conftest import DESK, OpenAs
from tests.browser.phone import PATIENCE, states, take, until
from tests.factories import make_post
from tests.inspection_factories import make_task
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.browser

FIELDS = [
    {"key": "floors", "name": "层数", "type": "number"},
    {"key": "gas", "name": "燃气", "type": "yes_no"},
    {"key": "owner", "name": "店主", "type": "text"},
]


@pytest.fixture
def shop(cast):
    make_post(role="dispatcher", organisation=cast.city.community_centre)
    return make_object(
        cast.city.grid,
        make_type(attributes=FIELDS),
        name="老店名",
        code="SHOP-1",
        address="桂澜路 8 号",
        attributes={"floors": 2, "gas": True, "owner": "甲"},
    )


def cut(page: Page) -> None:
    """The page is whole, its modules are there; then the network goes."""
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def sent(page: Page) -> None:
    page.context.set_offline(False)
    until(page, lambda queue: states(queue) == ["sent"])


def test_a_task_finished_without_signal_is_done_when_it_arrives(open_as, cast, photo):
    task = make_task(cast.city.grid, assignee=cast.inspector, state=TaskState.BEGUN)
    page = open_as(cast.inspector, f"/m/tasks/{task.pk}/")
    cut(page)
    page.locator("#finish textarea, #finish input[type=text]").first.fill("都看过了")
    take(page, photo())
    page.locator("button[form=finish], #finish button:not([type])").first.tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    task.refresh_from_db()
    assert task.state == TaskState.BEGUN
    sent(page)
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    last = task.events.order_by("seq").last()
    assert (last.note, last.photos.count()) == ("都看过了", 1)


def test_a_change_proposed_without_signal_says_only_what_is_otherwise(open_as, cast, shop, photo):
    page = open_as(cast.inspector, "/registry/SHOP-1/propose/?kind=changed")
    cut(page)
    page.get_by_label("Name", exact=True).fill("新店名")
    page.get_by_label("Address").fill("")
    page.get_by_label("层数").fill("3")
    page.get_by_label("店主").fill("")
    take(page, photo())
    page.get_by_role("button", name="Send the proposal").tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    assert not ProposedChange.objects.exists()
    sent(page)
    proposal = ProposedChange.objects.get()
    assert (proposal.kind, proposal.object) == (ChangeKind.CHANGED, shop)
    assert proposal.values == {
        "name": "新店名",
        "address": "",
        "attributes": {"floors": 3, "owner": None},
    }
    assert proposal.photos.count() == 1


def test_a_draft_leaves_alone_what_others_changed_meanwhile(open_as, cast, shop):
    page = open_as(cast.inspector, "/registry/SHOP-1/propose/?kind=changed")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Name", exact=True).fill("新店名")
    until(page, lambda queue: states(queue) == ["draft"])
    type(shop).objects.filter(pk=shop.pk).update(
        address="桂澜路 80 号", attributes={"floors": 5, "gas": False, "owner": "乙"}
    )
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("新店名", timeout=PATIENCE)
    expect(page.get_by_label("Address")).to_have_value("桂澜路 80 号")
    expect(page.get_by_label("层数")).to_have_value("5")
    expect(page.get_by_label("燃气")).to_have_value("false")
    page.get_by_role("button", name="Send the proposal").tap()
    page.wait_for_url("**/registry/proposals/*/")
    assert ProposedChange.objects.get().values == {"name": "新店名"}


def test_a_draft_opens_again_as_the_kind_of_change_it_was(open_as, cast, shop):
    page = open_as(cast.inspector, "/registry/SHOP-1/propose/?kind=changed")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Name", exact=True).fill("新店名")
    until(page, lambda queue: states(queue) == ["draft"])
    page.goto("/m/queue/")
    page.locator("[data-place=draft] [data-open]").tap()
    expect(page.get_by_label("Name", exact=True)).to_have_value("新店名", timeout=PATIENCE)
    page.get_by_role("button", name="Send the proposal").tap()
    page.wait_for_url("**/registry/proposals/*/")
    assert ProposedChange.objects.get().values == {"name": "新店名"}


def test_something_moved_or_new_is_sent_with_its_place(open_as, cast, shop):
    spot = shop.point
    page = open_as(cast.inspector, "/registry/SHOP-1/propose/?kind=moved", at=spot)
    expect(page.locator(".pick-place [data-when=found]")).to_be_visible(timeout=PATIENCE)
    cut(page)
    page.get_by_label("Note").fill("在隔壁")
    page.get_by_role("button", name="Send the proposal").tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    sent(page)
    moved = ProposedChange.objects.get()
    assert (moved.kind, moved.note) == (ChangeKind.MOVED, "在隔壁")
    assert moved.point.distance(spot) < 1e-5

    page.goto(f"/registry/propose/?type={shop.type.code}")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Name", exact=True).fill("新开的店")
    page.get_by_role("button", name="Send the proposal").tap()
    page.wait_for_url("**/registry/proposals/*/")
    new = ProposedChange.objects.exclude(pk=moved.pk).get()
    assert (new.kind, new.type, new.values) == (ChangeKind.NEW, shop.type, {"name": "新开的店"})


def test_at_a_desk_what_was_kept_is_said_and_sent(open_as, cast, shop):
    page = open_as(cast.inspector, "/registry/SHOP-1/propose/?kind=closed")
    cut(page)
    page.get_by_role("button", name="Send the proposal").tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    page.route("**/api/v1/registry/proposals/", lambda route: route.abort())
    page.context.set_offline(False)
    page.set_viewport_size(DESK)
    page.goto("/registry/")
    page.reload()  # the first page says how wide it is
    link = page.get_by_role("link", name="1 waiting to be sent")
    expect(link).to_be_visible(timeout=PATIENCE)
    page.unroute("**/api/v1/registry/proposals/")
    page.reload()
    until(page, lambda queue: states(queue) == ["sent"])
    expect(link).to_be_hidden(timeout=PATIENCE)
    assert ProposedChange.objects.get().kind == ChangeKind.CLOSED


def test_at_a_desk_that_never_kept_anything_nothing_of_the_phone_is_loaded(open_as: OpenAs, cast):
    loaded: list[str] = []
    page = open_as(cast.operator, "/", viewport=DESK)
    page.context.on("request", lambda request: loaded.append(request.url))
    page.goto("/cases/", wait_until="networkidle")
    assert not [url for url in loaded if "/js/phone/" in url]
    assert any(url.endswith("unsent.js") for url in loaded)
