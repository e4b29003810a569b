"""GET cases/<number>/photos/<id>/<size>/."""

import json
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.case_factories import jpeg, make_case
from tests.cases.api.caller import V1, Caller
from tests.factories import inside
from tests.gridgov.pictures import exif, scene

pytestmark = pytest.mark.django_db


def report_with(cast, picture):
    point = inside(cast.city.grid)
    report = {"photos": [picture], "point": json.dumps({"lon": point.x, "lat": point.y})}
    return Caller(cast.inspector).post(f"{V1}cases/", report, format="multipart").json()


def test_whoever_sees_the_case_gets_its_photos_in_two_sizes(cast):
    (photo,) = report_with(cast, jpeg(size=(2000, 1000)))["photos"]

    display, thumb = (Caller(cast.operator).get(photo[size]) for size in ("display", "thumb"))

    assert display.headers["Content-Type"] == thumb.headers["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(display.content)).size == (1600, 800)
    assert Image.open(BytesIO(thumb.content)).size == (320, 160)


def test_what_is_served_has_no_metadata(cast):
    content = BytesIO()
    scene().save(content, "JPEG", exif=exif(orientation=6))

    (photo,) = report_with(cast, SimpleUploadedFile("photo.jpg", content.getvalue()))["photos"]

    shown = Image.open(BytesIO(Caller(cast.operator).get(photo["display"]).content))
    assert not shown.getexif()


def test_a_client_may_ask_for_pictures_only(cast):
    (photo,) = report_with(cast, jpeg())["photos"]

    assert Caller(cast.operator).get(photo["thumb"], headers={"Accept": "image/*"}).status_code == 200


def test_a_stranger_finds_nothing_and_nobody_must_log_in(cast):
    (photo,) = report_with(cast, jpeg())["photos"]

    assert Caller(cast.stranger).get(photo["thumb"]).status_code == 404
    assert Caller().get(photo["thumb"]).status_code == 401


def test_the_original_is_not_given_away(cast):
    (photo,) = report_with(cast, jpeg())["photos"]

    assert Caller(cast.operator).get(photo["thumb"].replace("thumb", "original")).status_code == 404


def test_a_photo_is_found_under_its_own_case_only(cast):
    (photo,) = report_with(cast, jpeg())["photos"]
    other = make_case(cast)

    assert (
        Caller(cast.operator).get(f"{V1}cases/{other.number}/photos/{photo['id']}/thumb/").status_code == 404
    )
    assert (
        Caller(cast.operator).get(f"{V1}cases/{other.number}/photos/{uuid.uuid4()}/thumb/").status_code == 404
    )
