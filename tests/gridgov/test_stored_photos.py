"""Files are there exactly when their photo is."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from gridgov import clock, evidence
from gridgov.errors import NotFoundForYou, PhotoRefused
from gridgov.evidence import remove_stray_photos, serve_photo, stored_photos
from gridgov.models import Photo
from gridgov.tasks import clean_up
from tests.factories import make_user
from tests.gridgov.pictures import encoded, exif, gps_at, scene, upload

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
CONTENT = encoded(scene(), exif=exif(orientation=6, gps=gps_at((23, 1, 30.0), "N", (113, 7, 12.0), "E")))


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "private"
    return tmp_path / "private"


def files_in(media: Path) -> list[Path]:
    return sorted(path.relative_to(media) for path in media.rglob("*"))


def save(photos: list[Photo]) -> list[Photo]:
    return Photo.objects.bulk_create(photos)


def test_a_photo_is_kept_as_it_came_with_two_copies(media):
    person = make_user()

    with clock.at(NOON), stored_photos([upload(CONTENT, "IMG_1.jpg")], actor=person) as photos:
        save(photos)

    photo = Photo.objects.get()
    assert (media / photo.original.name).read_bytes() == CONTENT
    assert (photo.uploaded_by, photo.content_type, photo.size_bytes) == (person, "image/jpeg", len(CONTENT))
    assert (photo.width, photo.height, photo.orientation) == (400, 600, 6)
    assert photo.exif_point.coords == pytest.approx((113.12, 23.025))
    assert photo.stored_at == NOON
    assert [photo.original.name, photo.display.name, photo.thumb.name] == [
        f"photos/2026/03/10/{photo.id}/{name}" for name in ("original.jpg", "display.jpg", "thumb.jpg")
    ]


def test_nobody_else_on_the_machine_may_read_the_files(media):
    with stored_photos([upload(CONTENT)], actor=None) as photos:
        save(photos)

    assert {path.stat().st_mode & 0o077 for path in media.rglob("*.jpg")} == {0}


def test_when_the_block_raises_no_file_is_left(media):
    def fail() -> None:
        with stored_photos([upload(CONTENT), upload(CONTENT)], actor=None):
            assert len(list(media.rglob("*.jpg"))) == 6
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert not list(media.rglob("*.jpg"))
    assert not [path for path in files_in(media) if len(path.parts) > 4]


def test_one_refused_photo_takes_the_others_with_it(media):
    with pytest.raises(PhotoRefused), stored_photos([upload(CONTENT), upload(b"words")], actor=None):
        pytest.fail("the block must not run")

    assert not list(media.rglob("*.jpg"))


def test_a_photo_that_changed_on_the_way_is_refused(media):
    expected = ["0" * 64]

    with (
        pytest.raises(PhotoRefused) as caught,
        stored_photos([upload(CONTENT)], actor=None, expected_sha256=expected),
    ):
        pytest.fail("the block must not run")

    assert caught.value.code == "photo_changed"
    assert not list(media.rglob("*.jpg"))


def test_the_hash_that_the_phone_sent_may_be_in_capitals(media):
    expected = [evidence.read_photo(upload(CONTENT)).sha256.upper(), ""]

    with stored_photos([upload(CONTENT), upload(CONTENT)], actor=None, expected_sha256=expected) as photos:
        assert len(photos) == 2


@pytest.mark.parametrize("known", [True, False])
def test_a_client_uuid_stands_once_per_uploader_even_without_an_account(media, known):
    person = make_user() if known else None
    client_uuid = uuid.uuid4()

    def send() -> None:
        with (
            transaction.atomic(),
            stored_photos([upload(CONTENT)], actor=person, client_uuids=[client_uuid]) as photos,
        ):
            save(photos)

    send()
    with pytest.raises(IntegrityError):
        send()

    assert Photo.objects.count() == 1
    assert len(list(media.rglob("*.jpg"))) == 3


def test_the_same_client_uuid_of_another_person_is_another_photo(media):
    client_uuid = uuid.uuid4()
    for person in (make_user("one"), make_user("two")):
        with stored_photos([upload(CONTENT)], actor=person, client_uuids=[client_uuid]) as photos:
            save(photos)

    assert Photo.objects.count() == 2


@pytest.mark.parametrize(
    ("size", "content_type", "kind"),
    [
        ("original", "image/png", "attachment"),
        ("display", "image/jpeg", "inline"),
        ("thumb", "image/jpeg", "inline"),
    ],
)
def test_what_is_served_can_do_no_harm(media, size, content_type, kind):
    with stored_photos([upload(encoded(scene(), "PNG"), "a.png")], actor=None) as photos:
        photo = save(photos)[0]

    response = serve_photo(RequestFactory().get("/"), photo, size)

    assert response.content == (media / getattr(photo, size).name).read_bytes()
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].startswith(kind)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-cache"


def test_the_pages_own_policy_does_not_replace_the_stricter_one(media):
    from csp.middleware import CSPMiddleware

    with stored_photos([upload(CONTENT)], actor=None) as photos:
        photo = save(photos)[0]

    response = CSPMiddleware(lambda request: serve_photo(request, photo, "display"))(
        RequestFactory().get("/")
    )

    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_is_gone_is_not_found(media):
    with stored_photos([upload(CONTENT)], actor=None) as photos:
        photo = save(photos)[0]
    (media / photo.thumb.name).unlink()

    with pytest.raises(NotFoundForYou):
        serve_photo(RequestFactory().get("/"), photo, "thumb")


def test_files_of_a_process_that_died_are_taken_away_at_night(media):
    with clock.at(NOON):
        with stored_photos([upload(CONTENT)], actor=None) as photos:
            save(photos)
        with stored_photos([upload(CONTENT)], actor=None):
            pass  # as if killed before the rows were written
    with clock.at(NOON + timedelta(days=1)):
        clean_up()

    assert {path.parent.name for path in media.rglob("*.jpg")} == {str(Photo.objects.get().id)}


def test_a_day_without_photos_needs_no_cleaning(media):
    assert remove_stray_photos(NOON) == 0
