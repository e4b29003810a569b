"""Staff edit calendars and send again what got stuck."""

from datetime import date

import pytest
from django.test import Client

from gridgov import clock
from gridgov.models import Channel, Delivery, DeliveryState, Notice, WorkingCalendar
from gridgov.worktime import working_time_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(make_user("admin", is_staff=True, is_superuser=True, language="en"))
    return client


@pytest.fixture
def calendar() -> WorkingCalendar:
    return WorkingCalendar.objects.create(district_code="440605")


def form(**fields: str) -> dict[str, str]:
    return {
        "district_code": "440605",
        "timezone": "Asia/Shanghai",
        "slots": '[["08:30", "12:00"], ["14:00", "17:30"]]',
        "holidays": "china",
        "loaded_through": "",
        "days-TOTAL_FORMS": "1",
        "days-INITIAL_FORMS": "0",
        "days-0-date": "2026-03-10",
        "days-0-name": "Flood",
        **fields,
    }


def address(calendar: WorkingCalendar) -> str:
    return f"/admin/gridgov/workingcalendar/{calendar.pk}/change/"


def test_the_calendar_shows_what_would_happen(page, calendar):
    text = page.get(address(calendar)).content.decode()

    assert "5 working days" in text


def test_a_new_calendar_can_be_made(page):
    assert page.get("/admin/gridgov/workingcalendar/add/").status_code == 200


def test_a_day_entered_counts_at_once(page, calendar):
    assert working_time_of("440605").is_working_day(date(2026, 3, 10))

    assert page.post(address(calendar), form()).status_code == 302

    assert not working_time_of("440605").is_working_day(date(2026, 3, 10))


@pytest.mark.parametrize(
    "fields", [{"slots": '[["12:00", "08:30"]]'}, {"timezone": "Mars/Olympus"}, {"slots": "nonsense"}]
)
def test_a_calendar_that_makes_no_sense_is_sent_back(page, calendar, fields):
    assert page.post(address(calendar), form(**fields)).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "0202-03-10"])
def test_a_day_that_nobody_means_is_sent_back(page, calendar, day):
    response = page.post(address(calendar), form(**{"days-0-date": day}))

    assert "Choose a day between 1900-01-01 and 2199-12-31." in response.content.decode()
    assert not calendar.days.exists()


def test_a_day_that_is_in_the_calendar_already_is_sent_back(page, calendar):
    page.post(address(calendar), form())

    assert page.post(address(calendar), form()).status_code == 200
    assert calendar.days.count() == 1


@pytest.fixture
def stuck() -> Delivery:
    now = clock.now()
    notice = Notice.objects.create(event="test", url="/", created_at=now)
    return Delivery.objects.create(
        notice=notice,
        channel=Channel.WEBHOOK,
        address="http://down.example/",
        state=DeliveryState.DEAD,
        attempts=6,
        next_try_at=now,
        last_error="HTTP 500",
    )


def test_what_got_stuck_is_listed_with_its_reason(page, stuck):
    text = page.get("/admin/gridgov/delivery/").content.decode()

    assert "http://down.example/" in text
    assert "HTTP 500" in text


def test_what_got_stuck_can_be_sent_again(page, stuck):
    page.post("/admin/gridgov/delivery/", {"action": "send_again", "_selected_action": [stuck.pk]})

    stuck.refresh_from_db()
    assert (stuck.state, stuck.attempts) == (DeliveryState.WAITING, 0)


def test_deliveries_cannot_be_made_or_changed_by_hand(page, stuck):
    assert page.get("/admin/gridgov/delivery/add/").status_code == 403
    assert page.post(f"/admin/gridgov/delivery/{stuck.pk}/change/", {}).status_code == 403
    assert page.post(f"/admin/gridgov/delivery/{stuck.pk}/delete/", {"post": "yes"}).status_code == 403
