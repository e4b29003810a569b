"""How it ended, said by whoever waited for it: page and API agree to the second."""

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings

from cases.models import Follower
from cases.services import answer_how_it_ended, join_case
from cases.services.citizen import Sender
from cases.workflow import Action, Status
from gridgov import clock
from gridgov.models import Notice
from tests.case_factories import carried_on
from tests.cases.api.caller import V1, Caller, codes
from tests.followers import joined, page_of, reported
from tests.racing import race

pytestmark = pytest.mark.django_db
SOLVED = {"contacted": "yes", "solved": "yes", "satisfied": "partly"}
NOT_SOLVED = {"contacted": "no", "solved": "no", "satisfied": "no", "note": "还在漏水"}
# The same for a program.
SAID = {"contacted": False, "solved": False, "satisfied": "no", "note": "还在漏水"}
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nobody_counts(settings, client):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    client.cookies["django_language"] = "en"


def end_of_window(follower: Follower):
    follower.case.refresh_from_db()
    return follower.case.closed_at + timedelta(days=settings.REOPEN_WINDOW_DAYS)


def track(follower: Follower, *more: str) -> str:
    return f"{V1}public{page_of(follower, *more)}"


def actions(follower: Follower) -> list[str]:
    return list(follower.case.events.order_by("seq").values_list("action", flat=True))


def test_solved_is_thanked_for_and_asked_no_more(client, cast):
    follower = reported(cast, Status.CLOSED)
    response = client.post(page_of(follower, "answer"), SOLVED, follow=True)
    page = response.content.decode()
    assert "Thank you for your answer" in page
    assert "You said: contacted, solved, partly satisfied" in page
    assert "Has it been solved?" not in page
    event = follower.case.events.latest("seq")
    assert (event.action, event.actor, event.data["satisfied"]) == (Action.ANSWER, None, "partly")


def test_what_is_missing_is_asked_for_and_what_was_chosen_stays(client, cast):
    follower = reported(cast, Status.CLOSED)
    response = client.post(page_of(follower, "answer"), {"contacted": "yes", "note": "谢谢"})
    assert response.status_code == 422
    assert "Say whether it has been solved." in response.content.decode()
    assert "谢谢" in response.content.decode()
    assert Action.ANSWER not in actions(follower)


def test_not_solved_opens_it_again_and_the_words_stand_there_once(client, cast):
    follower = reported(cast, Status.CLOSED)
    page = client.post(page_of(follower, "answer"), NOT_SOLVED, follow=True).content.decode()
    assert "opened again" in page
    assert page.count("还在漏水") == 1
    follower.case.refresh_from_db()
    assert follower.case.status == Status.REGISTERED
    assert Notice.objects.filter(recipient=cast.dispatcher, event="case_reopen").exists()


@pytest.mark.parametrize(("after", "status"), [(timedelta(0), Status.REGISTERED), (SECOND, Status.CLOSED)])
@pytest.mark.parametrize("by_page", [True, False])
def test_page_and_api_close_the_window_at_the_same_second(client, cast, by_page, after, status):
    follower = reported(cast, Status.CLOSED)
    with clock.at(end_of_window(follower) + after):
        if by_page:
            client.post(page_of(follower, "answer"), NOT_SOLVED)
        else:
            Caller().post(track(follower, "answer"), SAID)
    follower.case.refresh_from_db()
    assert follower.case.status == status
    assert Action.ANSWER in actions(follower)


@pytest.mark.parametrize(("after", "expected"), [(timedelta(0), (302, 200)), (SECOND, (409, 409))])
def test_opening_again_is_refused_by_both_from_the_same_second_on(client, cast, after, expected):
    by_page, by_api = reported(cast, Status.CLOSED), reported(cast, Status.CLOSED)
    for follower in (by_page, by_api):
        answer_how_it_ended(follower.pk, contacted=True, solved=True, satisfied="yes")
    with clock.at(end_of_window(by_page) + after):
        page = client.post(page_of(by_page, "reopen"), {"reason": "又坏了"})
    with clock.at(end_of_window(by_api) + after):
        api = Caller().post(track(by_api, "reopen"), {"reason": "又坏了"})
    assert (page.status_code, api.status_code) == expected
    if after:
        assert codes(api) == ["too_late_to_reopen"]
        assert "closed too long ago" in page.content.decode()


