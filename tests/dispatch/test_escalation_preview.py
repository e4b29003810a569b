"""What escalation rules would have done, held against what really happened."""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from cases import services as cases
from cases.models import Case, CaseEvent, EscalationRule
from cases.workflow import TIMED, Action, Capacity, Status
from dispatch import services as dispatch
from dispatch.escalation_preview import Preview, preview
from dispatch.services.emergency import declare_emergency, end_emergency
from dispatch.virtual_sweep import VirtualSweep
from gridgov import clock
from gridgov.errors import DomainError
from gridgov.models import Notice
from gridgov.worktime import Unit
from grids.models import AreaLevel, Role, User
from tests.case_factories import Cast, make_case
from tests.factories import make_post

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
START = datetime(2026, 9, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
MONTH = timedelta(days=30)
# What happens in the month, whatever else does.
OF_THE_MONTH = (
    Action.REPORT, Action.REGISTER, Action.DISPATCH, Action.ACCEPT, Action.RECALL, Action.ASK_EXTENSION, Action.EXTEND,
    Action.ASK_SUSPENSION, Action.SUSPEND, Action.RESUME, Action.FEED_BACK, Action.VERIFY_PASS, Action.VERIFY_FAIL,
    Action.ESCALATE, Action.SUPERVISE, Action.RING, Action.RETURN, Action.DEFER, Action.ALARM, Action.CALM, Action.VOID,
)  # fmt: skip


@pytest.fixture
def month(cast: Cast) -> tuple[datetime, datetime]:
    """A month of 16 cases, each hurried or forgotten by chance, with the sweep at every moment at which one is late."""
    staff_the_upper_levels(cast)
    live_through(cast, Random(4), START, START + MONTH, 16)
    return START, START + MONTH


def staff_the_upper_levels(cast: Cast) -> None:
    """Somebody at every level goes on with what comes up."""
    for centre in (cast.city.street_centre, cast.city.district_centre):
        for role in (Role.OPERATOR, Role.DISPATCHER):
            make_post(cast.operator if role == Role.OPERATOR else cast.dispatcher, role, centre)


def live_through(cast: Cast, dice: Random, start: datetime, end: datetime, reports: int) -> None:
    moments = sorted(start + (end - start) * dice.random() for _ in range(reports * 8))
    born = set(dice.sample(range(len(moments)), reports))
    departments = cast.city.street_department, cast.city.district_department
    people = {unit.pk: make_post(None, Role.OFFICER, unit).user for unit in departments}
    people[cast.city.team.pk] = cast.handler
    sweep = VirtualSweep(Case.objects.all(), ("climb_at", "suspended_until"))
    turns: Counter[str] = Counter()
    with clock.at(start):
        for number, moment in enumerate(moments):
            sweep.run_before(moment)
            clock.set_to(moment)
            case = make_case(cast) if number in born else one_goes_on(cast, dice, people, turns)
            if case is not None:
                case.refresh_from_db()
                sweep.watch(case.pk, [case.climb_at if case.status in TIMED else None, case.suspended_until])
        sweep.run_before(end)


def one_goes_on(cast: Cast, dice: Random, people: dict[int, User], turns: Counter[str]) -> Case | None:
    """One open case, the older ones rather, takes a step that its status leads to; in their turns, so that all occur."""
    open_cases = list(Case.objects.open().order_by("pk")[:8])
    case = dice.choice(open_cases) if open_cases else None
    if case is None:
        return None
    till, by = clock.now() + timedelta(days=dice.randint(1, 6)), cast
    units = {AreaLevel.STREET: cast.city.street_department, AreaLevel.DISTRICT: cast.city.district_department}
    who = people[case.unit_id or units.get(AreaLevel(case.level), cast.city.team).pk]
    ways = {
        Status.REPORTED: [lambda: cases.register_case(case.pk, actor=by.operator)],
        Status.REGISTERED: [lambda: dispatch.dispatch_case(case.pk, actor=by.dispatcher)],
        Status.DISPATCHED: [lambda: dispatch.accept_case(case.pk, actor=who)],
        Status.HANDLING: [
            lambda: dispatch.feed_back_case(case.pk, actor=who, note="好了"),
            lambda: dispatch.ask_suspension(case.pk, actor=who, reason="等料", until=till),
            lambda: dispatch.ask_extension(case.pk, actor=who, reason="下雨", until=case.stage_due_at + 9 * HOUR),
            lambda: dispatch.escalate_case(case.pk, actor=by.dispatcher, reason="超出权限"),
            lambda: dispatch.recall_case(case.pk, actor=by.dispatcher, reason="派错"),
            lambda: dispatch.ask_deferral(case.pk, actor=who, reason="修路", until=till),
            lambda: dispatch.ask_return(case.pk, actor=who, reason="不归我们"),
            lambda: declare_emergency(case.pk, actor=by.dispatcher, note="漏气"),
            lambda: end_emergency(case.pk, actor=by.dispatcher, summary="堵住了"),
            lambda: cases.void_case(case.pk, actor=by.supervisor, reason="误报"),
        ],
        Status.SUSPENDED: [lambda: dispatch.resume_case(case.pk, actor=by.supervisor)],
        Status.HANDLED: [
            lambda: cases.verify_case(case.pk, actor=by.grid_leader, passed=dice.random() < 0.7, note="看过")
        ],
    }  # fmt: skip
    possible = ways[Status(case.status)]
    if case.request:
        decider = by.dispatcher if case.request == Action.ASK_RETURN else by.supervisor
        possible = [lambda: dispatch.decide_request(case.pk, actor=decider, granted=True)]
    else:
        turns[case.status] += 1
    # Otherwise it waits as it is, for somebody or for the clock.
    with suppress(DomainError, ValidationError):
        possible[turns[case.status] % len(possible)]()
    return case


def happened(start: datetime, end: datetime) -> set[int]:
    rows = CaseEvent.objects.filter(
        capacity=Capacity.CLOCK, action__in=[Action.ESCALATE, Action.SUPERVISE], at__gte=start, at__lt=end
    )
    return set(rows.values_list("case", flat=True))


def wait(hours: int, **about: object) -> EscalationRule:
    return EscalationRule(after_amount=Decimal(hours), after_unit=Unit.URGENT_HOUR, **about)


def numbers(found: Preview) -> tuple[int, int, int]:
    return found.happened.cases, found.today.cases, found.then.cases


def test_with_todays_rules_it_comes_to_what_really_happened_and_writes_nothing(
    month,
):
    start, end = month
    before = list(Case.objects.order_by("pk").values()), CaseEvent.objects.count(), Notice.objects.count()
    found = preview([], start=start, end=end)
    assert (
        list(Case.objects.order_by("pk").values()),
        CaseEvent.objects.count(),
        Notice.objects.count(),
    ) == before
    assert found.looked_at == found.there_are == Case.objects.count() == 16
    done = set(CaseEvent.objects.values_list("action", flat=True).distinct())
    assert set(OF_THE_MONTH) <= done, set(OF_THE_MONTH) - done
    assert found.not_followed == 0
    assert numbers(found) == (len(happened(start, end)),) * 3
    assert found.today == found.happened == found.then
    assert found.today.by_level[AreaLevel.COMMUNITY] > 2
    # From the middle on, each case stands where it stood then.
    for days in (7, 15, 29):
        later = preview([], start=start + timedelta(days=days), end=end)
        assert later.today == later.happened
        assert later.happened.cases == len(happened(start + timedelta(days=days), end))


def test_other_rules_come_to_other_numbers(cast: Cast, month):
    start, end = month
    counts = [preview([wait(hours)], start=start, end=end).then.cases for hours in (0, 24 * 20, 24 * 90)]
    assert counts[0] == len(happened(start, end)) > counts[1] >= counts[2] == 0
    for rule in (
        wait(900, case_class=cast.city.other_class),
        wait(900, is_active=False),
        wait(900, district_code="1"),
    ):
        found = preview([rule], start=start, end=end)
        assert found.then == found.today
    straight = preview([wait(0, to_level=AreaLevel.DISTRICT)], start=start, end=end)
    assert straight.then.by_level[AreaLevel.STREET] < straight.today.by_level[AreaLevel.STREET]
    # Of too many an even sample; and only those that are named.
    told = []
    found = preview([], start=start, end=end, most=6, advance=lambda done, total: told.append((done, total)))
    assert (found.there_are, found.looked_at, told[-1]) == (16, 6, (6, 6))
    assert preview([], start=start, end=end, cases=Case.objects.none()).there_are == 0


def test_with_rules_in_force_while_it_happened_it_comes_to_the_same(cast: Cast):
    staff_the_upper_levels(cast)
    rules = [
        wait(3, level=AreaLevel.COMMUNITY, case_class=cast.city.case_class),
        wait(1, to_level=AreaLevel.DISTRICT, major=cast.city.case_class.major),
    ]
    for rule in rules:
        rule.save()
    live_through(cast, Random(9), START, START + MONTH / 2, 10)
    found = preview(rules, start=START, end=START + MONTH / 2)
    assert found.then == found.today == found.happened
    assert found.happened.cases
