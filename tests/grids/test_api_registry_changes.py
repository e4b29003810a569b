"""The change feed: everything once and in order, however slowly somebody writes."""

import time
from threading import Event, Thread

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from grids import change_feed
from grids.models import ChangeSource, ObjectType, RegistryChange
from grids.services.registry import change_object, write_object
from tests.factories import inside
from tests.registry_factories import make_object

FEED = "/api/v1/registry/changes/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def ask(api, cast, settled):
    api.force_authenticate(cast.leader)

    def ask(since: str = "", *, at_once: bool = False) -> dict:
        if not at_once:
            settled()
        response = api.get(FEED, {"since": since} if since else {})
        assert response.status_code == 200, response.content
        return response.json()

    return ask


@pytest.fixture
def settled():
    """Wait for the other tests on this server: the feed holds back for their open transactions, too."""

    def settle() -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT coalesce(max(transaction_id), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint "
                    "FROM grids_registrychange"
                )
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.05)

    return settle


def test_each_change_is_told_once_and_in_order(ask, cast):
    made = make_object(cast.city.grid)
    first = ask()
    (row,) = first["changes"]
    assert (row["object"], row["kind"], row["source"], row["version"]) == (made.code, "new", "import", 1)
    assert row["fields"]["name"] == [None, made.name]
    assert ask(first["next_since"]) == {"changes": [], "next_since": first["next_since"], "more": False}
    change_object(made.pk, actor=None, name="演示茶店")
    change_object(made.pk, actor=None, state="closed")
    second = ask(first["next_since"])
    assert [each["kind"] for each in second["changes"]] == ["changed", "closed"]
    assert [each["kind"] for each in ask()["changes"]] == ["new", "changed", "closed"]


def test_a_slow_writers_rows_are_never_passed_over(ask, cast):
    make_object(cast.city.grid, code="S-0")
    since = ask()["next_since"]
    begun, go_on = Event(), Event()
    point, type = inside(cast.city.grid), ObjectType.objects.get()

    def write_slowly() -> None:
        with transaction.atomic():
            write(type, point, "S-slow")
            begun.set()
            assert go_on.wait(30)
        connection.close()

    slow = Thread(target=write_slowly)
    slow.start()
    assert begun.wait(30)
    # Written and committed later, but before the slow one, whose ids are smaller.
    write(type, point, "S-quick")
    early = ask(since, at_once=True)
    assert early["changes"] == []
    go_on.set()
    slow.join()
    assert [row["object"] for row in ask(early["next_since"])["changes"]] == ["S-slow", "S-quick"]


def write(type: ObjectType, point: Point, code: str) -> None:
    with transaction.atomic():
        write_object(None, ChangeSource.IMPORT, type=type, code=code, name=code, point=point)


def test_one_sees_the_changes_of_ones_own_areas_and_goes_on_past_others(api, cast, settled, monkeypatch):
    for n in range(6):
        make_object(cast.city.other_grid, code=f"O-{n}")
    make_object(cast.city.grid, code="S-1")
    settled()
    api.force_authenticate(cast.inspector)
    monkeypatch.setattr(change_feed, "_LOOKED_THROUGH", 3)
    since, seen, answers = "", [], 0
    while True:
        body = api.get(FEED, {"since": since} if since else {}).json()
        since, answers = body["next_since"], answers + 1
        seen += [row["object"] for row in body["changes"]]
        if not body["more"]:
            break
    assert (seen, answers) == (["S-1"], 3)
    api.force_authenticate(cast.stranger)
    assert api.get(FEED).json()["changes"] == []


def test_long_answers_are_cut_and_cost_the_same(ask, cast, settled, monkeypatch):
    for n in range(5):
        make_object(cast.city.grid, code=f"S-{n}")
    monkeypatch.setattr(change_feed.changes_since, "__defaults__", (2,))
    settled()
    with CaptureQueriesContext(connection) as few:
        first = ask(at_once=True)
    assert (len(first["changes"]), first["more"]) == (2, True)
    monkeypatch.setattr(change_feed.changes_since, "__defaults__", (500,))
    with CaptureQueriesContext(connection) as many:
        rest = ask(first["next_since"], at_once=True)
    assert (len(rest["changes"]), rest["more"]) == (3, False)
    # The posts are read once for the person.
    assert len(many) <= len(few) == 3
    assert RegistryChange.objects.count() == 5


@pytest.mark.parametrize("since", ["1", "x-y", "1-2-3", "99999999999999999999-1", "9223372036854775808-1"])
def test_a_cursor_that_nobody_gave_is_refused(api, cast, since):
    api.force_authenticate(cast.leader)
    response = api.get(FEED, {"since": since})
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "since"


def test_nobody_reads_it_without_logging_in(api):
    assert api.get(FEED).status_code == 401
