"""The command centre's mechanisms as people use them: an emergency's room, reporting in, the rota, a leave and a handover."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from cases.workflow import Status
from dispatch.models import Emergency, EmergencyAlert, Shift
from dispatch.rota import monday_of
from dispatch.services.emergency import declare_emergency, end_emergency, receive_alert
from gridgov import clock
from grids.models import Post, Role
from tests.browser.conftest import DESK, PATIENCE, started
from tests.browser.phone import states, until
from tests.case_factories import case_in
from tests.dispatch.operation_factories import blow
from tests.factories import make_post, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def second(cast):
    """A second operator at the workstation."""
    user = make_user("second")
    make_post(user, Role.OPERATOR, cast.city.community_centre)
    return user


def test_an_emergencys_circle_is_drawn_all_concerned_are_alerted_and_a_receipt_arrives(open_as, cast):
    case = case_in(Status.HANDLING, cast)
    declare_emergency(case.pk, actor=cast.dispatcher, note="燃气泄漏")
    emergency = Emergency.objects.get()
    page = open_as(cast.dispatcher, reverse("dispatch:emergency_detail", args=[emergency.pk]), viewport=DESK)
    expect(page.locator(".circle-map__circle")).to_be_visible()
    page.wait_for_load_state("networkidle")
    radius = page.get_by_label("Radius in m")
    radius.focus()
    radius.press("ArrowUp")
    wider = int(radius.input_value())
    assert wider > 300
    # The lists follow before anything is drawn.
    expect(page.locator(f"#around [data-announce='Within {wider} m']")).to_be_attached()
    page.get_by_role("button", name="Draw it so").click()
    expect(page.locator("#log")).to_contain_text(f"→ {wider} m")
    page.locator("[name=text]").fill("立即疏散")
    page.get_by_role("button", name="Alert everyone concerned").click()
    expect(page.locator("#receipts-head .count")).to_have_text(f"0 / {EmergencyAlert.objects.count()}")
    started(page)
    receive_alert(emergency.pk, actor=cast.handler, reply="十分钟到")
    # As the hint of it does, which tests without Redis never hear.
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:emergency'))")
    expect(page.locator("#receipts .room__reply")).to_have_text("十分钟到")
    expect(page.locator("#receipts-head .count")).to_have_text(f"1 / {EmergencyAlert.objects.count()}")
    emergency.refresh_from_db()
    assert emergency.radius_m == wider


def test_what_is_being_written_in_the_room_outlives_its_end(open_as, cast):
    case = case_in(Status.HANDLING, cast)
    declare_emergency(case.pk, actor=cast.dispatcher, note="燃气泄漏")
    room = reverse("dispatch:emergency_detail", args=[Emergency.objects.get().pk])
    writing, looking = (open_as(who, room, viewport=DESK) for who in (cast.dispatcher, cast.operator))
    for page in (writing, looking):
        started(page)
    writing.locator("[name=note]").fill("已疏散三户")
    end_emergency(case.pk, actor=cast.supervisor, summary="阀门已关")
    for page in (writing, looking):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live:emergency'))")
    expect(writing.get_by_text("things have moved on")).to_be_visible()
    expect(writing.locator("[name=note]")).to_have_value("已疏散三户")
    expect(looking.get_by_text("阀门已关").first).to_be_visible()  # nobody wrote there: it came anew
    writing.get_by_role("button", name="Write it down").click()
    expect(writing.locator("blockquote")).to_have_text("已疏散三户")


def test_a_unit_reports_in_at_the_place_without_signal_and_it_counts_when_it_was(open_as, cast):
    operation = blow(cast)
    page = open_as(cast.handler, reverse("dispatch:report_in", args=[operation.pk]), at=operation.point)
    expect(page.locator("[data-when=there]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    started(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Report in").tap()
    until(page, lambda queue: states(queue) == ["waiting"])
    kept_by = clock.now()
    share = operation.units.get(organisation=cast.city.team)
    assert share.reported_in_at is None
    page.context.set_offline(False)
    until(page, lambda queue: states(queue) == ["sent"])
    share.refresh_from_db()
    assert operation.called_at <= share.reported_in_at <= kept_by
    assert share.reported_in_distance_m < 1
    assert share.reported_in_by == cast.handler


def test_the_rota_is_filled_by_keyboard_and_the_focus_stays_in_its_cell(open_as, cast, second):
    monday = monday_of(clock.today()) + timedelta(days=7)
    page = open_as(
        cast.supervisor,
        f"/dispatch/rota/?centre={cast.city.community_centre.code}&day={monday}",
        viewport=DESK,
    )
    page.wait_for_load_state("networkidle")
    started(page)
    page.locator(f"input[name=who][value='{second.pk}']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    focused = page.locator("button.rota__cell:focus")
    expect(focused).to_have_count(1)
    cell = f"#{focused.get_attribute('id')}"
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(cell)).to_contain_text(str(second))
    expect(page.locator(cell)).to_be_focused()
    shift = Shift.objects.get()
    assert (shift.user, localdate(shift.starts_at)) == (second, monday)
    page.keyboard.press("Enter")
    expect(page.locator(cell)).to_contain_text("nobody")
    expect(page.locator(cell)).to_be_focused()
    assert not Shift.objects.exists()


def test_who_goes_on_leave_names_who_stands_in(open_as, cast, second):
    first, last = (clock.today() + timedelta(days=n) for n in (1, 3))
    page = open_as(cast.operator, reverse("inspections:leave"), viewport=DESK)
    started(page)
    page.locator("[name=first]").fill(first.isoformat())
    page.locator("[name=last]").fill(last.isoformat())
    page.get_by_role("group", name="Who stands in").get_by_role("combobox").select_option(str(second.pk))
    page.get_by_role("button", name="Set the leave").click()
    expect(page.get_by_role("region", name="Away now or soon")).to_contain_text(str(second), timeout=PATIENCE)
    post = Post.objects.stand_ins().get()
    assert (post.user, post.valid_from, post.valid_to) == (second, first, last)


def test_a_shift_is_handed_over_and_signed_by_who_comes(open_as, cast, second):
    now = clock.now()
    shift = Shift.objects.create(
        user=cast.operator,
        organisation=cast.city.community_centre,
        starts_at=now - timedelta(hours=8),
        ends_at=now,
    )
    address = reverse("dispatch:hand_over", args=[shift.pk])
    page = open_as(cast.operator, address, viewport=DESK)
    started(page)
    page.locator("[name=note]").fill("7 号楼停电")
    page.locator("[name=to]").select_option(str(second.pk))
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("main")).to_contain_text("Not signed yet")
    page = open_as(second, address, viewport=DESK)
    started(page)
    expect(page.locator(".handover__note")).to_have_text("7 号楼停电")
    page.get_by_role("button", name="I have read it and take over").click()
    expect(page.get_by_role("button", name="I have read it and take over")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("Taken over")
    shift.refresh_from_db()
    assert shift.handed_over_to == second
    assert shift.taken_over_at is not None
