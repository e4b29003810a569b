"""The board, surveys and notices in a real browser, at every width, with scripts and without."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cases.models import Survey
from cases.services.board import show_on_board, write_on_board
from cases.services.citizen import Sender
from gridgov import clock
from grids.services.announcements import publish_announcement
from tests.browser.axe import overflows, violations
from tests.browser.conftest import DESK, PHONE, OpenAs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(cast):
    """A message on the board, a survey, a public notice, an order."""
    message = write_on_board(
        sender=Sender(), area=cast.city.community, topic="question", text="什么时候修路？" * 20
    )
    show_on_board(message.pk, actor=cast.operator)
    now = clock.now()
    survey = Survey.objects.create(
        title="公园满意度",
        area=cast.city.street,
        opens_at=now,
        closes_at=now + timedelta(days=1),
        is_public=True,
    )
    survey.questions.create(position=1, kind="single", text="多久去一次？", choices=["每天", "每周"])
    survey.questions.create(position=2, kind="scale", text="满意吗？")
    shared = {
        "actor": cast.leader,
        "organisation": cast.city.district_centre,
        "area": cast.city.district,
    }
    publish_announcement(kind="notice", title="停水通知", text="周三停水。", is_public=True, **shared)
    publish_announcement(
        kind="order", title="加强巡查", text="每日两次。", receipt_by=clock.today(), **shared
    )
    return cast


def is_sound(page):
    assert violations(page) == []
    assert overflows(page) == []


@pytest.mark.parametrize(("width", "scripts"), [(320, False), (390, True), (1440, True)])
def test_somebody_reads_writes_and_answers(open_as: OpenAs, town, width, scripts):
    page = open_as(None, "/board/", viewport={"width": width, "height": 800}, scripts=scripts)
    is_sound(page)
    page.get_by_role("link", name="Write a message").click()
    is_sound(page)
    page.get_by_label("A question").check()
    page.get_by_label("Your message").fill("路灯太暗，能否加装？")
    page.get_by_label("For which street or town?").select_option(label="桂城街道")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Waits to be looked over")).to_be_visible()
    is_sound(page)
    page.goto("/board/")
    page.get_by_role("link", name="公园满意度").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_be_visible()
    is_sound(page)
    page.get_by_label("每周").check()
    page.get_by_label("4", exact=True).check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("Answered on this device")).to_be_visible()
    page.goto("/board/notices/")
    is_sound(page)
    page.get_by_role("link", name="停水通知").click()
    expect(page.get_by_text("周三停水。")).to_be_visible()
    is_sound(page)


def test_an_order_is_confirmed_in_one_tap_on_the_phone(open_as: OpenAs, town):
    page = open_as(town.inspector, "/announcements/", viewport=PHONE)
    is_sound(page)
    page.get_by_role("link", name="加强巡查").click()
    is_sound(page)
    page.get_by_role("button", name="I have read it and act on it").click()
    expect(page.get_by_text("Whoever issued the order sees that you have it.")).to_be_visible()


def test_an_announcement_is_written_at_the_desk_with_the_keyboard(open_as: OpenAs, town):
    page = open_as(town.leader, "/announcements/new/", viewport=DESK)
    is_sound(page)
    page.get_by_label("Text", exact=True).fill("请注意防火。")
    page.get_by_label("Title").fill("防火通知")
    # Enter looks, it does not publish yet.
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It reaches 7 people")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name="Publish to 7 people").press("Enter")
    expect(page.get_by_role("heading", name="Who has read it")).to_be_visible()
    is_sound(page)
