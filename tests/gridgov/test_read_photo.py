"""What is accepted as a photo, what is read from it, and what its copies look like."""

import hashlib
import zipfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageFile, ImageStat

from gridgov.errors import PhotoRefused
from gridgov.evidence import read_photo
from tests.gridgov.pictures import (
    encoded,
    exif,
    gps_at,
    huge_png,
    scene,
    street_photo,
    turned,
    turned_for_real,
    upload,
    upright,
)

FOSHAN = gps_at((23, 1, 30.0), "N", (113, 7, 12.0), "E")


def refused(content: bytes, name: str = "photo.jpg") -> PhotoRefused:
    with pytest.raises(PhotoRefused) as caught:
        read_photo(upload(content, name))
    return caught.value


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "name", "content_type", "suffix"),
    [
        ("JPEG", "a.jpg", "image/jpeg", ".jpg"),
        ("PNG", "a.png", "image/png", ".png"),
        ("WEBP", "a.webp", "image/webp", ".webp"),
        ("HEIF", "a.HEIC", "image/heic", ".heic"),
        # Messengers and browsers name files as they like; the content decides.
        ("WEBP", "mmexport1.jpg", "image/webp", ".webp"),
        ("JPEG", "blob", "image/jpeg", ".jpg"),
    ],
)
def test_each_kind_of_photo_is_read_by_its_content(kind, name, content_type, suffix):
    content = encoded(scene(), kind)

    read = read_photo(upload(content, name))

    assert (read.content_type, read.suffix, read.width, read.height) == (content_type, suffix, 600, 400)
    assert read.size_bytes == len(content)
    assert read.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_colour_mode_is_shown(mode):
    picture = scene(mode="I").convert("I;16") if mode == "I;16" else scene(mode=mode)

    assert opened(read_photo(upload(encoded(picture, "PNG"), "a.png")).display).mode == "RGB"


def test_a_cmyk_jpeg_is_shown_in_rgb():
    assert opened(read_photo(upload(encoded(scene(mode="CMYK")))).display).mode == "RGB"


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (50, 50), (255, 0, 0, 0))

    read = read_photo(upload(encoded(clear, "PNG"), "a.png"))

    assert opened(read.display).getpixel((25, 25)) == (255, 255, 255)


def test_another_colour_space_is_turned_into_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()

    read = read_photo(upload(encoded(scene(), icc_profile=profile)))

    assert "icc_profile" not in opened(read.display).info


def test_a_broken_colour_profile_is_passed_over():
    assert read_photo(upload(encoded(scene(), icc_profile=b"nonsense"))).width == 600


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_stand_upright_however_the_camera_was_held(orientation, portrait):
    read = read_photo(upload(turned(orientation, portrait=portrait)))

    size = (400, 600) if portrait else (600, 400)
    assert (read.orientation, (read.width, read.height)) == (orientation, size)
    for copy in (opened(read.display), opened(read.thumb)):
        width, height = copy.size
        corners = [
            copy.getpixel((x, y))
            for y in (height // 4, height * 3 // 4)
            for x in (width // 4, width * 3 // 4)
        ]
        for found, expected in zip(
            corners, [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)], strict=True
        ):
            assert all(abs(a - b) < 20 for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_real_photos_look_the_same_in_every_orientation(orientation, portrait):
    first, turned_one = turned_for_real(1, portrait=portrait), turned_for_real(orientation, portrait=portrait)

    read = read_photo(upload(turned_one))

    assert read.orientation == orientation
    assert (read.width, read.height) == upright(first).size
    reference = opened(read_photo(upload(first)).display)
    # The samples carry their number in the picture, so a little difference is theirs.
    assert max(ImageStat.Stat(ImageChops.difference(reference, opened(read.display))).mean) < 8


def test_a_heic_is_turned_upright_once():
    content = encoded(scene(), "HEIF", exif=exif(orientation=6).tobytes())

    read = read_photo(upload(content, "a.heic"))

    assert (read.width, read.height) == opened(read.display).size


def test_copies_are_small_and_the_thumbnail_smaller():
    read = read_photo(upload(street_photo()))

    assert (read.width, read.height) == (3840, 2160)
    assert (opened(read.display).size, opened(read.thumb).size) == ((1600, 900), (320, 180))


def test_a_small_photo_is_not_blown_up():
    assert opened(read_photo(upload(encoded(scene(60, 40)))).display).size == (60, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_copies_carry_no_metadata_at_all(kind):
    content = encoded(
        scene(),
        kind,
        exif=exif(gps=FOSHAN, DateTimeOriginal="2026:03:10 09:00:00"),
        comment=b"a secret",
        xmp=b"<x/>",
    )

    read = read_photo(upload(content, "a.webp"))

    for copy in (read.display, read.thumb):
        assert set(opened(copy).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"Exif" not in copy
        assert b"secret" not in copy


def test_the_real_street_photo_gives_its_place_and_its_copies_do_not():
    read = read_photo(upload(street_photo()))

    assert read.point.coords == pytest.approx((-122.57, 45.52), abs=0.01)
    assert not opened(read.display).getexif()


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        (FOSHAN, (113.12, 23.025)),
        (gps_at((23, 1, 30.0), "S", (113, 7, 12.0), "W"), (-113.12, -23.025)),
        # No fix, impossible degrees, half a position, nothing at all.
        (gps_at((0, 0, 0), "N", (0, 0, 0), "E"), None),
        (gps_at((93, 0, 0), "N", (113, 0, 0), "E"), None),
        ({1: "N", 2: (23, 1, 30.0)}, None),
        (None, None),
    ],
)
def test_the_position_is_read_where_it_makes_sense(gps, expected):
    read = read_photo(upload(encoded(scene(), exif=exif(gps=gps))))

    assert (read.point and read.point.coords) == (expected and pytest.approx(expected))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"DateTimeOriginal": "2026:03:10 09:00:00"},
            datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
        ),
        (
            {"DateTimeOriginal": "2026:03:10 09:00:00", "OffsetTimeOriginal": "+09:00"},
            datetime(2026, 3, 10, 9, tzinfo=timezone(timedelta(hours=9))),
        ),
        (
            {"DateTimeOriginal": "2026:03:10 09:00:00", "OffsetTimeOriginal": "nonsense"},
            datetime(2026, 3, 10, 1, tzinfo=UTC),
        ),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "1970:01:01 00:00:00"}, None),
        ({"DateTimeOriginal": "yesterday"}, None),
        ({}, None),
    ],
)
def test_the_time_is_read_where_it_makes_sense(written, expected):
    assert read_photo(upload(encoded(scene(), exif=exif(**written)))).taken_at == expected


