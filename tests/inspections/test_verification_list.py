"""What waits to be looked at on the spot."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.services import settle_case
from cases.workflow import Status
from tests.case_factories import case_in, make_case, stored

pytestmark = pytest.mark.django_db
URL = "/m/verify/"


def listed(client, person):
    client.force_login(person)
    return [[errand.case for errand in part["errands"]] for part in client.get(URL).context["parts"]]


def test_handled_cases_wait_to_be_verified_and_reports_to_be_checked(client, cast):
    handled, checking = case_in(Status.HANDLED, cast), case_in(Status.CHECKING, cast)
    for status in (Status.REPORTED, Status.HANDLING, Status.CLOSED):
        case_in(status, cast)
    assert listed(client, cast.grid_leader) == [[handled], [checking]]


def test_a_case_settled_on_the_spot_is_verified_by_somebody_else(client, cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 1
    case = make_case(cast)
    settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector))
    assert listed(client, cast.inspector) == [[], []]
    assert listed(client, cast.grid_leader) == [[case], []]


def test_units_and_strangers_verify_nothing(client, cast):
    case_in(Status.HANDLED, cast)
    for person in (cast.handler, cast.operator, cast.stranger, cast.citizen):
        assert listed(client, person) == [[], []]


def test_an_empty_list_says_what_would_be_here(client, cast):
    client.force_login(cast.inspector)
    assert reverse("cases:report_case") in client.get(URL).content.decode()


def test_the_list_costs_the_same_for_one_row_and_for_ten(client, cast):
    client.force_login(cast.grid_leader)
    costs = []
    for more in (1, 9):
        for _ in range(more):
            case_in(Status.HANDLED, cast, photos=stored(cast.inspector))
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12
