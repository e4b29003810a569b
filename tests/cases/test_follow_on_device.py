"""A browser without an account is told of a report's steps: whoever holds the code asks for it, and nobody else."""

from collections.abc import Iterator

import pytest

from cases.models import Follower
from cases.services import refuse_case
from cases.tracking_codes import new_code, spaced
from gridgov.models import Delivery, PushSubscription
from gridgov.outbox import deliver_notices
from tests.followers import page_of, reported
from tests.receivers import Browser, Receiver, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outgoing(settings) -> None:
    settings.VAPID_PRIVATE_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    settings.NOTICE_CHANNELS = ["webpush"]
    settings.WEBHOOK_ALLOW = settings.PUSH_HOSTS = ["127.0.0.1"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiving() as server:
        server.status = 201
        yield server


@pytest.fixture
def browser(service) -> Browser:
    return Browser(service.url("/x"))


@pytest.fixture
def follower(cast) -> Follower:
    return reported(cast)


def post(client, follower, browser, end=""):
    fields = {"endpoint": browser.endpoint, **browser.keys}
    return client.post(f"{page_of(follower)}push/{end}", fields)


def test_the_page_offers_it(client, follower):
    text = client.get(page_of(follower)).content.decode()

    assert f'data-push-url="{page_of(follower)}push/"' in text


def test_where_web_push_is_off_nothing_is_offered(client, follower, browser, settings):
    settings.NOTICE_CHANNELS = []

    assert "data-push-url" not in client.get(page_of(follower)).content.decode()
    assert post(client, follower, browser).status_code == 404


def test_whoever_holds_the_code_is_told_in_that_browser(client, cast, follower, browser, service):
    assert post(client, follower, browser).status_code == 204
    refuse_case(follower.case_id, actor=cast.operator, reason="不属于网格事项")

    assert deliver_notices() == 1
    said = browser.reads(service.got[0].body)
    assert said["url"] == page_of(follower)
    assert "不属于网格事项" in said["text"]
    kept = str(list(Delivery.objects.values_list()))
    assert follower.code not in kept
    assert spaced(follower.code) not in kept


def test_a_wrong_code_subscribes_nobody(client, follower, browser):
    follower.code = new_code()

    assert post(client, follower, browser).status_code == 404
    assert post(client, follower, browser, "end/").status_code == 404
    assert not PushSubscription.objects.exists()


def test_the_browser_withdraws(client, follower, browser):
    post(client, follower, browser)

    assert post(client, follower, browser, "end/").status_code == 204
    assert not PushSubscription.objects.exists()


def test_what_is_no_push_service_is_not_called(client, follower):
    inside = Browser("http://10.0.0.1/")

    assert post(client, follower, inside).status_code == 422


def test_asking_without_sending_changes_nothing(client, follower):
    assert client.get(f"{page_of(follower)}push/").status_code == 405
