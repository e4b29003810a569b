"""A shift at the console without the mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case, CaseEvent, ReplyTemplate
from cases.services import comment_case
from cases.workflow import Action, Status
from dispatch.services import ask_return, dispatch_case
from grids.models import Role
from tests.browser.conftest import DESK, started
from tests.case_factories import case_in, make_case
from tests.factories import make_post

pytestmark = pytest.mark.browser


@pytest.fixture
def at_desk(open_as):
    """A list open in front of somebody whose hands stay on the keyboard."""

    def at_desk(user, path: str) -> Page:
        page = open_as(user, path, viewport=DESK)
        page.wait_for_load_state("networkidle")
        started(page)
        return page

    return at_desk


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def sheet_says(page: Page, number: str, status: str) -> None:
    expect(page.locator("#sheet .case-head")).to_contain_text(number)
    expect(page.locator("#sheet .case-head .chip")).to_contain_text(status)


def form_opens(page: Page) -> None:
    """The form of a step, its keys heard."""
    expect(page.locator("#sheet form#step[data-started]")).to_be_visible()
    expect(page.locator("#sheet form#step :focus")).to_have_count(1)


def test_ten_cases_are_registered_and_dispatched_by_keyboard_alone(at_desk, cast):
    make_post(cast.operator, Role.DISPATCHER, cast.city.community_centre)
    cases = [make_case(cast) for _ in range(10)]
    page = at_desk(cast.operator, "/cases/intake/")
    for case in cases:
        press(page, "n")
        sheet_says(page, case.number, "reported")
        press(page, "r")
        form_opens(page)
        press(page, "Enter")
        sheet_says(page, case.number, "registered")
        press(page, "d")
        form_opens(page)
        press(page, "Control+Enter")
        sheet_says(page, case.number, "dispatched")
    for action in (Action.REGISTER, Action.DISPATCH):
        rows = CaseEvent.objects.filter(action=action, actor=cast.operator)
        assert sorted(rows.values_list("case", flat=True)) == [case.pk for case in cases]
    assert set(Case.objects.values_list("unit", flat=True)) == {cast.city.team.pk}
    press(page, "n")
    expect(page.locator("#live")).to_have_text("That was the last row of this page.")


def test_a_letter_on_a_row_opens_its_step_at_once_and_a_ready_text_refuses_it(at_desk, cast):
    ReplyTemplate.objects.create(action=Action.REFUSE, name="一", text="第一句。", position=1)
    ReplyTemplate.objects.create(action=Action.REFUSE, name="二", text="第二句。", position=2)
    case = make_case(cast)
    page = at_desk(cast.operator, "/cases/intake/")
    press(page, "j", "f")
    form_opens(page)
    page.keyboard.type("先说一句")
    press(page, "Shift+Tab", "ArrowRight", "Enter")
    press(page, "Shift+Tab", "1")
    expect(page.locator("#id_reason")).to_be_focused()
    expect(page.locator("#id_reason")).to_have_value("先说一句\n第二句。\n第一句。")
    press(page, "Control+Enter")
    sheet_says(page, case.number, "refused")
    note = CaseEvent.objects.get(action=Action.REFUSE).note
    assert note.splitlines() == ["先说一句", "第二句。", "第一句。"]


def test_a_figure_leads_to_what_may_be_the_same_from_the_form_too_and_enter_merges_into_it(at_desk, cast):
    twins = [make_case(cast), make_case(cast)]
    case, following = make_case(cast), make_case(cast)
    page = at_desk(cast.operator, "/cases/intake/")
    for each in (*twins, case):
        press(page, "n")
        sheet_says(page, each.number, "reported")
    second = page.locator("#sheet [data-twin='2']")
    merge = second.get_by_role("button", name="Merge into it")
    expect(page.locator("#sheet .twins[data-started] [data-twin]")).to_have_count(3)
    press(page, "2")
    expect(merge).to_be_focused()
    press(page, "r")
    form_opens(page)
    expect(page.locator("[name=case_class]:focus")).to_have_count(1)
    expect(page.locator("#sheet .twins[data-started] [data-twin]")).to_have_count(3)
    into = next(other for other in (*twins, following) if other.number in second.inner_text())
    press(page, "2")
    expect(merge).to_be_focused()
    press(page, "Enter")
    sheet_says(page, case.number, "merged")
    case.refresh_from_db()
    assert (case.status, case.merged_into) == (Status.MERGED, into)
    press(page, "n")
    sheet_says(page, following.number, "reported")


def test_where_there_are_several_buttons_control_and_enter_leads_to_them_and_sends_nothing(at_desk, cast):
    case = case_in(Status.HANDLING, cast)
    ask_return(case.pk, actor=cast.handler, reason="不归我们")
    page = at_desk(cast.dispatcher, "/dispatch/?show=requests")
    press(page, "j", "q")
    form_opens(page)
    page.locator("#id_note").press("Control+Enter")
    grant = page.locator("#sheet").get_by_role("button", name="Grant")
    expect(grant).to_be_focused()
    press(page, "Control+Enter")
    expect(grant).to_be_focused()
    case.refresh_from_db()
    assert case.status == Status.HANDLING
    press(page, "Enter")
    sheet_says(page, case.number, "registered")


def test_a_row_that_is_drawn_anew_while_it_is_open_is_still_where_one_stands(at_desk, cast):
    cases = [make_case(cast) for _ in range(3)]
    page = at_desk(cast.operator, "/cases/intake/")
    press(page, "n", "n")
    sheet_says(page, cases[1].number, "reported")
    row = page.locator(f"#case-{cases[1].pk}")
    row.evaluate("row => { row.dataset.old = ''; }")
    comment_case(cases[1].pk, actor=cast.leader, text="请加快")
    # As the hint of another's step does it, which tests without Redis never hear.
    page.evaluate(
        "number => document.body.dispatchEvent(new CustomEvent('live:case', {detail: {changed: [number]}}))",
        cases[1].number,
    )
    expect(page.locator(f"#case-{cases[1].pk}[data-old]")).to_have_count(0)
    expect(row).to_have_attribute("aria-current", "true")
    press(page, "n")
    sheet_says(page, cases[2].number, "reported")


def test_what_is_not_offered_is_said_and_nothing_happens(at_desk, cast):
    case = make_case(cast)
    page = at_desk(cast.operator, "/cases/intake/")
    press(page, "j", "d")
    sheet_says(page, case.number, "reported")
    expect(page.locator("#live")).to_have_text("This step is not offered here.")
    press(page, "Escape")
    expect(page.locator("#sheet > *")).to_have_count(0)


def test_letters_in_a_field_are_letters(at_desk, cast):
    case = make_case(cast)
    page = at_desk(cast.operator, "/cases/intake/")
    press(page, "/")
    page.keyboard.type("njxrdgi?")
    expect(page.locator("[data-search]")).to_have_value("njxrdgi?")
    expect(page.locator("#sheet > *")).to_have_count(0)
    press(page, "Tab")
    page.locator(f"#open-{case.pk}").focus()
    press(page, "c")
    form_opens(page)
    page.keyboard.type("next jx grid")
    expect(page.locator("#id_text")).to_have_value("next jx grid")


def test_the_letters_can_be_switched_off_and_stand_in_a_list(at_desk, cast):
    make_case(cast)
    page = at_desk(cast.operator, "/cases/intake/")
    press(page, "?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    for words in ("Open the next one", "Register", "Act on what is selected", "Intake"):
        expect(keys).to_contain_text(words)
    switch = keys.get_by_label("Single letters work as shortcuts")
    switch.focus()
    press(page, "Space", "Escape")
    expect(page.locator("[data-shortcuts-on]")).not_to_be_checked()
    press(page, "n")
    expect(page.locator("#sheet > *")).to_have_count(0)


def test_g_and_a_letter_lead_to_a_queue(at_desk, cast):
    make_post(cast.operator, Role.DISPATCHER, cast.city.community_centre)
    page = at_desk(cast.operator, "/cases/intake/")
    press(page, "g", "d")
    expect(page.locator("h1")).to_have_text("Dispatch")
    started(page)
    press(page, "g", "i")
    expect(page).to_have_url(re.compile("/cases/intake/$"))


def test_rows_are_selected_and_acted_on_and_those_that_could_not_stay_selected(at_desk, cast):
    make_post(cast.operator, Role.DISPATCHER, cast.city.community_centre)
    cases = [case_in(Status.REGISTERED, cast) for _ in range(5)]
    page = at_desk(cast.operator, "/dispatch/")
    bar = page.locator("#bulk [data-selected]")
    press(page, "j", "x", "j", "Shift+J", "Shift+J")
    expect(bar).to_have_text("4 selected")
    press(page, "x")
    expect(bar).to_have_text("3 selected")
    press(page, "Shift+X")
    expect(bar).to_have_text("5 selected")
    press(page, "d")
    form_opens(page)
    dispatch_case(cases[2].pk, actor=cast.dispatcher)
    press(page, "Control+Enter")
    expect(page.locator("#sheet h2")).to_contain_text("4 done, 1 not")
    expect(page.locator("#sheet .bulk__not-done")).to_contain_text(cases[2].number)
    expect(page.locator("#sheet .bulk__not-done")).to_contain_text("was quicker")
    expect(bar).to_have_text("1 selected")
    expect(page.locator(f"#case-{cases[2].pk} [data-select]")).to_be_checked()
    expect(page.locator(f"#case-{cases[0].pk}")).to_contain_text("dispatched")
    assert CaseEvent.objects.filter(action=Action.DISPATCH).count() == 5
    press(page, "Escape")
    expect(page.locator("#sheet > *")).to_have_count(0)
    press(page, "Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    # And one goes on from where one stood.
    press(page, "k")
    expect(page.locator("[data-row] :focus")).to_have_count(1)


def test_a_row_that_was_drawn_anew_stays_selected_and_shift_takes_a_range(at_desk, cast):
    cases = [make_case(cast) for _ in range(5)]
    page = at_desk(cast.operator, "/cases/intake/")
    boxes = page.locator("[data-select]")
    boxes.nth(0).check()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("#bulk [data-selected]")).to_have_text("4 selected")
    page.locator(f"#open-{cases[1].pk}").focus()
    expect(page.locator("#sheet > *")).to_have_count(0)
    page.locator(f"#open-{cases[1].pk}").press("Enter")
    page.locator("#sheet").get_by_role("link", name="Register").click()
    form_opens(page)
    press(page, "Control+Enter")
    sheet_says(page, cases[1].number, "registered")
    expect(page.locator(f"#case-{cases[1].pk} [data-select]")).to_be_checked()
    expect(page.locator("#bulk [data-selected]")).to_have_text("4 selected")


def test_without_javascript_what_is_ticked_is_acted_on_as_a_page(open_as, cast):
    case = make_case(cast)
    ReplyTemplate.objects.create(action=Action.REFUSE, name="一", text="第一句。")
    page = open_as(cast.operator, "/cases/intake/", viewport=DESK, java_script_enabled=False)
    page.locator("[data-select]").check()
    page.get_by_role("button", name="Act on them").click()
    page.get_by_role("button", name="Refuse").click()
    page.get_by_text("Ready texts").click()
    expect(page.get_by_text("第一句。")).to_be_visible()
    page.locator("#id_reason").fill("不归我们")
    page.locator("form#step").get_by_role("button", name="Refuse").click()
    expect(page.locator("main")).to_contain_text("1 done")
    case.refresh_from_db()
    assert case.status == Status.REFUSED
