"""The lists of dispatchers, units and supervisors."""

from datetime import timedelta

import pytest

from cases.models import Case
from cases.workflow import Status
from dispatch.models import Responsibility
from dispatch.services import ask_extension, ask_return
from dispatch.sweep import sweep
from gridgov import clock
from tests.case_factories import case_in, make_case, stored
from tests.pages import count_queries

pytestmark = pytest.mark.django_db
DISPATCH, UNROUTED, UNIT, SUPERVISION = (
    "/dispatch/",
    "/dispatch/unrouted/",
    "/dispatch/unit/",
    "/dispatch/supervision/",
)


def shown(client, user, path, **asked):
    client.force_login(user)
    return client.get(path, asked).context["cases"]


def test_the_dispatcher_has_what_waits_what_is_asked_back_and_what_is_out(client, cast):
    make_case(cast)
    registered, handling, asked = (
        case_in(Status.REGISTERED, cast),
        case_in(Status.HANDLING, cast),
        case_in(Status.HANDLING, cast),
    )
    ask_return(asked.pk, actor=cast.handler, reason="不归我们")
    assert shown(client, cast.dispatcher, DISPATCH) == [registered]
    assert shown(client, cast.dispatcher, DISPATCH, show="requests") == [asked]
    assert shown(client, cast.dispatcher, DISPATCH, show="out") == [handling, asked]
    tabs = client.get(DISPATCH).context["tabs"]
    assert [tab["count"] for tab in tabs] == [1, 0, 1, 2]
    assert 'data-count="dispatch:dispatch_list">2<' in client.get(DISPATCH).content.decode()


def test_what_nobody_answers_for_stands_apart(client, cast):
    case = case_in(Status.REGISTERED, cast)
    assert shown(client, cast.dispatcher, UNROUTED) == []
    Responsibility.objects.filter(level=cast.city.team.level).delete()
    assert shown(client, cast.dispatcher, UNROUTED) == [case]


def test_the_unit_has_what_is_in_its_hands(client, cast):
    for status in (Status.REGISTERED, Status.HANDLED, Status.CLOSED):
        case_in(status, cast)
    suspended, handling, dispatched = (
        case_in(status, cast) for status in (Status.SUSPENDED, Status.HANDLING, Status.DISPATCHED)
    )
    assert shown(client, cast.handler, UNIT) == [dispatched, handling, suspended]
    assert shown(client, cast.officer, UNIT) == []


def test_the_supervisor_has_the_supervision_list_requests_and_what_is_overdue(client, cast):
    supervised, late, asked = (
        case_in(Status.REGISTERED, cast),
        case_in(Status.HANDLING, cast),
        case_in(Status.HANDLING, cast),
    )
    Case.objects.filter(pk=late.pk).update(stage_due_at=clock.now() - timedelta(minutes=1))
    until = asked.stage_due_at + timedelta(hours=2)
    ask_extension(asked.pk, actor=cast.handler, reason="下雨", until=until)
    ask_return(case_in(Status.HANDLING, cast).pk, actor=cast.handler, reason="不归我们")
    for hours in (2, 4, 6, 8):
        with clock.at(clock.now() + timedelta(hours=hours)):
            sweep(Case.objects.filter(pk=supervised.pk))
    assert shown(client, cast.supervisor, SUPERVISION) == [supervised]
    assert shown(client, cast.supervisor, SUPERVISION, show="requests") == [asked]
    assert shown(client, cast.supervisor, SUPERVISION, show="overdue") == [late]
    with clock.at(clock.now() + timedelta(hours=8)):
        assert shown(client, cast.supervisor, SUPERVISION, show="overdue")[:2] == [late, supervised]
        assert shown(client, cast.leader, SUPERVISION, show="overdue")[:2] == [late, supervised]
    assert shown(client, cast.leader, SUPERVISION, show="requests") == []


def test_strangers_have_lists_of_their_own(client, cast):
    case_in(Status.REGISTERED, cast)
    assert shown(client, cast.stranger, DISPATCH) == []


@pytest.mark.parametrize(
    ("path", "outsiders"),
    [
        (DISPATCH, ("operator", "handler", "inspector", "citizen")),
        (UNROUTED, ("operator", "supervisor")),
        (UNIT, ("dispatcher", "inspector")),
        (SUPERVISION, ("operator", "dispatcher", "officer")),
    ],
)
def test_there_is_no_such_list_for_other_posts(client, cast, path, outsiders):
    for name in outsiders:
        client.force_login(getattr(cast, name))
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "person", "status"),
    [
        (DISPATCH, "dispatcher", Status.REGISTERED),
        (UNROUTED, "dispatcher", Status.REGISTERED),
        (UNIT, "handler", Status.HANDLING),
        (f"{SUPERVISION}?show=overdue", "supervisor", Status.HANDLING),
    ],
)
def test_a_list_costs_the_same_for_one_row_and_for_thirty(client, cast, path, person, status):
    if path == UNROUTED:
        Responsibility.objects.all().delete()
    client.force_login(getattr(cast, person))

    def more(number):
        with clock.at(clock.now() - timedelta(days=3)):
            for _ in range(number):
                case_in(status, cast, photos=stored(cast.inspector))

    more(1)
    one = count_queries(client, path)
    more(29)
    assert len(client.get(path).context["cases"]) == 30
    assert count_queries(client, path) == one <= 10
