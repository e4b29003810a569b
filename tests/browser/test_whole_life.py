"""One case from the phone to its close, in real browsers: the street at 390 px, the desk at 1440."""

import pytest
from playwright.sync_api import expect

from cases.models import Case
from cases.workflow import Action, Status
from gridgov import clock
from inspections.models import Finding, FindingState, Task, TaskKind, TaskState
from inspections.tasks import keep_tasks
from tests.browser.conftest import DESK
from tests.browser.test_visit import FINISH, answer, arrived, item
from tests.factories import inside
from tests.inspection_factories import make_checklist
from tests.registry_factories import make_object, make_type

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


def test_from_a_finding_to_its_closed_case_to_the_re_check_nothing_is_typed_twice(open_as, cast, photo):
    shop = make_object(cast.city.grid, make_type(), name="演示商铺", code="SHOP-1")
    asked = [{"question": "通道是否畅通", "days_low": 30, "case_class": cast.city.case_class}]
    make_checklist([shop.type], asked, department=cast.city.district_department)

    # The inspector finds something, with a photo; that is all that is ever entered about it.
    street = open_as(cast.inspector, f"/m/visit/?object={shop.code}", at=shop.point)
    answer(street, "通道是否畅通", "abnormal")
    item(street, "通道是否畅通").locator("[data-camera=before]").set_input_files(photo("red"))
    expect(item(street, "通道是否畅通").locator(".shot img")).to_be_visible()
    street.locator(FINISH).tap()
    arrived(street)
    finding = Finding.objects.get()
    case = finding.case
    assert (case.case_class, case.grid, case.photos.count()) == (cast.city.case_class, cast.city.grid, 1)
    address = f"/cases/{case.number}/"

    # Class, place and photo are there: the desk registers and dispatches with a click each.
    for verb, person in (("register", cast.operator), ("dispatch", cast.dispatcher)):
        desk = open_as(person, f"{address}{verb}/", viewport=DESK)
        desk.locator("form#step .button--primary").click()
        desk.wait_for_url(f"**{address}")

    # The handler accepts and shows the result; the inspector verifies it.
    van = open_as(cast.handler, "/m/handling/")
    van.locator(f"form[action='{address}accept/'] button").tap()
    van.locator(f"a[href^='{address}feed-back/']").first.tap()
    van.set_input_files("input[name=photos]", photo("green"))
    van.locator(".step__actions .button--primary").tap()
    expect(van.locator(".messages")).to_contain_text("Somebody else will verify it")
    street.goto(f"{address}verify/")
    street.set_input_files("input[name=photos]", photo("blue"))
    street.locator("button[name=passed][value=yes]").tap()
    street.wait_for_url(f"**{address}")

    # The closed case has ended its finding; the re-check is made, and stands on Today when it is due.
    keep_tasks()
    finding.refresh_from_db()
    task = Task.objects.get(kind=TaskKind.RECHECK)
    assert (finding.state, task.object, task.assignee) == (FindingState.SOLVED, shop, cast.inspector)
    Task.objects.update(starts_at=clock.now())
    street.goto("/m/")
    street.locator(f"a[href*='task={task.pk}']").first.tap()
    expect(item(street, "通道是否畅通")).to_contain_text(case.number)
    answer(street, "通道是否畅通", "normal")
    street.locator(FINISH).tap()
    expect(street.get_by_text("The visit has arrived.")).to_be_visible(timeout=15_000)
    finding.refresh_from_db()
    task.refresh_from_db()
    assert (finding.confirmed_by, task.state) == (task.visits.get(), TaskState.DONE)
