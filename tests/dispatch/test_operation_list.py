"""The lists of operations, and what calls a person on their day's page."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from dispatch.services.operation import decide_operation, end_operation
from dispatch.services.operation_unit import feed_back_operation, report_in
from tests.case_factories import case_in
from tests.dispatch.operation_factories import ask_joint, blow

pytestmark = pytest.mark.django_db
LIST = reverse("dispatch:operation_list")


def shown(client, person, **query):
    client.force_login(person)
    return client.get(LIST, query)


def test_what_waits_for_oneself_comes_first(client, cast):
    blow(cast)
    page = shown(client, cast.handler)
    assert page.context["show"] == "mine"
    assert "夜市占道" in page.content.decode()
    assert shown(client, cast.dispatcher).context["show"] == "running"
    ask_joint(cast, title="违建拆除")
    waiting = shown(client, cast.supervisor)
    assert waiting.context["show"] == "mine"
    assert "违建拆除" in waiting.content.decode()


def test_it_leaves_the_list_once_ones_part_is_done(client, cast):
    operation = blow(cast)
    report_in(operation.pk, actor=cast.handler, point=operation.point)
    assert [one.pk for one in shown(client, cast.handler, show="mine").context["rows"]] == [operation.pk]
    feed_back_operation(operation.pk, actor=cast.handler, feedback="已清扫")
    assert not shown(client, cast.handler, show="mine").context["rows"]


def test_counts_are_those_of_the_lists(client, cast):
    blow(cast)
    over = blow(cast)
    end_operation(over.pk, actor=cast.dispatcher, reason="已完成")
    decide_operation(ask_joint(cast).pk, actor=cast.supervisor, granted=False, note="先协商")
    ask_joint(cast)
    for person in (cast.supervisor, cast.handler, cast.dispatcher, cast.stranger):
        tabs = shown(client, person).context["tabs"]
        for tab in tabs:
            rows = shown(client, person, show=tab["url"].partition("=")[2]).context["rows"]
            assert tab["count"] == len(rows)
    assert [tab["count"] for tab in shown(client, cast.supervisor).context["tabs"]] == [1, 1, 1, 2]


def test_strangers_see_none_and_the_empty_list_says_what_would_be_here(client, cast):
    blow(cast)
    page = shown(client, cast.stranger)
    assert "夜市占道" not in page.content.decode()
    assert 'class="empty' in page.content.decode()


def test_long_lists_have_pages(client, cast, monkeypatch):
    monkeypatch.setattr("dispatch.views.operations.ON_A_PAGE", 2)
    made = [blow(cast).pk for _ in range(3)]
    first = shown(client, cast.dispatcher, show="running")
    assert [one.pk for one in first.context["rows"]] == made[:0:-1]
    second = client.get(LIST + first.context["older"])
    assert [one.pk for one in second.context["rows"]] == made[:1]


def test_more_operations_take_no_more_queries(client, cast, django_assert_max_num_queries):
    client.force_login(cast.dispatcher)
    counts = []
    for _ in range(3):
        blow(cast)
        with django_assert_max_num_queries(12) as queries:
            client.get(LIST, {"show": "running"})
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_the_day_of_a_unit_says_what_calls_it(client, cast):
    calls = reverse("dispatch:my_calls")
    blow(cast)
    client.force_login(cast.handler)
    assert "夜市占道" in client.get(calls).content.decode()
    for page in ("dispatch:handling_list", "inspections:today"):
        assert calls in client.get(reverse(page)).content.decode()
    client.force_login(cast.inspector)
    assert "夜市占道" not in client.get(calls).content.decode()


def test_the_navigation_counts_what_waits(client, cast):
    blow(cast)
    client.force_login(cast.officer)
    client.cookies["posture"] = "console"
    page = client.get(LIST)
    links = {link.entry.url_name: link.count for link in page.context["console_navigation"]}
    assert links["dispatch:operation_list"] == 1


def test_the_case_that_an_operation_is_about_is_named_for_who_may_see_it(client, cast):
    case = case_in(Status.HANDLING, cast)
    blow(cast, case_id=case.pk)
    assert case.number in shown(client, cast.dispatcher, show="running").content.decode()
    assert case.number not in shown(client, cast.officer, show="running").content.decode()
