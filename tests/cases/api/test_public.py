"""The public API: what anybody may do without an account, by the services of the pages."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import CaseContact, Follower, Topic
from cases.services import comment_case
from cases.tracking_codes import new_code, spaced
from cases.workflow import Status
from tests.case_factories import case_in, jpeg
from tests.cases.api.caller import V1, Caller, codes
from tests.factories import inside
from tests.followers import joined, reported

pytestmark = pytest.mark.django_db
PUBLIC = f"{V1}public/"


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid.uuid4())}
    }
    settings.PUBLIC_LIMITS = {
        **settings.PUBLIC_LIMITS,
        "report": {"device": ["2/h", "9/h"], "address": ["2/h", "9/h"]},
        "code": {"device": ["9/h", "2/h"], "address": ["9/h", "2/h"]},
    }


def somewhere(cast, **more):
    point = inside(cast.city.grid)
    return {"description": "井盖不见了", "point": {"lon": point.x, "lat": point.y}, **more}


def test_a_report_answers_with_the_code_and_the_course(cast):
    topic = Topic.objects.create(
        name="路灯", name_en="Street lights", icon="lightbulb", case_class=cast.city.case_class
    )
    body = somewhere(
        cast, topic=topic.pk, contact_name="陈女士", contact_phone="138 0013 8000", email="a@example.org"
    )
    answer = Caller().post(f"{PUBLIC}reports/", body, headers={"Accept-Language": "en"})
    assert answer.status_code == 201
    told = answer.json()
    follower = Follower.objects.get()
    assert told["code"] == spaced(follower.code)
    assert (told["status"], told["has_reported"], told["asks"]) == ("reported", True, None)
    assert told["told"][0]["words"] == "You reported it"
    assert follower.case.case_class == cast.city.case_class
    assert CaseContact.objects.get().phone == "13800138000"
    assert (follower.email, follower.language) == ("a@example.org", "en")
    assert Caller().get(f"{PUBLIC}track/{follower.code.lower()}/").json()["number"] == follower.case.number


def test_photos_come_as_a_form(cast):
    point = inside(cast.city.grid)
    body = {"point": f'{{"lon": {point.x}, "lat": {point.y}}}', "photos": [jpeg(colour="red")]}
    answer = Caller().post(f"{PUBLIC}reports/", body, format="multipart")
    assert answer.status_code == 201
    assert len(answer.json()["photos"]["before"]) == 1
    body["photos"] = [SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", "image/jpeg")]
    assert Caller().post(f"{PUBLIC}reports/", body, format="multipart").status_code == 400
    assert Follower.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"description": ""}, "description"),
        ({"point": None}, "point"),
        ({"point": {"lon": 0, "lat": 0}}, None),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"email": "nobody"}, "email"),
        ({"topic": 99}, "topic"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(cast, wrong, field):
    answer = Caller().post(f"{PUBLIC}reports/", somewhere(cast) | wrong)
    assert answer.status_code == 400
    assert field in [error["attr"] for error in answer.json()["errors"]] or field is None
    assert not Follower.objects.exists()


def test_a_report_sent_twice_under_one_key_is_one(cast):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, again = (Caller().post(f"{PUBLIC}reports/", somewhere(cast), headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert Follower.objects.count() == 1
    other = Caller().post(f"{PUBLIC}reports/", somewhere(cast, address="别处"), headers=key)
    assert codes(other) == ["key_reused"]


def test_a_program_that_reports_very_often_is_told_to_wait(cast):
    answers = [Caller().post(f"{PUBLIC}reports/", somewhere(cast)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert codes(answers[-1]) == ["too_often"]


def test_joining_follows_a_case_that_strangers_may_know_of(cast):
    first = joined(cast)
    answer = Caller().post(
        f"{PUBLIC}cases/{first.case.number}/join/", {"note": "我也看到了", "email": "b@example.org"}
    )
    assert answer.status_code == 201
    assert answer.json()["has_reported"] is False
    assert Follower.objects.get(email="b@example.org").note == "我也看到了"


def test_a_private_case_and_none_at_all_are_the_same(cast):
    private = case_in(Status.HANDLING, cast)
    answers = [
        Caller().post(f"{PUBLIC}cases/{number}/join/", {})
        for number in (private.number, "000000-20260101-000001")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_wrong_codes_are_counted_whichever_way_they_come(client, cast):
    follower = reported(cast)
    track = f"{PUBLIC}track/"
    assert Caller().get(f"{track}{new_code()}/").status_code == 404
    assert client.post("/track/", {"code": new_code()}).status_code == 404
    assert Caller().post(f"{track}{new_code()}/reopen/", {"reason": "x"}).status_code == 429
    assert Caller().get(f"{track}{follower.code}/").status_code == 429


def test_the_course_names_nobody_and_nothing_of_others(cast):
    follower = reported(cast, Status.HANDLING)
    comment_case(follower.case_id, actor=cast.handler, text="内部说明")
    told = Caller().get(f"{PUBLIC}track/{follower.code}/").content.decode()
    for inner in ("内部说明", "handler", cast.city.team.name, cast.city.community_centre.name):
        assert inner not in told


def test_who_is_logged_in_is_a_citizen_here_all_the_same(cast):
    answer = Caller(cast.operator).post(f"{PUBLIC}reports/", somewhere(cast))
    assert answer.status_code == 201
    assert Follower.objects.get().case.reporter is None
