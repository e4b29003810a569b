"""What a unit asks for on its pages, and the decision."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from cases.workflow import Status
from dispatch.services import ask_extension, ask_return, ask_suspension
from gridgov import clock
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db


def address(step, case):
    return reverse(f"dispatch:{step}", args=[case.number])


def typed(moment):
    return f"{localtime(moment):%Y-%m-%dT%H:%M}"


@pytest.fixture
def case(cast):
    return case_in(Status.HANDLING, cast)


def test_the_unit_asks_to_return_it(client, cast, case):
    client.force_login(cast.handler)
    assert client.get(address("ask_return", case)).status_code == 200
    for wrong in (
        {"reason": "", "kind": "not_ours"},
        {"reason": "不归我们"},
        {"reason": "不归我们", "kind": "bad"},
    ):
        assert client.post(address("ask_return", case), wrong).status_code == 422
    client.post(address("ask_return", case), {"reason": "不归我们", "kind": "not_ours"})
    case.refresh_from_db()
    assert (case.status, case.request) == (Status.HANDLING, "ask_return")


def test_the_unit_asks_for_more_time(client, cast, case):
    client.force_login(cast.handler)
    until = case.stage_due_at + timedelta(hours=5)
    client.post(address("ask_extension", case), {"until": typed(until), "reason": "下雨"})
    case.refresh_from_db()
    assert case.request == "ask_extension"


def test_too_much_time_is_refused_beside_the_field_and_the_words_are_kept(client, cast, case):
    client.force_login(cast.handler)
    until = case.stage_due_at + timedelta(days=30)
    response = client.post(address("ask_extension", case), {"until": typed(until), "reason": "下雨"})
    assert response.status_code == 422
    assert "until" in response.context["form"].errors
    assert "下雨" in response.content.decode()


def test_the_unit_asks_for_a_suspension_until_the_end_of_a_day(client, cast, case):
    client.force_login(cast.handler)
    day = localtime(clock.now()).date() + timedelta(days=20)
    client.post(address("ask_suspension", case), {"until": day.isoformat(), "reason": "等材料"})
    client.force_login(cast.supervisor)
    assert "等材料" in client.get(address("decide_request", case)).content.decode()
    client.post(address("decide_request", case), {"granted": "yes"})
    case.refresh_from_db()
    assert case.status == Status.SUSPENDED
    assert localtime(case.suspended_until).date() == day


def test_granting_a_return_takes_the_unit_off(client, cast, case):
    ask_return(case.pk, actor=cast.handler, reason="不归我们")
    client.force_login(cast.dispatcher)
    client.post(address("decide_request", case), {"granted": "yes"})
    case.refresh_from_db()
    assert (case.status, case.unit, case.request) == (Status.REGISTERED, None, "")


def test_granting_more_time_moves_the_due_time(client, cast, case):
    until = case.stage_due_at + timedelta(hours=5)
    ask_extension(case.pk, actor=cast.handler, reason="下雨", until=until)
    client.force_login(cast.supervisor)
    client.post(address("decide_request", case), {"granted": "yes"})
    case.refresh_from_db()
    assert case.stage_due_at == until


def test_a_refusal_needs_a_reason(client, cast, case):
    ask_suspension(case.pk, actor=cast.handler, reason="等材料", until=clock.now() + timedelta(days=9))
    client.force_login(cast.supervisor)
    assert client.post(address("decide_request", case), {"granted": "no"}).status_code == 422
    client.post(address("decide_request", case), {"granted": "no", "note": "可临时封堵"})
    case.refresh_from_db()
    assert (case.status, case.request) == (Status.HANDLING, "")


def test_who_decides_depends_on_what_is_asked(client, cast, case):
    ask_return(case.pk, actor=cast.handler, reason="不归我们")
    for person, status in ((cast.supervisor, 409), (cast.handler, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.post(address("decide_request", case), {"granted": "yes"}).status_code == status
    case.refresh_from_db()
    assert case.request == "ask_return"


def test_nothing_asked_nothing_to_decide(client, cast, case):
    client.force_login(cast.dispatcher)
    assert client.get(address("decide_request", case)).status_code == 409


def test_only_the_unit_asks(client, cast, case):
    for step in ("ask_return", "ask_extension", "ask_suspension"):
        client.force_login(cast.dispatcher)
        assert client.get(address(step, case)).status_code == 403
        client.force_login(cast.stranger)
        assert client.get(address(step, case)).status_code == 404
