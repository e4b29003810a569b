"""The health page tells what is alive, and 503 as soon as something is not."""

import time
import uuid

import pytest
from django.core.cache import cache
from django.db import connection

from gridgov import heartbeat
from gridgov.tasks import deliver_notices
from tests.without_redis import without_redis

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_signs_of_life(settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": str(uuid.uuid4())}}


def test_all_is_well_when_every_part_gave_a_sign(client):
    deliver_notices()
    heartbeat.beat("sweep")

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": True,
        "redis": True,
        "worker": True,
        "sweep": True,
        "worker_age": 0,
        "sweep_age": 0,
    }


@pytest.mark.parametrize(("part", "seconds"), [("worker", 61), ("sweep", 121)])
def test_a_part_that_fell_silent_is_named(client, part, seconds):
    heartbeat.beat("worker")
    heartbeat.beat("sweep")
    cache.set(f"{part}_heartbeat", time.time() - seconds)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["status"] == "failing"
    assert response.json()[part] is False
    assert response.json()[f"{part}_age"] >= seconds


def test_a_part_that_never_gave_a_sign_is_not_well(client):
    report = client.get("/healthz").json()

    assert (report["worker"], report["worker_age"]) == (False, None)


def test_without_redis_it_still_answers(client, settings):
    without_redis(settings)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert (response.json()["redis"], response.json()["database"]) == (False, True)


def test_without_the_database_it_still_answers(client, monkeypatch):
    def refuse():
        raise ConnectionError

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["database"] is False


def test_nobody_keeps_an_old_answer(client):
    assert "no-store" in client.get("/healthz")["Cache-Control"]
