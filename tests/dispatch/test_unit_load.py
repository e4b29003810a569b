"""What a dispatcher weighs: a unit's open cases, the late ones among them, and how often it is in time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from cases.workflow import Status
from dispatch import services as dispatch
from dispatch.sweep import sweep
from dispatch.unit_load import FEW, Load, loads_of
from gridgov import clock
from tests.case_factories import case_in

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def load_of(unit) -> Load:
    return loads_of([unit.pk])[unit.pk]


def test_what_a_unit_has_in_hand_is_counted_with_its_parts(cast):
    team, department = cast.city.team, cast.city.street_department
    for status in (Status.DISPATCHED, Status.HANDLING, Status.SUSPENDED, Status.HANDLED, Status.REGISTERED):
        case_in(status, cast)
    case = case_in(Status.HANDLING, cast)
    dispatch.join_unit(case.pk, actor=cast.dispatcher, unit=department, duty="封路")
    assert (load_of(team).open, load_of(department).open) == (4, 1)
    dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了")
    assert load_of(department).open == 0


def test_a_missed_due_time_stays_with_the_unit_even_after_the_case_has_climbed(cast):
    now = clock.now()
    with clock.at(now - timedelta(hours=30)):
        case_in(Status.HANDLING, cast)
    case_in(Status.HANDLING, cast)
    assert (load_of(cast.city.team).open, load_of(cast.city.team).late) == (2, 1)
    sweep()
    assert load_of(cast.city.team).late == 1


def test_in_time_is_counted_from_the_timeline(cast):
    now = clock.now()
    with clock.at(now - timedelta(days=100)):
        case_in(Status.HANDLED, cast)  # too long ago
    with clock.at(now - timedelta(hours=40)):
        late = case_in(Status.HANDLING, cast)
    sweep()
    dispatch.feed_back_case(late.pk, actor=cast.handler, note="好了")
    case_in(Status.HANDLED, cast)
    load = load_of(cast.city.team)
    assert (load.in_time, load.handled, load.share) == (1, 2, None)


def test_of_few_it_says_that_they_are_few_of_many_the_share(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.dispatcher)
    page = reverse("dispatch:dispatch_case", args=[case.number])
    assert "nothing handled in 90 days" in client.get(page, headers=ENGLISH).content.decode()
    case_in(Status.HANDLED, cast)
    assert "1 of 1 in time: too few to say" in client.get(page, headers=ENGLISH).content.decode()
    for _n in range(FEW - 1):
        case_in(Status.HANDLED, cast)
    assert f"100 % in time ({FEW} of {FEW})" in client.get(page, headers=ENGLISH).content.decode()


def test_what_a_unit_has_in_hand_stands_beside_it_where_one_chooses(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.dispatcher)
    page = reverse("dispatch:dispatch_case", args=[case.number])

    def beside_the_team():
        html = client.get(page, headers=ENGLISH).content.decode()
        label = html.partition(f'name="unit" value="{cast.city.team.pk}"')[2].partition("</label>")[0]
        return " ".join(strip_tags(label.partition("pick__load")[2]).split())

    assert "0 open" in beside_the_team()
    for _n in range(3):
        case_in(Status.HANDLING, cast)
    assert "3 open" in beside_the_team()


def test_however_many_units_it_is_three_queries(cast):
    case_in(Status.HANDLED, cast)
    units = (cast.city.team.pk, cast.city.street_department.pk, cast.city.district_department.pk)
    with CaptureQueriesContext(connection) as asked:
        assert set(loads_of(units)) == set(units)
    assert len(asked) == 3


def test_what_was_deferred_counts_in_no_rate(cast):
    case = case_in(Status.HANDLED, cast)
    type(case).objects.filter(pk=case.pk).update(deferred_at=clock.now())
    assert load_of(cast.city.team).handled == 0
