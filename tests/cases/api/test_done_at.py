"""`done_at` of the steps taken in the street: when it was done, where a phone tells it later."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from cases.models import Case
from cases.services import comment_case
from cases.workflow import Status
from gridgov import clock
from tests.case_factories import case_in, jpeg
from tests.cases.api.caller import V1, Caller
from tests.factories import inside

pytestmark = pytest.mark.django_db

STEPS = [
    (Status.REPORTED, "settle", "inspector", {}),
    (Status.CHECKING, "answer-check", "inspector", {"is_true": True}),
    (Status.HANDLING, "feed-back", "handler", {"note": "好了"}),
    (Status.HANDLED, "verify", "grid_leader", {"passed": True, "note": "灯亮了"}),
    (Status.HANDLING, "comment", "inspector", {"text": "还在漏水"}),
]


def case_since(status, cast, **ago):
    """A case that came to a status some time ago."""
    with clock.at(clock.now() - timedelta(**ago)):
        return case_in(status, cast)


def last(case):
    return case.events.order_by("seq").last()


def take(user, case, step, **fields):
    photos = {"photos": [jpeg()]} if step == "settle" else {}
    response = Caller(user).step(case, step, {**fields, **photos}, format="multipart")
    assert response.status_code == 200, response.json()
    return last(case)


@pytest.mark.parametrize(("status", "step", "who", "fields"), STEPS)
def test_a_step_says_when_it_was_done_and_stands_where_it_was_written(cast, status, step, who, fields):
    case, done = case_since(status, cast, hours=2), clock.now() - timedelta(minutes=30)
    row = take(getattr(cast, who), case, step, **fields, done_at=done.isoformat())
    assert row.done_at == done
    assert clock.now() - row.at < timedelta(minutes=1)
    told = Caller(cast.operator).get(f"{V1}cases/{case.number}/timeline/").json()["results"][-1]
    assert told["done_at"] < told["at"]


def test_a_report_says_when_it_was_done(cast):
    done = clock.now() - timedelta(minutes=30)
    point = inside(cast.city.grid)
    body = {"description": "路灯不亮", "point": {"lon": point.x, "lat": point.y}, "done_at": done.isoformat()}
    number = Caller(cast.inspector).post(f"{V1}cases/", body, format="json").json()["number"]
    case = Case.objects.get(number=number)
    assert (case.reported_at, last(case).done_at) == (done, done)
    # Intake has its whole time from the moment that it can know of it.
    assert case.stage_started_at == last(case).at > done


@pytest.mark.parametrize(
    ("begun", "told", "wanted"),
    [
        ({"hours": 2}, {"hours": -3}, {"hours": 0}),
        ({"hours": 2}, {"hours": 5}, {"hours": 2}),
        ({"days": 30}, {"days": 20}, {"days": 7}),
    ],
    ids=["not in the future", "not before the case came there", "at most a week ago"],
)
def test_the_moment_is_bounded(cast, begun, told, wanted):
    case = case_since(Status.HANDLED, cast, **begun)
    at = clock.now() - timedelta(**told)
    row = take(cast.grid_leader, case, "verify", passed=True, note="好了", done_at=at.isoformat())
    assert abs(row.done_at - (clock.now() - timedelta(**wanted))) < timedelta(minutes=1)


def test_what_others_wrote_meanwhile_does_not_move_it(cast):
    case, done = case_since(Status.HANDLED, cast, hours=2), clock.now() - timedelta(minutes=30)
    with clock.at(clock.now() - timedelta(minutes=10)):
        comment_case(case.pk, actor=cast.operator, text="请尽快核查")
    assert (
        take(cast.grid_leader, case, "verify", passed=True, note="好了", done_at=done.isoformat()).done_at
        == done
    )


def test_a_comment_may_be_of_before_the_case_moved_on(cast):
    case, seen = case_since(Status.HANDLED, cast, hours=2), clock.now() - timedelta(minutes=30)
    take(cast.grid_leader, case, "verify", passed=True, note="好了")
    assert take(cast.inspector, case, "comment", text="那时还不亮", done_at=seen.isoformat()).done_at == seen


def test_the_time_used_ends_when_it_was_done(cast):
    one, other = case_since(Status.CHECKING, cast, hours=6), case_since(Status.CHECKING, cast, hours=6)
    done = clock.now() - timedelta(hours=4)
    late = take(cast.inspector, one, "answer-check", is_true=True, done_at=done.isoformat())
    assert late.elapsed_minutes < take(cast.inspector, other, "answer-check", is_true=True).elapsed_minutes


def test_the_page_says_when_it_was_done_and_when_it_arrived(cast):
    case, done = case_since(Status.REPORTED, cast, hours=2), clock.now() - timedelta(minutes=30)
    row = take(cast.inspector, case, "settle", done_at=done.isoformat())
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(cast.operator)
    page = browser.get(reverse("cases:case_detail", args=[case.number])).content.decode()
    then, received = (f"{localtime(moment):%m-%d %H:%M}" for moment in (done, row.at))
    assert f">{then}</time>" in page
    assert page.count(f"{then} · received {received}") >= 1  # below the photo
    assert "after 1 h 30 min · received" in " ".join(page.split())


def test_what_arrives_at_once_says_nothing_of_it(cast):
    case = case_since(Status.HANDLED, cast, hours=2)
    row = take(
        cast.grid_leader, case, "verify", passed=True, note="好了",
        done_at=(clock.now() - timedelta(seconds=20)).isoformat(),
    )  # fmt: skip
    assert row.received_at is None
