"""POST cases/: reporting over the API."""

import hashlib
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from cases.models import Case
from gridgov import clock
from gridgov.models import Notice, Photo
from tests.case_factories import jpeg, make_cast, make_city
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import inside

pytestmark = pytest.mark.django_db

CASES = f"{V1}cases/"


def position(area):
    point = inside(area)
    return {"lon": point.x, "lat": point.y}


def report(cast, **fields):
    """A report as JSON, from the inspector's own grid."""
    return {
        "point": position(cast.city.grid),
        "case_class": cast.city.case_class.pk,
        "description": "路灯整夜不亮",
        "address": "桂澜路 1 号",
    } | fields


def form(cast, **fields):
    """The same as a form with one photo."""
    sent = report(cast, photos=[jpeg()], **fields)
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in sent.items()}


def post_form(user, fields, **more):
    return Caller(user).post(CASES, fields, format="multipart", **more)


def stored_files():
    return [file for folder in _folders("") for file in default_storage.listdir(folder)[1]]


def _folders(folder):
    try:
        below = default_storage.listdir(folder)[0]
    except FileNotFoundError:
        return []
    return [folder, *[path for name in below for path in _folders(f"{folder}/{name}".strip("/"))]]


def test_a_report_becomes_a_case_and_the_answer_is_the_case(cast):
    response = Caller(cast.inspector).post(
        CASES, report(cast, device_point=position(cast.city.other_grid), accuracy_m=8, channel="inspector")
    )

    case = Case.objects.get()
    told = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"{CASES}{case.number}/"
    assert response.headers["ETag"] == '"1"'
    assert told["number"] == case.number
    assert told["point"] == position(cast.city.grid)
    assert told["device_point"] == position(cast.city.other_grid)
    assert told["areas"][-1]["code"] == cast.city.grid.code
    assert told["available_actions"]
    assert (case.reporter, case.accuracy_m) == (cast.inspector, 8)


def test_a_form_with_photos_says_the_same(cast):
    response = post_form(cast.inspector, form(cast, photo_sha256=[hashlib.sha256(jpeg().read()).hexdigest()]))

    assert response.status_code == 201
    assert response.json()["point"] == position(cast.city.grid)
    assert [photo["kind"] for photo in response.json()["photos"]] == ["before"]
    assert len(stored_files()) == 3


@pytest.mark.parametrize("named", ["id", "component:01001"])
def test_a_class_is_named_by_its_id_or_its_code(cast, named):
    wanted = str(cast.city.case_class.pk) if named == "id" else named

    told = post_form(cast.inspector, {"case_class": wanted}).json()

    assert told["case_class"]["id"] == cast.city.case_class.pk


def test_a_class_that_nobody_has_is_refused(cast):
    for named in (0, "01001", "event:01001", "\0", "component:\0", None, {}, True, "9" * 30):
        response = Caller(cast.inspector).post(CASES, report(cast, case_class=named))

        assert response.status_code == 400, named
        assert response.json()["errors"][0]["attr"] == "case_class", named


def test_a_condition_must_belong_to_the_class(cast):
    foreign = cast.city.other_class.conditions.get()

    response = Caller(cast.inspector).post(CASES, report(cast, condition=foreign.pk))

    assert response.status_code == 400
    assert codes(response) == ["foreign_condition"]


def test_a_report_must_say_something(cast):
    response = Caller(cast.inspector).post(CASES, {"point": position(cast.city.grid)})

    assert response.status_code == 400
    assert codes(response) == ["nothing_reported"]
    assert not Case.objects.exists()


def test_without_a_position_it_waits_in_the_unplaced_list(cast):
    told = Caller(cast.inspector).post(CASES, {"description": "井盖没了"}).json()

    assert told["point"] is None
    assert [area["level"] for area in told["areas"]] == ["district"]


ODD_POSITIONS = [
    {"lon": 113},
    {"lon": 200, "lat": 23},
    {"lon": 113, "lat": 91},
    {"lon": "nan", "lat": 23},
    {"lon": None, "lat": None},
    [113, 23],
    "113,23",
    "null",
    '{"lon": NaN, "lat": 1}',
    "[" * 5000,
    7,
]


@pytest.mark.parametrize("field", ["point", "device_point"])
def test_a_position_that_cannot_be_is_refused(cast, field):
    for odd in ODD_POSITIONS:
        response = Caller(cast.inspector).post(CASES, report(cast, **{field: odd}))

        assert response.status_code == 400, odd
        assert [error["attr"] for error in response.json()["errors"]] == [field], odd


@pytest.mark.parametrize("metres", [-1, "nan", "inf", "near"])
def test_an_accuracy_that_cannot_be_is_refused(cast, metres):
    response = Caller(cast.inspector).post(CASES, report(cast, accuracy_m=metres))

    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "accuracy_m"


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_a_body_that_is_no_object_is_refused(cast, body):
    response = Caller(cast.inspector).post(CASES, json.dumps(body), content_type="application/json")

    assert response.status_code == 400


def test_broken_json_is_refused_and_another_kind_of_body_too(cast):
    caller = Caller(cast.inspector)

    assert caller.post(CASES, "{", content_type="application/json").status_code == 400
    assert caller.post(CASES, "<case/>", content_type="application/xml").status_code == 415


def test_people_without_a_post_cannot_report(cast):
    response = Caller(cast.citizen).post(CASES, report(cast))

    assert response.status_code == 403
    assert codes(response) == ["not_permitted"]


