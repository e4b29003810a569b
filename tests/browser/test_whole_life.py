"""One case from the phone to its close, in real browsers: the street at 390 px, the desk at 1440."""

import pytest
from playwright.sync_api import expect

from cases.models import Case
from cases.workflow import Action, Status
from tests.browser.conftest import DESK
from tests.factories import inside

pytestmark = pytest.mark.browser


def test_inspector_operator_dispatcher_handler_and_inspector_carry_a_case_to_its_close(open_as, cast, photo):
    # The inspector reports what they see.
    street = open_as(cast.inspector, "/m/report/", at=inside(cast.city.grid))
    street.set_input_files("input[name=photos]", photo("red"))
    street.fill("[name=description]", "路灯整夜不亮")
    expect(street.locator("[data-place]")).to_contain_text("第一网格")
    street.locator("button[form=report]").tap()
    street.wait_for_url("**/m/report/*-*/")
    case = Case.objects.get()
    address = f"/cases/{case.number}/"

    # The operator registers it; the class was left open.
    desk = open_as(cast.operator, f"{address}register/", viewport=DESK)
    desk.locator("[name=class_words]").press_sequentially("路灯")
    desk.locator("[data-found]").get_by_label("路灯").check()
    desk.locator("form#step .button--primary").click()
    desk.wait_for_url(f"**{address}")

    # The dispatcher sends it to the unit that the responsibilities name.
    desk = open_as(cast.dispatcher, f"{address}dispatch/", viewport=DESK)
    desk.locator("form#step .button--primary").click()
    desk.wait_for_url(f"**{address}")

    # The handler accepts it with one tap, goes there, and shows the result.
    van = open_as(cast.handler, "/m/handling/")
    van.locator(f"form[action='{address}accept/'] button").tap()
    van.locator(f"a[href^='{address}feed-back/']").first.tap()
    expect(van.locator(".photos__photo img")).to_have_count(1)
    van.set_input_files("input[name=photos]", photo("green"))
    van.locator(".step__actions .button--primary").tap()
    expect(van.locator(".messages")).to_contain_text("Somebody else will verify it")

    # The inspector sees before and after side by side, looks, and says that it is solved.
    street.goto("/m/")
    street.locator(f"a[href='{address}verify/']").tap()
    expect(street.locator(".photos--pair img")).to_have_count(2)
    street.set_input_files("input[name=photos]", photo("blue"))
    street.locator("button[name=passed][value=yes]").tap()
    street.wait_for_url(f"**{address}")

    case.refresh_from_db()
    assert case.status == Status.CLOSED
    assert list(case.events.values_list("action", flat=True)) == [
        Action.REPORT,
        Action.REGISTER,
        Action.DISPATCH,
        Action.ACCEPT,
        Action.FEED_BACK,
        Action.VERIFY_PASS,
    ]
    assert case.photos.count() == 3
