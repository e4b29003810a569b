"""What arrived after the scores of a published period were made: listed, never mixed in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.kinds import Kind
from assessment.late import late_rows, late_told
from assessment.models import Period, PeriodState, Scheme, SchemeItem
from assessment.services.schemes import make_next_version, put_in_force
from assessment.verifying import differences
from cases.models import CaseEvent
from cases.workflow import Action, Status
from dispatch import services as dispatch
from dispatch.models import OperationKind
from dispatch.services.operation_unit import report_in
from gridgov import clock
from inspections.models import GridCoverage
from inspections.services.diary import write_entry
from inspections.times import beginning_of
from tests.assessment.appealed import World
from tests.assessment.published import published
from tests.case_factories import case_in
from tests.dispatch.operation_factories import blow, rule
from tests.factories import inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return World(cast)


def address(period):
    return reverse("assessment:late_list", args=[period.pk])


def told_later(world, done_at):
    """A case whose handling a phone tells now."""
    with clock.at(done_at - timedelta(hours=1)):
        case = case_in(Status.HANDLING, world.cast)
    dispatch.feed_back_case(case.pk, actor=world.cast.handler, note="已处理", done_at=done_at)
    return case


def test_what_was_done_before_the_end_and_told_after_the_scores_is_listed(client, world):
    noon = clock.now().replace(hour=4, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    late = told_later(world, noon - (clock.today() - world.day).days * day)
    told_later(world, noon - (clock.today() - world.day).days * day + day)
    client.force_login(world.cast.supervisor)
    page = client.get(address(world.period))
    assert [(row.case_id, row.action) for row in page.context["rows"]] == [(late.pk, Action.FEED_BACK)]
    assert page.context["total"] == 1
    assert late.number in page.content.decode()
    assert list(differences(Period.objects.get(pk=world.period.pk))) == []


def test_ways_pages_and_arrivals_that_came_late_are_listed_and_not_counted(client, cast):
    """Made on the last day of a week and told after its scores were published; what was told before is not there."""
    rule(OperationKind.WHISTLE, needs_approval=False, report_in_minutes=30)
    monday = beginning_of(clock.today() - timedelta(days=clock.today().weekday() + 7))
    sunday = monday + timedelta(days=6, hours=10)
    with clock.at(sunday):
        write_entry(actor=cast.inspector, client_uuid=uuid4(), text="当时就到")
        blown = blow(cast)
        _walked(cast, sunday.date(), 0.5)
    periods = {}
    with clock.at(monday + timedelta(days=7, hours=2)):
        for kind, code in (
            (Kind.INSPECTOR, "diary_count"), (Kind.GRID, "patrol_coverage"), (Kind.UNIT, "whistle_rate")
        ):  # fmt: skip
            periods[code] = published(kind, monday.date(), sunday.date(), cast.supervisor, [code])
    with clock.at(monday + timedelta(days=7, hours=9)):
        GridCoverage.objects.update(superseded_at=clock.now())
        _walked(cast, sunday.date(), 0.9)
        later = {"at": sunday + timedelta(hours=1)}
        write_entry(actor=cast.inspector, client_uuid=uuid4(), text="后来才到", **later)
        report_in(blown.pk, actor=cast.handler, point=inside(cast.city.grid), done_at=sunday)
        write_entry(actor=cast.inspector, client_uuid=uuid4(), text="今天的")
    for period in periods.values():
        assert list(differences(period)) == []
    [inspector] = periods["diary_count"].scores.filter(user=cast.inspector)
    assert inspector.parts.get().numerator == 1
    client.force_login(cast.supervisor)
    told = client.get(address(periods["diary_count"])).context["told"]
    assert [each.whose for each in told] == [
        str(each) for each in (cast.city.grid, cast.inspector, cast.city.team)
    ]
    assert late_told(periods["diary_count"], cast.stranger) == []
    assert [each.whose for each in late_told(periods["diary_count"], cast.handler)] == [str(cast.city.team)]


def _walked(cast, day, share):
    city = cast.city
    GridCoverage.objects.create(
        day=day, grid=city.grid, district=city.district, inspector=cast.inspector, share=share, metres=100
    )


def test_what_was_told_in_time_is_not_late(client, world):
    client.force_login(world.cast.supervisor)
    assert client.get(address(world.period)).context["rows"] == []


def test_one_sees_the_cases_one_sees(world):
    late = told_later(world, clock.now() - (clock.today() - world.day).days * timedelta(days=1))
    assert CaseEvent.objects.filter(case=late).exists()
    cast = world.cast
    seen = {
        person.username: late_rows(world.period, person).count()
        for person in (cast.supervisor, cast.handler, cast.inspector, cast.stranger, cast.officer)
    }
    assert seen == {"supervisor": 1, "handler": 1, "inspector": 1, "stranger": 0, "officer": 0}


def test_strangers_find_nothing_nor_anybody_before_it_is_published(client, world):
    client.force_login(world.cast.citizen)
    assert client.get(address(world.period)).status_code == 404
    client.force_login(world.cast.supervisor)
    assert client.get(reverse("assessment:late_list", args=[0])).status_code == 404
    scheme = Scheme.objects.create(code="two", name="二", kind="unit", length="week")
    version = make_next_version(scheme.pk, actor=None)
    SchemeItem.objects.create(version=version, indicator="rework_rate", way="inverse", weight=100)
    put_in_force(version.pk, actor=None)
    period = Period.objects.create(scheme=scheme, version=version, first_day=world.day, last_day=world.day)
    assert period.state == PeriodState.OPEN
    assert client.get(address(period)).status_code == 404


def test_a_long_list_asks_as_often_as_a_short_one(client, world):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(address(world.period))
        return len(queries)

    at = clock.now() - (clock.today() - world.day).days * timedelta(days=1)
    client.force_login(world.cast.supervisor)
    told_later(world, at)
    asked()
    few = asked()
    for minutes in range(1, 4):
        told_later(world, at - timedelta(minutes=minutes))
    assert asked() == few
