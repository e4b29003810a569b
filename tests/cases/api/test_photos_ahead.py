"""Reports and steps whose photos were sent ahead."""

import hashlib
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case, PhotoKind
from cases.workflow import Status
from gridgov.models import Photo
from tests.case_factories import case_in, jpeg, make_cast, make_city
from tests.cases.api.caller import V1, Caller, codes
from tests.racing import at_once

pytestmark = pytest.mark.django_db

CASES = f"{V1}cases/"


def ahead(user, colour: str = "gray") -> str:
    """The name of a photo that has arrived before what it belongs to."""
    content, name = jpeg(colour=colour).read(), str(uuid.uuid4())
    fields = {
        "photo": SimpleUploadedFile("photo", content),
        "client_uuid": name,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert Caller(user).post(f"{V1}photos/", fields, format="multipart").status_code == 201
    return name


def test_a_report_claims_its_photos_in_their_order(cast):
    names = [ahead(cast.inspector, colour) for colour in ("red", "green", "blue")]

    response = Caller(cast.inspector).post(CASES, {"photo_uuids": names})

    assert response.status_code == 201
    photos = Case.objects.get().photos.order_by("pk")
    assert [str(photo.photo.client_uuid) for photo in photos] == names
    assert not Photo.objects.filter(is_waiting=True).exists()


def test_a_report_that_was_settled_on_the_spot_comes_with_photos_of_the_result(cast):
    before, after = ahead(cast.inspector, "red"), ahead(cast.inspector, "green")
    body = {"photo_uuids": [before], "after_photo_uuids": [after], "is_settled": True}

    response = Caller(cast.inspector).post(CASES, body)

    case = Case.objects.get()
    assert response.status_code == 201
    assert case.settled_on_the_spot
    assert {str(one.photo.client_uuid): one.kind for one in case.photos.all()} == {
        before: PhotoKind.BEFORE,
        after: PhotoKind.AFTER,
    }


def test_settled_without_a_photo_of_the_result_is_refused_and_the_photos_stay_waiting(cast):
    name = ahead(cast.inspector)

    response = Caller(cast.inspector).post(CASES, {"photo_uuids": [name], "is_settled": True})

    assert (response.status_code, codes(response)) == (400, ["photo_missing"])
    assert not Case.objects.exists()
    assert Photo.objects.get().is_waiting


@pytest.mark.parametrize(
    ("status", "step", "who", "body"),
    [
        (Status.REPORTED, "settle", "inspector", {}),
        (Status.CHECKING, "answer-check", "inspector", {"is_true": True}),
        (Status.HANDLING, "feed-back", "handler", {}),
        (Status.HANDLED, "verify", "inspector", {"passed": True}),
    ],
)
def test_the_steps_on_the_spot_claim_theirs(cast, status, step, who, body):
    case = case_in(status, cast)
    name = ahead(getattr(cast, who))

    response = Caller(getattr(cast, who)).step(case, step, {**body, "photo_uuids": [name]})

    assert response.status_code == 200
    assert [str(one.photo.client_uuid) for one in case.photos.all()] == [name]


def test_a_photo_that_has_not_arrived_is_asked_for(cast):
    response = Caller(cast.inspector).post(CASES, {"photo_uuids": [str(uuid.uuid4())]})

    assert (response.status_code, codes(response)) == (409, ["photos_missing"])
    assert not Case.objects.exists()


def test_another_persons_photo_is_missing_too(cast):
    response = Caller(cast.operator).post(CASES, {"photo_uuids": [ahead(cast.inspector)]})

    assert codes(response) == ["photos_missing"]


def test_a_photo_belongs_to_one_thing_only(cast):
    name = ahead(cast.inspector)
    Caller(cast.inspector).post(CASES, {"photo_uuids": [name]})

    response = Caller(cast.inspector).post(CASES, {"photo_uuids": [name]})

    assert (response.status_code, codes(response)) == (422, ["photos_used"])


@pytest.mark.parametrize("count", [2, 10])
def test_names_come_once_and_nine_at_most(cast, count):
    names = [str(uuid.uuid4())] * 2 if count == 2 else [str(uuid.uuid4()) for _ in range(count)]

    assert Caller(cast.inspector).post(CASES, {"photo_uuids": names}).status_code == 400


def test_why_somebody_reports_from_outside_their_grids_stands_in_the_timeline(cast):
    Caller(cast.inspector).post(CASES, {"description": "垃圾堆放", "outside_reason": " 帮邻格 "})

    case = Case.objects.get()
    assert case.events.get().data["outside_reason"] == "帮邻格"


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_under_one_key_make_one_case_with_its_photo_and_another_body_is_refused():
    inspector = make_cast(make_city()).inspector
    body = {"photo_uuids": [ahead(inspector)], "description": "井盖破了"}
    key = str(uuid.uuid4())

    answers = at_once(50, lambda: Caller(inspector).post(CASES, body, headers={"Idempotency-Key": key}))
    other = Caller(inspector).post(CASES, {**body, "description": "别的"}, headers={"Idempotency-Key": key})

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert (Case.objects.count(), Case.objects.get().photos.count()) == (1, 1)
    assert (other.status_code, codes(other)) == (422, ["key_reused"])
