"""Reopening, declaring void, commenting."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db


def address(step, case):
    return reverse(f"cases:{step}", args=[case.number])


@pytest.mark.parametrize(
    ("before", "after"), [(Status.CLOSED, Status.REGISTERED), (Status.REFUSED, Status.REPORTED)]
)
def test_a_reason_reopens_it(client, cast, before, after):
    case = case_in(before, cast)
    client.force_login(cast.operator)
    assert client.get(address("reopen_case", case)).status_code == 200
    client.post(address("reopen_case", case), {"reason": "又坏了"})
    case.refresh_from_db()
    assert case.status == after


def test_a_supervisor_declares_it_void(client, cast):
    case = case_in(Status.HANDLING, cast)
    client.force_login(cast.supervisor)
    assert client.get(address("void_case", case)).status_code == 200
    client.post(address("void_case", case), {"reason": "重复导入"})
    case.refresh_from_db()
    assert case.status == Status.VOID


def test_everybody_concerned_may_comment_and_no_clock_moves(client, cast):
    case = case_in(Status.HANDLING, cast)
    due = case.stage_due_at
    for person in (cast.leader, cast.handler, cast.inspector):
        client.force_login(person)
        client.post(address("comment_case", case), {"text": "请尽快"})
    case.refresh_from_db()
    assert case.events.filter(action="comment").count() == 3
    assert (case.status, case.stage_due_at) == (Status.HANDLING, due)


@pytest.mark.parametrize(
    ("step", "status", "person"),
    [
        ("reopen_case", Status.CLOSED, "operator"),
        ("void_case", Status.HANDLING, "supervisor"),
        ("comment_case", Status.HANDLING, "leader"),
    ],
)
def test_without_words_nothing_happens(client, cast, step, status, person):
    case = case_in(status, cast)
    client.force_login(getattr(cast, person))
    assert client.post(address(step, case), {"reason": " ", "text": " "}).status_code == 422
    case.refresh_from_db()
    assert case.status == status


def test_others_may_not(client, cast):
    closed, handling = case_in(Status.CLOSED, cast), case_in(Status.HANDLING, cast)
    for step, case in (("reopen_case", closed), ("void_case", handling)):
        client.force_login(cast.inspector)
        assert client.post(address(step, case), {"reason": "试试"}).status_code == 403
    client.force_login(cast.stranger)
    for step, case in (("reopen_case", closed), ("void_case", handling), ("comment_case", handling)):
        assert client.get(address(step, case)).status_code == 404
