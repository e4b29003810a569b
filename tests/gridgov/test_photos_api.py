"""photos/: a phone sends its photos one by one, ahead of what they belong to."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation

from gridgov import clock
from gridgov.models import Photo
from gridgov.photos_ahead import forget_waiting_photos
from tests.case_factories import jpeg, make_cast, make_city
from tests.cases.api.caller import V1, Caller, codes
from tests.gridgov.pictures import encoded, exif, gps_at, scene
from tests.racing import at_once

pytestmark = pytest.mark.django_db

PHOTOS = f"{V1}photos/"


def sent(content: bytes | None = None, **fields):
    """A photo as a phone sends it."""
    content = jpeg().read() if content is None else content
    return {
        "photo": SimpleUploadedFile("photo", content, content_type="image/jpeg"),
        "client_uuid": str(uuid.uuid4()),
        "sha256": hashlib.sha256(content).hexdigest(),
        **fields,
    }


def send(user, photo):
    return Caller(user).post(PHOTOS, photo, format="multipart")


def test_a_photo_is_kept_and_waits_for_what_it_belongs_to(cast):
    told = sent()

    response = send(cast.inspector, told)

    photo = Photo.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": str(photo.pk),
        "client_uuid": told["client_uuid"],
        "sha256": told["sha256"],
    }
    assert (photo.uploaded_by, photo.is_waiting) == (cast.inspector, True)
    with photo.original.open() as file:
        assert hashlib.sha256(file.read()).hexdigest() == told["sha256"]


def test_sent_again_it_is_the_same_photo(cast):
    content = jpeg().read()
    name = str(uuid.uuid4())
    first = send(cast.inspector, sent(content, client_uuid=name))

    again = send(cast.inspector, sent(content, client_uuid=name))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Photo.objects.count() == 1


def test_other_bytes_under_the_same_name_are_refused(cast):
    name = str(uuid.uuid4())
    send(cast.inspector, sent(client_uuid=name))

    other = send(cast.inspector, sent(jpeg(colour="red").read(), client_uuid=name))

    assert (other.status_code, codes(other)) == (422, ["key_reused"])
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("photo", "status", "code"),
    [
        (sent(sha256="0" * 64), 400, "photo_changed"),
        (sent(b""), 400, "photo_empty"),
        (sent(b"no picture at all"), 415, "photo_wrong_kind"),
        (sent(jpeg().read()[:300]), 400, "photo_broken"),
        (sent(sha256="short"), 400, "invalid"),
        (sent(client_uuid="my photo"), 400, "invalid"),
    ],
)
def test_what_is_no_whole_photo_is_refused_and_nothing_is_kept(cast, photo, status, code):
    response = send(cast.inspector, photo)

    assert (response.status_code, codes(response)) == (status, [code])
    assert not Photo.objects.exists()
    assert not default_storage.exists("photos") or not any(default_storage.listdir("photos"))


def test_what_the_phone_read_before_it_made_the_photo_smaller_counts_where_the_file_has_none(cast):
    send(cast.inspector, sent(taken_at="2026-11-20T08:30:00+08:00", lon="113.14", lat="23.03"))

    photo = Photo.objects.get()
    assert photo.taken_at.isoformat() == "2026-11-20T00:30:00+00:00"
    assert photo.exif_point.coords == (113.14, 23.03)
    assert photo.told_by_phone


def test_what_stands_in_the_file_counts_more_than_what_the_phone_says(cast):
    where = gps_at((23.0, 2.0, 0.0), "N", (113.0, 9.0, 0.0), "E")
    picture = encoded(scene(), exif=exif(gps=where, DateTimeOriginal="2026:11:21 09:00:00"))

    send(cast.inspector, sent(picture, taken_at="2026-11-20T08:30:00+08:00", lon="1", lat="2"))

    photo = Photo.objects.get()
    assert photo.taken_at.isoformat() == "2026-11-21T01:00:00+00:00"
    assert photo.exif_point.x == pytest.approx(113.15)
    assert not photo.told_by_phone


def test_a_marked_copy_knows_its_photo_as_far_as_that_has_arrived(cast):
    original = sent()
    send(cast.inspector, original)
    copy = encoded(scene())
    for name in (original["client_uuid"], str(uuid.uuid4())):
        assert send(cast.inspector, sent(copy, is_marked_copy="true", copy_of=name)).status_code == 201

    first, of_it, of_nothing = Photo.objects.order_by("stored_at")
    assert (of_it.is_marked_copy, of_it.copy_of) == (True, first)
    assert (of_nothing.is_marked_copy, of_nothing.copy_of, first.is_marked_copy) == (True, None, False)


def test_a_copy_does_not_point_at_somebody_elses_photo(cast):
    original = sent()
    send(cast.operator, original)

    send(cast.inspector, sent(copy_of=original["client_uuid"]))

    assert Photo.objects.get(uploaded_by=cast.inspector).copy_of is None


@translation.override("en")
def test_where_a_photo_comes_from_in_words():
    at = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert Photo().origin == ""
    assert Photo(taken_at=at).origin == "taken 2026-11-20 08:30"
    assert Photo(taken_at=at, told_by_phone=True, is_marked_copy=True).origin == (
        "marked copy · taken 2026-11-20 08:30, told by the phone"
    )
    assert Photo(told_by_phone=True).origin == "place told by the phone"


def test_a_photo_that_is_thrown_away_leaves_its_copy(cast):
    original = sent()
    send(cast.inspector, original)
    send(cast.inspector, sent(encoded(scene()), copy_of=original["client_uuid"]))
    copy = Photo.objects.get(is_marked_copy=True)
    Photo.objects.filter(pk=copy.pk).update(is_waiting=False)

    assert forget_waiting_photos(clock.now() + timedelta(days=1)) == 1

    copy.refresh_from_db()
    assert (copy.is_marked_copy, copy.copy_of) == (True, None)


def test_whether_it_has_arrived_is_told_to_whoever_sent_it_and_to_nobody_else(cast):
    told = sent()
    send(cast.inspector, told)
    there = f"{PHOTOS}{told['client_uuid']}/"

    assert Caller(cast.inspector).get(there).json()["sha256"] == told["sha256"]
    assert Caller(cast.operator).get(there).status_code == 404
    assert Caller(cast.inspector).get(f"{PHOTOS}{uuid.uuid4()}/").status_code == 404
    assert Caller().get(there).status_code == 401


def test_two_people_may_use_the_same_name(cast):
    name = str(uuid.uuid4())

    answers = [send(user, sent(client_uuid=name)).status_code for user in (cast.inspector, cast.operator)]

    assert answers == [201, 201]


def test_nobody_sends_photos_without_logging_in(db):
    assert send(None, sent()).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_under_one_name_make_one_photo_and_leave_no_stray_file():
    inspector = make_cast(make_city()).inspector
    content, name = jpeg().read(), str(uuid.uuid4())

    answers = at_once(50, lambda: send(inspector, sent(content, client_uuid=name)))

    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1
    photo = Photo.objects.get()
    day = str(photo.original.name).rsplit("/", 2)[0]
    assert default_storage.listdir(day)[0] == [str(photo.pk)]


def test_the_index_of_copies_leaves_out_the_many_that_are_none(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'gridgov_photo'")
        of_copies = [row for (row,) in cursor.fetchall() if "(copy_of_id)" in row]
    assert len(of_copies) == 1
    assert "WHERE (copy_of_id IS NOT NULL)" in of_copies[0]
