"""The lists of dispatchers, units and supervisors."""

from datetime import timedelta

import pytest

from cases.models import Case
from cases.workflow import ReturnKind, Status
from dispatch.models import Responsibility
from dispatch.services import ask_extension, ask_return, decide_request
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
    assert count_queries(client, path) == one <= 11


def test_what_was_given_back_is_narrowed_by_why(client, cast):
    """In the dispatcher's queues and in the list of all cases: what came back, and what a unit asks to give back."""
    back, asked, other = (case_in(Status.DISPATCHED, cast) for _ in range(3))
    for case, kind in (
        (back, ReturnKind.WRONG_ADDRESS),
        (other, ReturnKind.NOT_OURS),
        (asked, ReturnKind.NOT_OURS),
    ):
        ask_return(case.pk, actor=cast.handler, reason="门牌不对", kind=kind)
    decide_request(back.pk, actor=cast.dispatcher, granted=True)
    decide_request(other.pk, actor=cast.dispatcher, granted=True)
    # Refused, and asked for again for another reason: the last one counts.
    decide_request(asked.pk, actor=cast.dispatcher, granted=False, note="是你们的")
    ask_return(asked.pk, actor=cast.handler, reason="门牌不对", kind=ReturnKind.WRONG_ADDRESS)
    client.force_login(cast.dispatcher)
    for url, expected in (
        ("/dispatch/?show=returned", {back}),
        ("/dispatch/?show=requests", {asked}),
        ("/cases/?", {back, asked}),
    ):
        page = client.get(f"{url}&given_back=wrong_address")
        assert set(page.context["cases"]) == expected, url
        assert '<option value="wrong_address" selected>' in page.content.decode()
    assert set(client.get("/cases/?given_back=not_ours").context["cases"]) == {other}
    assert len(client.get("/cases/?given_back=nonsense").context["errors"]) == 1
    found = client.get("/api/v1/cases/", {"given_back": "wrong_address"}).json()["results"]
    assert {row["number"] for row in found} == {back.number, asked.number}
