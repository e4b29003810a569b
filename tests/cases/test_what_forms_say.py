"""What a form says is missing or wrong: in our words, and which of several photos."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, jpeg

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def broken():
    photo = jpeg("blue")
    photo.file.truncate(100)
    return photo


def page(client, name, case, sent=None):
    """The page of a step, or with `sent` what it answers, as text."""
    address = reverse(name, args=[case.number])
    response = (
        client.get(address, headers=ENGLISH) if sent is None else client.post(address, sent, headers=ENGLISH)
    )
    return response.content.decode()


def test_of_several_photos_the_broken_one_is_named(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    assert "Photo 2: " in page(client, "dispatch:feed_back_case", case, {"photos": [jpeg(), broken()]})
    assert "Photo 1: " not in page(client, "dispatch:feed_back_case", case, {"photos": [broken()]})


def test_a_broken_photo_of_the_result_is_told_beside_the_results(client, cast):
    client.force_login(cast.inspector)
    sent = {"photos": [jpeg()], "is_settled": "on", "after_photos": [jpeg("red"), broken()]}
    form = client.post(reverse("cases:report_case"), sent).context["form"]
    assert list(form.errors) == ["after_photos"]


@pytest.mark.parametrize(
    ("name", "status", "person", "words"),
    [
        ("cases:refuse_case", Status.REPORTED, "operator", "Give the reason"),
        ("cases:comment_case", Status.REPORTED, "operator", "Write something first."),
        ("cases:answer_check", Status.CHECKING, "inspector", "Say whether it is as reported."),
        ("cases:verify_case", Status.HANDLED, "grid_leader", "Say whether it is solved."),
        ("dispatch:dispatch_case", Status.REGISTERED, "dispatcher", "Choose the unit"),
        ("dispatch:ask_extension", Status.HANDLING, "handler", "Choose the day and time"),
        ("dispatch:ask_suspension", Status.HANDLING, "handler", "Choose the day until which"),
    ],
)
def test_what_is_missing_is_said_in_our_words(client, cast, name, status, person, words):
    case = case_in(status, cast)
    client.force_login(getattr(cast, person))
    html = page(client, name, case, {"note": "x"} if name == "cases:verify_case" else {})
    assert words in html
    assert "This field is required" not in html


def test_a_date_that_has_passed_is_called_so(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    past = localtime(clock.now() - timedelta(days=2))
    sent = {"until": f"{past:%Y-%m-%d}", "reason": "等材料"}
    assert "This day has passed already" in page(client, "dispatch:ask_suspension", case, sent)
    sent = {"until": f"{past:%Y-%m-%dT%H:%M}", "reason": "下雨"}
    assert "This time has passed already" in page(client, "dispatch:ask_extension", case, sent)


def test_the_extension_shows_when_it_is_due_and_the_latest_that_may_be_asked_for(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.handler)
    html = page(client, "dispatch:ask_extension", case)
    assert f"{localtime(case.stage_due_at):%Y-%m-%d %H:%M}" in html
    # 24 urgent hours once more.
    assert f"{localtime(case.stage_due_at + timedelta(hours=24)):%Y-%m-%d %H:%M}" in html


def test_a_verdict_says_when_it_needs_words(client, cast):
    case = case_in(Status.HANDLED, cast)
    client.force_login(cast.grid_leader)
    html = page(client, "cases:verify_case", case)
    assert "Needed when it is not solved" in html
    assert "optional" not in html
