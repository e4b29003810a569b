"""What is late moves up: every rung once, whatever happens meanwhile."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from cases import services as cases
from cases.models import Case, CaseEvent, Stage, StageLimit
from cases.workflow import Action, Capacity, Status
from dispatch import services as dispatch
from dispatch.sweep import sweep
from gridgov import clock
from gridgov.models import Notice
from grids.models import AreaLevel
from tests.case_factories import Cast, case_in, make_case
from tests.factories import make_area, make_grid, make_organisation, make_post

HOUR = timedelta(hours=1)


def climbed(case: Case) -> list[tuple[str, int]]:
    """What the clock did to a case: action and level, in order."""
    return list(case.events.filter(capacity=Capacity.CLOCK).order_by("seq").values_list("action", "level"))


def run_until(end: datetime, every: timedelta = HOUR / 4) -> None:
    """Let the sweep run at an interval from now until a moment."""
    moment = clock.now()
    while moment < end:
        moment += every
        with clock.at(moment):
            sweep()


@pytest.mark.parametrize(
    "status", [Status.REPORTED, Status.REGISTERED, Status.DISPATCHED, Status.HANDLING, Status.HANDLED]
)
def test_a_case_left_alone_climbs_three_levels_and_keeps_ringing(cast: Cast, status: Status):
    case = case_in(status, cast)
    run_until(clock.now() + timedelta(hours=140), every=HOUR)
    case.refresh_from_db()
    assert climbed(case)[:4] == [
        (Action.ESCALATE, AreaLevel.STREET),
        (Action.ESCALATE, AreaLevel.DISTRICT),
        (Action.SUPERVISE, AreaLevel.DISTRICT),
        (Action.RING, AreaLevel.DISTRICT),
    ]
    assert case.status == status
    assert case.holder == cast.city.district_centre
    assert case.supervised_at is not None
    rings = climbed(case)[3:]
    assert len(rings) >= 3
    assert set(rings) == {(Action.RING, AreaLevel.DISTRICT)}


def test_while_it_rings_it_stays_overdue_since_it_was_due(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    run_until(clock.now() + timedelta(hours=140), every=HOUR)
    case.refresh_from_db()
    supervised = case.events.get(action=Action.SUPERVISE)
    assert case.stage_due_at == supervised.due_before <= supervised.at
    rings = list(case.events.filter(action=Action.RING).order_by("seq").values_list("due_before", flat=True))
    assert case.stage_due_at < rings[0] < rings[1] < rings[-1] < case.climb_at


def test_the_new_level_gets_its_own_limit_and_the_unit_keeps_the_mark(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    due = case.stage_due_at
    with clock.at(due):
        sweep()
    case.refresh_from_db()
    row = case.events.get(action=Action.ESCALATE)
    assert (row.unit, row.due_before, row.due_after) == (cast.city.team, due, due + 48 * HOUR)
    assert row.elapsed_minutes == 24 * 60
    assert (case.unit, case.holder, case.stage_due_at) == (
        cast.city.team,
        cast.city.street_centre,
        due + 48 * HOUR,
    )


def test_a_second_sweep_adds_nothing(cast: Cast):
    case = make_case(cast)
    with clock.at(case.stage_due_at):
        assert sweep().climbed == 1
        before = CaseEvent.objects.count()
        assert sweep().climbed == 0
    assert CaseEvent.objects.count() == before


def test_it_is_not_late_a_moment_before(cast: Cast):
    case = make_case(cast)
    with clock.at(case.stage_due_at - timedelta(microseconds=1)):
        assert sweep().climbed == 0


def test_a_comment_every_minute_and_an_edit_never_move_the_clock(cast: Cast):
    case = make_case(cast)
    due = case.stage_due_at
    for minute in range(1, 60, 7):
        with clock.at(due - timedelta(minutes=60 - minute)):
            cases.comment_case(case.pk, actor=cast.leader, text="抓紧")
            cases.amend_case(case.pk, actor=cast.operator, description=f"改 {minute}")
    case.refresh_from_db()
    assert case.stage_due_at == due
    with clock.at(due):
        assert sweep().climbed == 1


def test_a_comment_every_minute_keeps_a_case_in_hand_from_no_rung(cast: Cast):
    """Two ladders beside each other: the one is left alone, on the other somebody comments in the last hour's every minute."""
    quiet, noisy = (case_in(Status.HANDLING, cast) for _ in range(2))
    for level in (AreaLevel.STREET, AreaLevel.DISTRICT):
        noisy.refresh_from_db()
        due = noisy.stage_due_at
        for minute in range(60, 0, -1):
            with clock.at(due - timedelta(minutes=minute)):
                cases.comment_case(noisy.pk, actor=cast.leader, text="抓紧")
                assert sweep().climbed == 0
        noisy.refresh_from_db()
        assert noisy.stage_due_at == due
        with clock.at(due):
            sweep()
        quiet.refresh_from_db()
        noisy.refresh_from_db()
        assert quiet.level == noisy.level == level
        assert quiet.stage_due_at - noisy.stage_due_at < timedelta(seconds=5)


def test_250_late_at_once_all_climb(cast: Cast):
    start = clock.now()
    with clock.at(start):
        made = [make_case(cast) for _ in range(250)]
    with clock.at(start + HOUR):
        done = sweep()
    assert (done.climbed, done.failed) == (250, set())
    assert Case.objects.filter(pk__in=[c.pk for c in made], holder=cast.city.street_centre).count() == 250


