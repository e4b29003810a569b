"""The diary of people's matters (民情日记)."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridgov import clock
from gridgov.errors import AlreadyTaken, KeyReused, NotFoundForYou, NotPermitted
from inspections.models import DiaryEntry
from inspections.services.diary import rate_entry, write_entry
from inspections.times import LATEST
from tests.case_factories import jpeg
from tests.inspection_factories import photo_ahead
from tests.racing import race

pytestmark = pytest.mark.django_db
URL = "/m/diary/"


def write(person, text="王姓店主反映下水道堵塞", **fields):
    return write_entry(actor=person, text=text, **{"client_uuid": uuid.uuid4(), **fields})


def test_a_page_with_a_photo_stands_in_ones_diary(client, cast):
    client.force_login(cast.inspector)
    sent = {"client_uuid": str(uuid.uuid4()), "text": "回访独居老人，平安。", "photos": [jpeg()]}
    assert client.post(URL, sent).status_code == 302
    entry = DiaryEntry.objects.get()
    assert (entry.author, entry.area) == (cast.inspector, cast.city.grid)
    photo = f"/m/diary/{entry.pk}/photos/{entry.photos.get().pk}/thumb/"
    page = client.get(URL).content.decode()
    assert "回访独居老人" in page
    assert photo in page
    assert client.get(photo).status_code == 200
    client.force_login(cast.operator)
    assert client.get(photo).status_code == 404


def test_without_words_it_is_not_written(client, cast):
    client.force_login(cast.inspector)
    assert client.post(URL, {"client_uuid": str(uuid.uuid4()), "text": " "}).status_code == 422


def test_sent_again_it_is_the_same_page_and_another_under_its_name_is_refused(cast):
    name = uuid.uuid4()
    assert write(cast.inspector, client_uuid=name) == write(cast.inspector, client_uuid=name)
    with pytest.raises(KeyReused):
        write(cast.inspector, "别的", client_uuid=name)


def test_photos_may_have_been_sent_ahead(client, cast):
    client.force_login(cast.inspector)
    sent = {
        "client_uuid": str(uuid.uuid4()),
        "text": "见照片",
        "photo_uuids": [str(photo_ahead(cast.inspector))],
    }
    for _ in range(2):
        answer = client.post("/api/v1/diary/", sent, content_type="application/json")
        assert (answer.status_code, len(answer.json()["photos"])) == (201, 1)
    assert DiaryEntry.objects.count() == 1
    sent |= {"client_uuid": str(uuid.uuid4()), "photo_uuids": [str(uuid.uuid4())]}
    assert client.post("/api/v1/diary/", sent, content_type="application/json").status_code == 409


def test_written_without_signal_it_has_its_own_time_and_the_post_of_then_counts(client, cast):
    yesterday = clock.now() - timedelta(days=1)
    cast.inspector.posts.update(valid_to=clock.today() - timedelta(days=1))
    client.force_login(cast.inspector)
    sent = {"client_uuid": str(uuid.uuid4()), "text": "昨天的", "at": yesterday.isoformat()}
    answer = client.post("/api/v1/diary/", sent, content_type="application/json")
    assert (answer.status_code, DiaryEntry.objects.get().written_at) == (201, yesterday)
    now = {"client_uuid": str(uuid.uuid4()), "text": "今天的"}
    assert client.post("/api/v1/diary/", now, content_type="application/json").status_code == 403


def test_a_clock_that_runs_ahead_writes_now(cast):
    assert write(cast.inspector, at=clock.now() + timedelta(hours=2)).written_at <= clock.now()


@pytest.mark.parametrize("day", ["0001-01-02", "1990-05-01"])
def test_no_page_is_older_than_a_phone_may_keep_it(cast, day):
    entry = write(cast.inspector, at=datetime.fromisoformat(f"{day}T00:00:00Z"))
    assert clock.now() - LATEST - timedelta(minutes=1) < entry.written_at < clock.now()


@pytest.mark.parametrize("who", ["operator", "supervisor", "handler", "citizen"])
def test_who_does_not_walk_writes_none(client, cast, who):
    with pytest.raises(NotPermitted):
        write(getattr(cast, who))
    client.force_login(getattr(cast, who))
    sent = {"client_uuid": str(uuid.uuid4()), "text": "见照片"}
    assert client.post("/api/v1/diary/", sent, content_type="application/json").status_code == 403


def test_the_leader_reads_and_rates_it(client, cast):
    entry = write(cast.inspector)
    client.force_login(cast.grid_leader)
    assert "王姓店主" in client.get(f"{URL}?of=team").content.decode()
    # A slip of the finger would praise.
    assert client.get(f"{URL}?of=team").context["rows"][0]["form"]["rating"].value() is None
    response = client.post(f"{URL}{entry.pk}/rate/", {"rating": 4, "remark": "写得实在"})
    assert response.url == f"{URL}?of=team#entry-{entry.pk}"
    entry.refresh_from_db()
    assert (entry.rating, entry.remark, entry.rated_by) == (4, "写得实在", cast.grid_leader)
    client.force_login(cast.inspector)
    assert "写得实在" in client.get(URL).content.decode()


def test_who_rated_may_think_again_but_nobody_else_after_them(cast):
    entry = write(cast.inspector)
    rate_entry(entry.pk, actor=cast.grid_leader, rating=2)
    assert rate_entry(entry.pk, actor=cast.grid_leader, rating=3).rating == 3
    with pytest.raises(AlreadyTaken):
        rate_entry(entry.pk, actor=cast.supervisor, rating=5)


def test_nobody_rates_their_own_nor_what_they_can_not_read(cast):
    own = write(cast.grid_leader)
    with pytest.raises(NotPermitted):
        rate_entry(own.pk, actor=cast.grid_leader, rating=5)
    with pytest.raises(NotPermitted):
        rate_entry(own.pk, actor=cast.leader, rating=5)
    for who in (cast.inspector, cast.operator, cast.stranger):
        with pytest.raises(NotFoundForYou):
            rate_entry(own.pk, actor=who, rating=5)


@pytest.mark.parametrize("rating", ["", "0", "6", "x"])
def test_a_rating_is_one_to_five(client, cast, rating):
    entry = write(cast.inspector)
    client.force_login(cast.grid_leader)
    assert client.post(f"{URL}{entry.pk}/rate/", {"rating": rating, "remark": "好"}).status_code == 422
    answer = client.post(
        f"/api/v1/diary/{entry.pk}/rate/", {"rating": rating}, content_type="application/json"
    )
    assert answer.status_code == 400


def test_older_pages_follow_and_the_list_costs_the_same(client, cast):
    client.force_login(cast.grid_leader)
    costs = []
    for more in (1, 29):
        for _ in range(more):
            write(cast.inspector)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"{URL}?of=team")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 9
    seen = [row["entry"].pk for row in response.context["rows"]]
    rest = [row["entry"].pk for row in client.get(response.context["older"]).context["rows"]]
    assert sorted(seen + rest) == sorted(DiaryEntry.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_rate_at_once_one_does(cast):
    entry = write(cast.inspector)
    found = race(
        lambda: rate_entry(entry.pk, actor=cast.grid_leader, rating=5),
        lambda: rate_entry(entry.pk, actor=cast.supervisor, rating=1),
    )
    assert sorted(type(one).__name__ for one in found) == ["AlreadyTaken", "DiaryEntry"]
    winner = next(one for one in found if isinstance(one, DiaryEntry))
    entry.refresh_from_db()
    assert (entry.rating, entry.rated_by) == (winner.rating, winner.rated_by)


@pytest.mark.django_db(transaction=True)
def test_the_same_page_on_several_ways_at_once_is_written_once(cast):
    name = uuid.uuid4()
    found = race(*[lambda: write(cast.inspector, client_uuid=name).pk] * 4)
    assert len(set(found)) == 1


def test_forms_to_rate_are_closed_until_one_is_refused(client, cast):
    entry = write(cast.inspector)
    write(cast.inspector)
    client.force_login(cast.grid_leader)
    page = client.get(f"{URL}?of=team", headers={"Accept-Language": "en"}).content.decode()
    assert page.count('<details class="task__more"><summary>') == 2
    assert page.count("Rate it<") == 2
    assert "From 1 to 5" in page
    refused = client.post(f"{URL}{entry.pk}/rate/", {"remark": "好"}).content.decode()
    assert refused.count('<details class="task__more" open>') == 1