def test_after_the_window_it_points_to_a_new_report_with_the_place_filled_in(client, cast):
    follower = reported(cast, Status.CLOSED)
    with clock.at(end_of_window(follower) + SECOND):
        page = client.post(page_of(follower, "answer"), NOT_SOLVED, follow=True)
    assert "Your answer is kept" in page.content.decode()
    link = page.context["report_again"]
    assert link.startswith("/report/?")
    assert f"latitude={follower.case.point.y:.6f}" in link
    filled_in = client.get(link).content.decode()
    assert f'value="{follower.case.point.y:.6f}"' in filled_in
    assert 'value="桂澜路 1 号"' in filled_in


def test_whoever_joined_is_shown_no_way_to_the_exact_place(client, cast):
    follower = joined(cast)
    assert client.get(page_of(follower)).context["report_again"] == "/report/"


def test_who_changed_their_mind_may_open_it_again_once(client, cast):
    follower = reported(cast, Status.CLOSED)
    client.post(page_of(follower, "answer"), SOLVED)
    assert "Not solved after all?" in client.get(page_of(follower)).content.decode()
    assert client.post(page_of(follower, "reopen"), {"reason": " "}).status_code == 422
    assert client.post(page_of(follower, "reopen"), {"reason": "又坏了"}).status_code == 302
    follower.case.refresh_from_db()
    carried_on(follower.case, Status.CLOSED, cast)
    page = client.post(page_of(follower, "answer"), NOT_SOLVED, follow=True).content.decode()
    assert "opened again once already" in page
    follower.case.refresh_from_db()
    assert follower.case.status == Status.CLOSED


def test_the_second_answer_is_refused_by_both_in_the_same_words(client, cast):
    follower = reported(cast, Status.CLOSED)
    client.post(page_of(follower, "answer"), SOLVED)
    page = client.post(page_of(follower, "answer"), SOLVED)
    api = Caller().post(track(follower, "answer"), SAID, headers={"Accept-Language": "en"})
    assert (page.status_code, api.status_code, codes(api)) == (409, 409, ["answered_already"])
    assert "You have answered already" in page.content.decode()
    assert "You have answered already" in api.content.decode()


def test_what_is_still_open_takes_no_answer(client, cast):
    follower = reported(cast, Status.HANDLING)
    assert client.post(page_of(follower, "answer"), SOLVED).status_code == 409
    assert client.post(page_of(follower, "reopen"), {"reason": "又坏了"}).status_code == 409
    assert codes(Caller().post(track(follower, "answer"), SAID)) == ["step_not_allowed"]


def test_what_others_answered_nobody_reads(client, cast):
    follower = reported(cast, Status.CLOSED)
    other = joined(cast, follower.case)
    client.post(page_of(follower, "answer"), {**SOLVED, "note": "第一个人的话"})
    page = client.get(page_of(other)).content.decode()
    assert "第一个人的话" not in page
    assert "You said" not in page
    assert "Has it been solved?" in page


def test_staff_read_the_verdict_in_the_story(client, cast):
    follower = reported(cast, Status.CLOSED)
    client.post(page_of(follower, "answer"), {**SOLVED, "note": "修得好"})
    client.force_login(cast.operator)
    page = client.get(f"/cases/{follower.case.number}/").content.decode()
    assert "Said how it ended: contacted, solved, partly satisfied" in page
    assert "修得好" in page
    assert follower.code not in page


@pytest.mark.django_db(transaction=True)
def test_one_follower_who_answers_twice_at_once_is_heard_once(cast):
    follower = reported(cast, Status.CLOSED)
    answer = partial(answer_how_it_ended, follower.pk, contacted=True, solved=False, satisfied="no")
    results = race(answer, answer)
    assert sorted(type(result).__name__ for result in results) == ["Case", "StepNotAllowed"]
    assert actions(follower).count(Action.ANSWER) == actions(follower).count(Action.REOPEN) == 1


@pytest.mark.django_db(transaction=True)
def test_one_device_that_joins_twice_at_once_follows_once(cast):
    first = joined(cast)
    results = race(*[partial(join_case, first.case_id, sender=Sender(device_hash="a" * 64))] * 2)
    assert results[0].pk == results[1].pk
