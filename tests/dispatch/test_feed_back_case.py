"""Reporting a case as handled."""

import uuid

import pytest
from django.urls import reverse

from cases.models import PhotoKind
from cases.services import verify_case
from cases.workflow import Action, Status
from gridgov.models import Photo
from tests.case_factories import case_in, jpeg, stored

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("dispatch:feed_back_case", args=[case.number])


def test_a_photo_of_the_result_hands_it_to_the_finding_side(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    response = client.post(address(case), {"photos": [jpeg()], "next": "/m/handling/"})
    case.refresh_from_db()
    assert response.url == "/m/handling/"
    assert case.status == Status.HANDLED
    assert case.photos.get().kind == PhotoKind.AFTER


def test_the_photo_before_stands_beside_the_camera(client, cast):
    case = case_in(Status.HANDLING, cast, photos=stored(cast.inspector))
    client.force_login(cast.handler)
    photo = case.photos.get().photo
    page = client.get(address(case)).content.decode()
    assert reverse("cases:case_photo", args=[case.number, photo.pk, "thumb"]) in page


def test_without_a_photo_the_reason_is_enough_but_not_nothing(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    assert client.post(address(case), {}).status_code == 422
    client.post(address(case), {"note": "已由业主自行修好，无法拍照"})
    case.refresh_from_db()
    assert case.status == Status.HANDLED


def test_a_broken_photo_changes_nothing_and_keeps_the_words(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    broken = jpeg()
    broken.file.truncate(100)
    response = client.post(address(case), {"photos": [broken], "note": "已换灯泡"})
    case.refresh_from_db()
    assert response.status_code == 422
    assert "已换灯泡" in response.content.decode()
    assert case.status == Status.HANDLING
    assert not Photo.objects.exists()


def test_sent_twice_it_is_one_step(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    key = str(uuid.uuid4())
    for _ in range(2):
        response = client.post(address(case), {"photos": [jpeg()], "idempotency_key": key})
        assert response.status_code == 302
    assert case.events.filter(action=Action.FEED_BACK).count() == 1


def test_only_the_unit_reports_it(client, cast):
    case = case_in(Status.HANDLING, cast)
    for person, status in ((cast.grid_leader, 403), (cast.officer, 404), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(address(case), {"photos": [jpeg()]}).status_code == status


def test_a_case_sent_back_says_why_and_shows_what_the_verifier_saw(client, cast):
    case = case_in(Status.HANDLED, cast)
    verify_case(
        case.pk, actor=cast.grid_leader, passed=False, note="灯仍不亮", photos=stored(cast.grid_leader)
    )
    client.force_login(cast.handler)
    response = client.get(address(case), headers={"Accept-Language": "en"})
    html = response.content.decode()
    photo = case.photos.get(kind=PhotoKind.VERIFICATION).photo
    said = html.index("Sent back: not solved yet")
    assert said < html.index("灯仍不亮") < html.index("photo-input")
    assert reverse("cases:case_photo", args=[case.number, photo.pk, "thumb"]) in html[said:]


def test_on_its_first_time_here_nothing_was_sent_back(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    assert "Sent back" not in client.get(address(case), headers={"Accept-Language": "en"}).content.decode()
