"""What one does stands on the other's screen at once: two browsers before the server that runs in production."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import expect

from cases.models import Case
from cases.services import register_case
from cases.services.saved_filters import save_filter
from cases.workflow import Status
from tests.browser.conftest import DESK, PHONE, let_requests_end, session_of
from tests.case_factories import case_in, make_case

pytestmark = pytest.mark.browser


@pytest.fixture
def address(transactional_db, settings) -> Iterator[str]:
    """The address of a server that can stream."""
    from gridgov.asgi import Handler

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = uvicorn.Server(
        uvicorn.Config(Handler(), port=0, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    assert server.started, "uvicorn ended before it listened"
    (listening,) = server.servers[0].sockets
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive(), "uvicorn did not end"
    let_requests_end()


def window(chromium, address: str, user, path: str):
    context = chromium.new_context(base_url=address, viewport=DESK, locale="en", service_workers="block")
    context.set_default_timeout(30_000)
    context.add_cookies([session_of(user, address)])
    page = context.new_page()
    page.goto(path)
    expect(page.locator(".live[data-state=on]")).to_have_count(1)
    return page


def test_a_report_stands_in_the_queue_and_a_registered_one_changes_where_it_is_shown(chromium, address, cast):
    first = make_case(cast)
    desk = window(chromium, address, cast.operator, "/cases/intake/")
    other = window(chromium, address, cast.supervisor, "/cases/")
    second = make_case(cast)
    expect(desk.locator(".new-rows")).to_have_text("1 new")
    expect(desk.locator("[data-count='cases:intake_list']")).to_have_text("2")
    row = other.locator(f"[data-number='{first.number}']")
    expect(row).to_contain_text("reported")
    desk.goto(f"/cases/{first.number}/register/")
    desk.locator("form#step .button--primary").click()
    expect(row).to_contain_text("registered")
    assert Case.objects.get(pk=second.pk).status == "reported"
    for page in (desk, other):
        page.context.close()


def test_a_lost_connection_is_said_and_what_came_meanwhile_is_shown(chromium, address, cast):
    make_case(cast)
    desk = window(chromium, address, cast.operator, "/cases/intake/")
    desk.context.set_offline(True)
    expect(desk.get_by_text("Connection lost.")).to_be_visible()
    make_case(cast)
    desk.context.set_offline(False)
    expect(desk.locator(".new-rows")).to_have_text("1 new", timeout=60_000)
    expect(desk.get_by_text("Connection lost.")).to_be_hidden()
    desk.context.close()


def test_a_dispatched_case_stands_on_the_units_phone(chromium, address, cast):
    context = chromium.new_context(
        base_url=address, viewport=PHONE, has_touch=True, locale="en", service_workers="block"
    )
    context.set_default_timeout(30_000)
    context.add_cookies([session_of(cast.handler, address)])
    van = context.new_page()
    van.goto("/m/handling/")
    expect(van.locator(".live[data-state=on]")).to_have_count(1)
    unread = van.locator(".phone__tabs .count--hot")
    expect(unread).to_be_hidden()
    case = case_in(Status.DISPATCHED, cast)
    expect(van.locator(".new-rows")).to_have_text("1 new")
    expect(unread).to_have_text("1")
    van.locator(".new-rows").tap()
    expect(van.locator(f"form[action='/cases/{case.number}/accept/']")).to_be_visible()
    context.close()


def test_who_has_a_case_open_is_seen_by_the_others_until_they_leave(chromium, address, cast):
    case = make_case(cast)
    desk = window(chromium, address, cast.operator, "/cases/intake/")
    eye = desk.locator(f"#case-{case.pk} [data-open-with]")
    expect(eye).to_have_count(0)
    other = window(chromium, address, cast.supervisor, f"/cases/{case.number}/")
    expect(eye).to_have_attribute("title", f"{cast.supervisor} has this open")
    # And the other hears of who comes, and of who goes.
    desk.locator(f"#open-{case.pk}").click()
    expect(desk.locator("#sheet .presence")).to_contain_text(f"{cast.supervisor} has this open")
    line = other.locator(".presence")
    expect(line).to_contain_text(f"{cast.operator} has this open")
    desk.keyboard.press("Escape")
    expect(line).not_to_contain_text("has this open")
    other.goto("/cases/")
    expect(eye).to_have_count(0)
    for page in (desk, other):
        page.context.close()


def test_a_report_stands_on_the_map_and_on_the_wall(chromium, address, cast):
    live_map = window(chromium, address, cast.dispatcher, "/map/")
    wall = window(chromium, address, cast.leader, "/wall/")
    expect(live_map.locator("[data-map-count]")).to_have_text("0 open cases in view")
    expect(wall.locator(".wall__figure--open b")).to_have_text("0")
    make_case(cast)
    expect(live_map.locator("[data-map-count]")).to_have_text("1 open case in view")
    expect(live_map.locator(".map-dot")).to_have_count(1)
    expect(wall.locator(".wall__figure--open b")).to_have_text("1")
    for page in (live_map, wall):
        page.context.close()


def test_what_a_saved_filter_finds_is_counted_anew_as_it_happens(chromium, address, cast):
    saved = save_filter(actor=cast.supervisor, name="未派遣", query="status=reported")
    desk = window(chromium, address, cast.supervisor, "/cases/")
    count = desk.locator(f"[data-count='saved_filter:{saved.pk}']")
    expect(count).to_have_text("0")
    case = make_case(cast)
    expect(count).to_have_text("1")
    register_case(case.pk, actor=cast.operator)
    expect(count).to_have_text("0")
    desk.context.close()
