"""How a person wants to be told: kinds, channels and quiet hours, which what is urgent passes over."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from gridgov import clock
from gridgov.models import Delivery, NoticeChoice, NoticeKind
from gridgov.notice_texts import kind_of
from gridgov.outbox import deliver_notices, register_texts, send_notices
from gridgov.quiet_hours import quiet_until
from gridgov.subscriptions import subscribe_to_push
from tests.factories import make_user
from tests.receivers import Browser

pytestmark = pytest.mark.django_db
URL = "/me/notices/"
EVERYTHING = [kind.value for kind in NoticeKind]
CHINA = ZoneInfo("Asia/Shanghai")
# 22:30 in China.
LATE = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _outgoing(settings) -> None:
    number = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    settings.NOTICE_CHANNELS, settings.VAPID_PRIVATE_KEY = ["email", "webpush"], number
    register_texts({"test_work": "Case %(number)s waits"}, kind=NoticeKind.CASES)


@pytest.fixture
def person():
    return make_user(email="a@example.org", language="en")


@pytest.fixture
def page(client, person):
    client.force_login(person)
    return client


def tell(*people, urgent=False):
    return send_notices(people, "test_work", params={"number": 7}, url="/", urgent=urgent)


def choose(page, **fields):
    wanted = {"email": EVERYTHING, "push": EVERYTHING, "quiet_from": "", "quiet_to": ""} | fields
    return page.post(URL, wanted, headers={"accept-language": "en"})


def wanted(text: str) -> int:
    """How many boxes are ticked, whatever else the page has."""
    return len(re.findall(r'name="(?:email|push)"[^>]* checked>', text))


# The page


def test_at_first_everything_is_wanted(page):
    text = page.get(URL).content.decode()

    assert wanted(text) == 2 * len(NoticeKind)


def test_a_choice_is_kept_and_shown_again(page, person):
    assert choose(page, email=["late"], push=[], quiet_from="22:00", quiet_to="07:00").status_code == 302

    kept = NoticeChoice.objects.get(user=person)
    assert set(kept.no_email) == set(EVERYTHING) - {"late"}
    assert set(kept.no_push) == set(EVERYTHING)
    assert (kept.quiet_from, kept.quiet_to) == (time(22), time(7))
    text = page.get(URL).content.decode()
    assert wanted(text) == 1
    assert 'value="22:00"' in text


def test_a_choice_can_be_changed(page, person):
    choose(page, email=[], quiet_from="22:00", quiet_to="07:00")
    choose(page)

    kept = NoticeChoice.objects.get(user=person)
    assert (kept.no_email, kept.quiet_from) == ([], None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quiet_from": "22:00"}, "both times"),
        ({"quiet_to": "22:00"}, "both times"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "another time"),
        ({"quiet_from": "soon", "quiet_to": "later"}, "valid time"),
        ({"email": ["everything"]}, "valid choice"),
    ],
)
def test_what_makes_no_sense_is_sent_back(page, fields, words):
    answer = choose(page, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not NoticeChoice.objects.exists()


def test_a_channel_that_is_off_is_not_asked_about_and_its_choice_stays(page, person, settings):
    choose(page, push=["late"])
    settings.NOTICE_CHANNELS = ["email"]
    assert "web push" not in page.get(URL, headers={"accept-language": "en"}).content.decode().lower()
    choose(page)

    assert "cases" in NoticeChoice.objects.get(user=person).no_push


def test_who_has_no_address_is_told_so(client):
    client.force_login(make_user(email="", language="en"))

    assert "has no e-mail address" in client.get(URL).content.decode()


def test_without_a_log_in_there_is_nothing_to_choose(client):
    assert client.get(URL).status_code == 302
    assert choose(client).status_code == 302
    assert not NoticeChoice.objects.exists()


def test_the_page_costs_few_queries(page, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page.get(URL)


# What it does


def test_kinds_that_are_not_wanted_by_mail_stand_in_the_list_alone(person):
    NoticeChoice.objects.create(user=person, no_email=["cases"])
    tell(person)

    assert person.notices.count() == 1
    assert not Delivery.objects.exists()


def test_each_channel_is_chosen_by_itself(person):
    one = Browser("https://fcm.googleapis.com/x")
    subscribe_to_push(person, endpoint=one.endpoint, **one.keys)
    NoticeChoice.objects.create(user=person, no_email=["cases"], no_push=["late"])
    tell(person)

    assert [delivery.channel for delivery in Delivery.objects.all()] == ["webpush"]


def test_what_is_urgent_passes_over_all_choices(person):
    NoticeChoice.objects.create(user=person, no_email=EVERYTHING, quiet_from=time(22), quiet_to=time(7))
    with clock.at(LATE):
        tell(person, urgent=True)
        assert deliver_notices() == 1


def test_in_quiet_hours_mails_wait_until_they_are_over(person):
    NoticeChoice.objects.create(user=person, quiet_from=time(22), quiet_to=time(7))
    with clock.at(LATE):
        tell(person, make_user(email="b@example.org"))
        assert deliver_notices() == 1
        assert mail.outbox[0].to == ["b@example.org"]
        clock.set_to(datetime(2026, 3, 10, 22, 59, 59, tzinfo=UTC))
        assert deliver_notices() == 0
        clock.set_to(datetime(2026, 3, 10, 23, tzinfo=UTC))
        assert deliver_notices() == 1


@pytest.mark.parametrize(
    ("at", "begin", "end", "until"),
    [
        ((10, 21, 59), (22, 0), (7, 0), None),
        ((10, 22, 0), (22, 0), (7, 0), (11, 7, 0)),
        ((10, 23, 59), (22, 0), (7, 0), (11, 7, 0)),
        ((11, 0, 0), (22, 0), (7, 0), (11, 7, 0)),
        ((11, 6, 59), (22, 0), (7, 0), (11, 7, 0)),
        ((11, 7, 0), (22, 0), (7, 0), None),
        ((10, 12, 30), (12, 0), (14, 0), (10, 14, 0)),
        ((10, 14, 0), (12, 0), (14, 0), None),
        ((10, 11, 59), (12, 0), (14, 0), None),
        ((10, 23, 0), (22, 0), (0, 0), (11, 0, 0)),
        ((11, 0, 0), (22, 0), (0, 0), None),
    ],
)
def test_quiet_hours_are_of_local_time_and_may_pass_midnight(at, begin, end, until):
    def in_china(day, hour, minute):
        return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)

    moment = in_china(*at)
    assert quiet_until(moment, time(*begin), time(*end)) == (in_china(*until) if until else moment)


def test_who_chose_nothing_has_no_quiet_hours():
    assert quiet_until(LATE, None, None) == LATE


@pytest.mark.parametrize("count", [1, 20])
def test_choices_cost_one_query_however_many_are_told(count, django_assert_num_queries):
    people = [make_user(f"p{n}", email=f"p{n}@example.org") for n in range(count)]
    for one in people:
        NoticeChoice.objects.create(user=one, no_push=["late"])
        browser = Browser(f"https://fcm.googleapis.com/{one.pk}")
        subscribe_to_push(one, endpoint=browser.endpoint, **browser.keys)

    with django_assert_num_queries(3):
        tell(*people)
    assert Delivery.objects.count() == 2 * count


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("case_dispatch", NoticeKind.CASES),
        ("case_warning", NoticeKind.LATE),
        ("task_assigned", NoticeKind.GOING_OUT),
        ("operation_called", NoticeKind.OPERATIONS),
        ("emergency_alert", NoticeKind.OPERATIONS),
        ("shift_late", NoticeKind.DUTY),
        ("leave_deputy", NoticeKind.DUTY),
        ("feed_broken", NoticeKind.REGISTRY),
        ("nobody_knows_it", NoticeKind.OTHER),
    ],
)
def test_events_belong_to_kinds(event, kind):
    assert kind_of(event) == kind