def test_nobody_is_asked_to_log_in(cast):
    assert Caller().post(CASES, report(cast)).status_code == 401


# Photos that can't be kept


def refused(cast, file, **fields):
    """The answer to a report with one good photo and this file; nothing may stay behind."""
    response = post_form(cast.inspector, form(cast, **fields) | {"photos": [jpeg(), file]})
    assert not Case.objects.exists()
    assert not Photo.objects.exists()
    assert stored_files() == []
    return response


def test_a_file_that_is_too_large_is_refused(cast, settings):
    settings.PHOTO_MAX_BYTES = 1000

    response = refused(cast, jpeg(size=(800, 600)))

    assert response.status_code == 413
    assert codes(response) == ["photo_too_large"]


def test_a_picture_with_too_many_pixels_is_refused(cast, settings):
    settings.PHOTO_MAX_PIXELS = 1000

    response = refused(cast, jpeg(size=(100, 100)))

    assert response.status_code == 413


def test_what_is_no_picture_is_refused(cast):
    response = refused(cast, SimpleUploadedFile("photo.jpg", b"GIF89a and so on"))

    assert response.status_code == 415
    assert codes(response) == ["photo_wrong_kind"]


def test_an_empty_file_is_refused(cast):
    response = refused(cast, SimpleUploadedFile("photo.jpg", b""))

    assert response.status_code == 400
    assert codes(response) == ["photo_empty"]


def test_a_picture_that_was_damaged_on_its_way_is_refused(cast):
    good = hashlib.sha256(jpeg().read()).hexdigest()

    response = refused(cast, jpeg(colour="red"), photo_sha256=[good, good])

    assert response.status_code == 400
    assert codes(response) == ["photo_changed"]


def test_there_is_a_hash_for_each_photo_or_for_none(cast):
    response = refused(cast, jpeg(), photo_sha256=["0" * 64])

    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "photo_sha256"


def test_there_is_an_end_to_the_number_of_photos(cast):
    response = post_form(cast.inspector, form(cast) | {"photos": [jpeg() for _ in range(10)]})

    assert response.status_code == 400
    assert stored_files() == []


def test_a_photo_of_a_report_that_is_refused_leaves_nothing_behind(cast):
    response = post_form(cast.citizen, form(cast))

    assert response.status_code == 403
    assert stored_files() == []


# Once per key


def test_the_same_key_and_content_get_the_first_answer(cast):
    caller, key = Caller(cast.inspector), {"Idempotency-Key": str(uuid.uuid4())}

    first = caller.post(CASES, report(cast), headers=key)
    with clock.at(clock.now() + timedelta(hours=1)):
        second = caller.post(CASES, report(cast), headers=key)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["Location"] == second.headers["Location"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1
    assert len(stored_files()) == 0


def test_the_same_form_sent_again_stores_no_photo_twice(cast):
    key = {"Idempotency-Key": str(uuid.uuid4())}

    numbers = {post_form(cast.inspector, form(cast), headers=key).json()["number"] for _ in range(2)}

    assert len(numbers) == 1
    assert len(stored_files()) == 3


def test_the_same_key_with_other_content_is_refused(cast):
    caller, key = Caller(cast.inspector), {"Idempotency-Key": str(uuid.uuid4())}
    caller.post(CASES, report(cast), headers=key)

    response = caller.post(CASES, report(cast, description="别的"), headers=key)

    assert response.status_code == 422
    assert codes(response) == ["key_reused"]
    assert Case.objects.count() == 1


def test_a_refused_report_leaves_its_key_free(cast):
    caller, key = Caller(cast.inspector), {"Idempotency-Key": str(uuid.uuid4())}
    assert caller.post(CASES, {}, headers=key).status_code == 400

    assert caller.post(CASES, report(cast), headers=key).status_code == 201


def test_a_key_is_one_persons_own(cast):
    key = {"Idempotency-Key": str(uuid.uuid4())}

    for who in (cast.inspector, cast.operator):
        assert Caller(who).post(CASES, report(cast), headers=key).status_code == 201

    assert Case.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_under_one_key_make_one_case():
    cast = make_cast(make_city())
    key, body = {"Idempotency-Key": str(uuid.uuid4())}, report(cast)
    callers, barrier = [Caller(cast.inspector) for _ in range(50)], Barrier(50)

    def ask(caller):
        barrier.wait(timeout=30)
        try:
            return caller.post(CASES, body, headers=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, callers))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Case.objects.count() == 1
    assert Notice.objects.count() == 1


# Cost


def test_a_report_takes_few_queries(cast, django_assert_max_num_queries):
    caller = Caller(cast.inspector)

    with django_assert_max_num_queries(26):
        assert caller.post(CASES, report(cast)).status_code == 201


def test_a_key_costs_a_report_its_claim_its_answer_and_a_transaction_around_both(
    cast, django_assert_max_num_queries
):
    caller = Caller(cast.inspector)

    with django_assert_max_num_queries(26 + 4):
        assert caller.post(CASES, report(cast), headers={"Idempotency-Key": "once"}).status_code == 201


def test_more_photos_take_no_more_queries(cast, django_assert_max_num_queries):
    counts = []
    for number in (1, 5):
        caller, fields = Caller(cast.inspector), form(cast) | {"photos": [jpeg() for _ in range(number)]}
        with django_assert_max_num_queries(26) as queries:
            assert caller.post(CASES, fields, format="multipart").status_code == 201
        counts.append(len(queries))

    assert counts[0] == counts[1]
