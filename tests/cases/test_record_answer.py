"""The call-back by an operator: the three questions, asked on the phone."""

import pytest

from cases.models import CaseEvent
from cases.workflow import Action, Status
from tests.case_factories import case_in
from tests.cases.api.caller import V1, Caller, codes
from tests.followers import joined, reported

pytestmark = pytest.mark.django_db
SAID = {"contacted": "yes", "solved": "no", "satisfied": "no", "note": "说还漏水"}


def address(case):
    return f"/cases/{case.number}/record-answer/"


def test_what_they_said_stands_in_the_story_and_the_case_stays_closed(client, cast):
    case = case_in(Status.CLOSED, cast)
    client.force_login(cast.operator)
    assert client.get(address(case)).status_code == 200
    assert client.post(address(case), SAID).status_code == 302
    event = CaseEvent.objects.get(case=case, action=Action.ANSWER)
    assert (event.actor, event.capacity, event.note) == (cast.operator, "operator", "说还漏水")
    assert event.data == {"contacted": True, "solved": False, "satisfied": "no"}
    case.refresh_from_db()
    assert case.status == Status.CLOSED


def test_each_question_wants_an_answer(client, cast):
    case = case_in(Status.CLOSED, cast)
    client.force_login(cast.operator)
    assert client.post(address(case), {"contacted": "yes"}).status_code == 422
    assert not case.events.filter(action=Action.ANSWER).exists()


@pytest.mark.parametrize(("who", "status"), [("dispatcher", 403), ("handler", 403), ("stranger", 404)])
def test_nobody_but_the_holders_operator_writes_it_down(client, cast, who, status):
    case = case_in(Status.CLOSED, cast)
    client.force_login(getattr(cast, who))
    assert client.post(address(case), SAID).status_code == status


def test_an_open_case_has_no_ending_to_speak_of(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.operator)
    assert client.post(address(case), SAID).status_code == 409


def test_the_api_offers_and_takes_it(cast):
    case = case_in(Status.CLOSED, cast)
    operator = Caller(cast.operator)
    offered = operator.get(f"{V1}cases/{case.number}/").json()["available_actions"]
    [url] = [each["url"] for each in offered if each["action"] == "answer"]
    assert operator.post(url, {"contacted": True, "solved": True}).status_code == 400
    answer = operator.post(url, {"contacted": True, "solved": True, "satisfied": "yes"})
    assert answer.status_code == 200
    assert codes(Caller(cast.handler).post(url, {"contacted": True, "solved": True, "satisfied": "yes"})) == [
        "not_permitted"
    ]


def test_the_case_page_says_who_waits_for_it_and_what_they_added_but_no_code(client, cast):
    first = reported(cast, Status.HANDLING)
    other = joined(cast, first.case, note="我家门口也一样")
    client.force_login(cast.operator)
    client.cookies["django_language"] = "en"
    page = client.get(f"/cases/{first.case.number}/").content.decode()
    assert "2 citizens" in page
    assert "(1 reported it)" in page
    assert "我家门口也一样" in page
    assert first.code not in page
    assert other.code not in page