# Pillow says so when metadata makes no sense.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_broken_exif_costs_only_the_metadata():
    content = encoded(scene(), exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff garbage")

    read = read_photo(upload(content))

    assert (read.width, read.taken_at, read.point, read.orientation) == (600, None, None, 1)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"just some words", "photo.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "photo.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "photo.svg"),
        (encoded(scene(mode="P"), "GIF"), "photo.gif"),
        (encoded(scene(mode="P"), "GIF"), "photo.jpg"),
        (encoded(scene(), "TIFF"), "photo.jpg"),
        (encoded(scene(), "BMP"), "photo.png"),
        (b"MZ" + bytes(100), "photo.jpg"),
        (encoded(scene()), "photo.html"),
        (encoded(scene()), "photo.jpg.exe"),
    ],
)
def test_what_is_no_photo_is_refused_whatever_its_name(content, name):
    error = refused(content, name)

    assert (error.status, error.code) == (415, "photo_wrong_kind")


def archive() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("Main.class", "code")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        encoded(scene()) + archive(),
        encoded(scene()) + b"<SCRIPT>alert(1)</SCRIPT>",
        encoded(scene(), comment=b"%PDF-1.7"),
        encoded(scene(), comment=b"<!DOCTYPE html><body>"),
    ],
    ids=["archive", "script", "document", "page"],
)
def test_a_photo_that_is_also_something_else_is_refused(content):
    assert (refused(content).status, refused(content).code) == (415, "photo_disguised")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_half_a_photo_is_refused(kind, part, monkeypatch):
    # Whoever made a PDF in this process before has turned this on; of half a photo the rest would be grey.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = encoded(Image.effect_noise((300, 200), 80).convert("RGB"), kind)

    assert refused(whole[: int(len(whole) * part)]).code in ("photo_broken", "photo_wrong_kind")


def test_an_empty_file_is_refused():
    assert refused(b"").code == "photo_empty"


@pytest.mark.parametrize("side", [9_000, 12_000, 50_000])
def test_a_bomb_is_refused_before_it_goes_off(side):
    error = refused(huge_png(side), "photo.png")

    assert (error.status, error.code) == (413, "photo_too_large")


def test_a_file_over_the_limit_is_refused(settings):
    settings.PHOTO_MAX_BYTES = 1000

    assert (refused(encoded(scene())).status, refused(encoded(scene())).code) == (413, "photo_too_large")


SAMPLES = [
    encoded(scene(40, 30), kind, exif=exif(gps=FOSHAN).tobytes()) for kind in ("JPEG", "PNG", "WEBP", "HEIF")
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=20))
def test_a_damaged_file_is_read_or_refused_and_never_an_accident(sample, changes):
    content = bytearray(sample)
    for place, value in changes:
        content[place % len(content)] = value
    with suppress(PhotoRefused):
        read_photo(upload(bytes(content)))