def test_one_bad_case_starves_nobody(cast: Cast, caplog: pytest.LogCaptureFixture):
    start = clock.now()
    with clock.at(start):
        bad, *good = [make_case(cast) for _ in range(5)]
    # A row that the database will refuse: its next sequence number is taken already.
    CaseEvent.objects.create(
        case=bad, district=bad.district, seq=2, action=Action.COMMENT, capacity=Capacity.LEADER, actor=cast.leader,
        at=start, from_status=bad.status, to_status=bad.status, holder=bad.holder, level=bad.level,
    )  # fmt: skip
    with clock.at(start + HOUR):
        done = sweep()
    assert done.failed == {bad.pk}
    assert bad.number in caplog.text
    assert Case.objects.filter(pk__in=[case.pk for case in good], level=AreaLevel.STREET).count() == 4


def test_a_case_without_a_place_goes_straight_to_supervision(cast: Cast):
    case = make_case(cast, point=None)
    assert case.holder == cast.city.district_centre
    with clock.at(case.stage_due_at):
        sweep()
    assert climbed(case) == [(Action.SUPERVISE, AreaLevel.DISTRICT)]


def test_a_level_without_a_centre_is_passed_over(cast: Cast):
    cast.city.street_centre.is_active = False
    cast.city.street_centre.save()
    case = make_case(cast)
    with clock.at(case.stage_due_at):
        sweep()
    assert climbed(case) == [(Action.ESCALATE, AreaLevel.DISTRICT)]


def test_a_street_without_anybody_above_goes_under_supervision(cast: Cast):
    street = make_area(AreaLevel.STREET)  # of a new district that has no centre
    make_organisation(street)
    case = make_case(
        cast, point=make_grid(make_area(AreaLevel.COMMUNITY, parent=street)).versions.get().outline.centroid
    )
    with clock.at(case.stage_due_at):
        sweep()
    assert climbed(case) == [(Action.SUPERVISE, AreaLevel.STREET)]


def test_a_suspended_case_does_not_climb_and_resumes_with_what_was_left(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    accepted, due = case.stage_started_at, case.stage_due_at
    until = accepted + timedelta(days=30)
    with clock.at(accepted + 4 * HOUR):
        dispatch.ask_suspension(case.pk, actor=cast.handler, reason="等材料", until=until)
        dispatch.decide_request(case.pk, actor=cast.supervisor, granted=True)
    with clock.at(due + timedelta(days=3)):
        assert sweep().climbed == 0
    with clock.at(until):
        done = sweep()
    case.refresh_from_db()
    assert (done.resumed, done.climbed) == (1, 0)
    assert (case.status, case.stage_due_at) == (Status.HANDLING, until + 20 * HOUR)
    assert climbed(case) == [(Action.RESUME, AreaLevel.COMMUNITY)]


def test_who_must_move_is_warned_once_at_eighty_per_cent(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    Notice.objects.all().delete()
    with clock.at(case.stage_started_at + 0.8 * 24 * HOUR):
        assert sweep().warned == 1
        assert sweep().warned == 0
    assert list(Notice.objects.values_list("recipient", "event")) == [(cast.handler.pk, "case_warning")]
    case.refresh_from_db()
    with clock.at(case.stage_due_at):
        assert sweep().climbed == 1


def test_limits_may_be_seconds(cast: Cast):
    StageLimit.objects.filter(stage=Stage.INTAKE).update(amount="0.001")
    start = clock.now()
    with clock.at(start):
        case = make_case(cast)
    assert case.stage_due_at == start + timedelta(seconds=3.6)


def test_a_stage_without_a_limit_waits_for_ever(cast: Cast):
    StageLimit.objects.filter(stage=Stage.INTAKE).update(amount=None)
    case = make_case(cast)
    assert case.stage_due_at is None
    with clock.at(clock.now() + timedelta(days=999)):
        assert sweep().climbed == 0


def test_a_case_moved_on_before_it_was_late_does_not_climb(cast: Cast):
    case = make_case(cast)
    with clock.at(case.stage_due_at - HOUR / 2):
        cases.register_case(case.pk, actor=cast.operator)
    with clock.at(case.stage_due_at):
        assert sweep().climbed == 0


def test_the_database_refuses_to_miss_the_same_due_time_twice(cast: Cast):
    case = make_case(cast)
    with clock.at(case.stage_due_at):
        sweep()
    row = case.events.get(action=Action.ESCALATE)
    row.pk, row.seq = None, 99
    with pytest.raises(Exception, match="case_event_due_missed_once"), transaction.atomic():
        row.save(force_insert=True)


def test_those_above_and_the_unit_hear_of_it(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    make_post(cast.operator, "operator", cast.city.street_centre)
    Notice.objects.all().delete()
    with clock.at(case.stage_due_at):
        sweep()
    told = set(Notice.objects.filter(event="case_escalate").values_list("recipient__username", flat=True))
    assert told == {"operator", "supervisor", "handler"}


def test_the_cost_of_a_case_does_not_grow_with_their_number(cast: Cast, django_assert_max_num_queries):
    start = clock.now()
    with clock.at(start):
        for _ in range(20):
            make_case(cast)
    with clock.at(start + HOUR), django_assert_max_num_queries(20 * 12 + 20):
        assert sweep().climbed == 20
