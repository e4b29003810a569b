"""What needs me next."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from cases.workflow import Action, Status
from gridgov import clock
from inspections.selectors import ERRANDS
from tests.case_factories import case_in, stored

pytestmark = pytest.mark.django_db
URL = "/m/"


def waiting(client, person):
    client.force_login(person)
    return [errand.case for errand in client.get(URL).context["errands"]]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.MERGED])
def test_a_case_is_an_errand_of_whoever_must_move_outdoors(client, cast, status):
    case = case_in(status, cast)
    field, unit = waiting(client, cast.grid_leader), waiting(client, cast.handler)
    assert field == ([case] if status in (Status.HANDLED, Status.CHECKING) else [])
    assert unit == ([case] if status in (Status.DISPATCHED, Status.HANDLING) else [])
    assert waiting(client, cast.stranger) == []


def test_each_errand_leads_straight_to_its_step(client, cast):
    cases = {status: case_in(status, cast) for status in ERRANDS}
    for person, statuses in (
        (cast.grid_leader, (Status.HANDLED, Status.CHECKING)),
        (cast.handler, (Status.DISPATCHED, Status.HANDLING)),
    ):
        client.force_login(person)
        page = client.get(URL).content.decode()
        for status in statuses:
            verb = {
                Status.HANDLED: "cases:verify_case",
                Status.CHECKING: "cases:answer_check",
                Status.DISPATCHED: "dispatch:accept_case",
                Status.HANDLING: "dispatch:feed_back_case",
            }[status]
            assert reverse(verb, args=[cases[status].number]) in page


def test_the_most_urgent_comes_first(client, cast):
    with clock.at(clock.now() - timedelta(hours=5)):
        late = case_in(Status.HANDLED, cast)
    fresh = case_in(Status.CHECKING, cast)
    later = case_in(Status.HANDLED, cast)
    assert waiting(client, cast.grid_leader) == sorted(
        (late, fresh, later), key=lambda case: case.stage_due_at
    )
    assert waiting(client, cast.grid_leader)[0] == late


def test_what_is_under_supervision_comes_before_all(client, cast):
    now = clock.now()
    with clock.at(now - timedelta(hours=5)):
        late = case_in(Status.HANDLED, cast)
        supervised = case_in(Status.HANDLED, cast)
    Case.objects.filter(pk=supervised.pk).update(
        supervised_at=now - timedelta(hours=1), stage_due_at=now + timedelta(hours=11)
    )
    assert waiting(client, cast.grid_leader) == [supervised, late]


def test_what_became_of_my_reports_stands_below(client, cast):
    case = case_in(Status.REFUSED, cast)
    client.force_login(cast.inspector)
    assert client.get(URL).context["reports"] == [case]
    client.force_login(cast.grid_leader)
    assert client.get(URL).context["reports"] == []


def test_an_empty_day_tells_everyone_the_one_thing_to_do(client, cast):
    for person in (cast.inspector, cast.handler, cast.dispatcher):
        client.force_login(person)
        assert reverse("cases:report_case") in client.get(URL).content.decode()


def test_who_holds_no_post_is_told_so_and_offered_nothing_that_fails(client, cast):
    client.force_login(cast.citizen)
    response = client.get(URL)
    assert response.status_code == 200
    assert "/m/cases/" not in response.content.decode()


def test_only_lists_that_are_theirs_are_offered(client, cast):
    for person, seen, unseen in (
        (cast.inspector, "/m/verify/", "/m/handling/"),
        (cast.handler, "/m/handling/", "/m/verify/"),
    ):
        client.force_login(person)
        page = client.get(URL).content.decode()
        assert f'href="{seen}"' in page
        assert f'href="{unseen}"' not in page


def test_the_day_costs_the_same_for_one_errand_and_for_ten(client, cast):
    client.force_login(cast.grid_leader)
    costs = []
    for more in (1, 9):
        for _ in range(more):
            case_in(Status.HANDLED, cast, actor=cast.grid_leader, photos=stored(cast.grid_leader))
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


def test_nobody_verifies_the_work_of_their_own_unit(client, cast):
    from tests.factories import make_post

    make_post(cast.grid_leader, "handler", cast.city.team)
    case_in(Status.HANDLED, cast)
    assert waiting(client, cast.grid_leader) == []


def test_every_errand_is_a_step_of_the_table():
    assert set(ERRANDS.values()) <= set(Action)


def test_a_card_names_the_task_not_a_state(client, cast):
    for status, person, words in (
        (Status.HANDLING, cast.handler, "Handle, then report the result"),
        (Status.HANDLED, cast.grid_leader, "Go and verify"),
    ):
        case_in(status, cast)
        client.force_login(person)
        assert words in client.get("/m/", headers={"Accept-Language": "en"}).content.decode()
