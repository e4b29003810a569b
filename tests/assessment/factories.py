"""A random city of cases with timelines: written past the steps, as a year leaves them."""

from datetime import datetime, timedelta
from random import Random

from django.db import connection

from cases.models import Case, CaseEvent, Channel
from cases.numbers import next_number
from cases.workflow import Action, Capacity, Status
from gridgov import clock
from tests.case_factories import Cast
from tests.factories import inside

# Status → what was done with a case until it got there, and to which status each step led.
_WAYS: dict[Status, list[tuple[Action, Status]]] = {
    Status.REPORTED: [],
    Status.REFUSED: [(Action.REFUSE, Status.REFUSED)],
    Status.REGISTERED: [(Action.REGISTER, Status.REGISTERED)],
    Status.HANDLING: [
        (Action.REGISTER, Status.REGISTERED),
        (Action.DISPATCH, Status.DISPATCHED),
        (Action.RETURN, Status.REGISTERED),
        (Action.DISPATCH, Status.DISPATCHED),
        (Action.ACCEPT, Status.HANDLING),
    ],
    Status.HANDLED: [
        (Action.REGISTER, Status.REGISTERED),
        (Action.DISPATCH, Status.DISPATCHED),
        (Action.ACCEPT, Status.HANDLING),
        (Action.FEED_BACK, Status.HANDLED),
        (Action.VERIFY_FAIL, Status.HANDLING),
        (Action.FEED_BACK, Status.HANDLED),
    ],
    Status.CLOSED: [
        (Action.REGISTER, Status.REGISTERED),
        (Action.DISPATCH, Status.DISPATCHED),
        (Action.ACCEPT, Status.HANDLING),
        (Action.FEED_BACK, Status.HANDLED),
        (Action.VERIFY_PASS, Status.CLOSED),
    ],
}


def make_random_cases(cast: Cast, n: int, seed: int, days: int = 20) -> list[Case]:
    """So many cases of all kinds of the last days, some without place, class or unit; the same for the same seed."""
    dice = Random(seed)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    cases = [_case(dice, cast, days) for _ in range(n)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    return cases


def _case(dice: Random, cast: Cast, days: int) -> Case:
    city, now = cast.city, clock.now()
    reported_at = now - timedelta(minutes=dice.randrange(1, days * 24 * 60))
    status = dice.choice(list(_WAYS))
    way = _WAYS[status]
    case_class = dice.choice([city.case_class, city.other_class])
    depth = dice.randrange(4)
    unit = (
        dice.choice([city.team, city.street_department, city.district_department]) if len(way) > 1 else None
    )
    case = Case(
        number=next_number(city.district),
        version=len(way) + 1,
        case_class=case_class if way or dice.random() < 0.6 else None,
        channel=dice.choice(Channel.values),
        district=city.district,
        street=city.street if depth > 0 else None,
        community=city.community if depth > 1 else None,
        grid=dice.choice([city.grid, city.other_grid]) if depth > 2 else None,
        point=inside(city.grid),
        reporter=cast.inspector,
        reported_at=reported_at,
        status=status,
        holder=city.district_centre,
        level=city.district_centre.level,
        unit=unit,
        settled_on_the_spot=status == Status.CLOSED and dice.random() < 0.2,
        stage_started_at=reported_at,
        stage_due_at=now + timedelta(hours=dice.randrange(-30, 30)),
        closed_at=now if status == Status.CLOSED else None,
    )
    case.grid_version = case.grid.versions.get() if case.grid else None
    case.save()
    _timeline(dice, case, reported_at, way)
    return case


def _timeline(dice: Random, case: Case, at: datetime, way: list[tuple[Action, Status]]) -> None:
    before = ""
    for seq, (action, after) in enumerate([(Action.REPORT, Status.REPORTED), *way], start=1):
        minutes = dice.randrange(1, 200)
        CaseEvent.objects.create(
            case=case,
            district=case.district,
            seq=seq,
            action=action,
            capacity=Capacity.OPERATOR,
            at=at,
            from_status=before,
            to_status=after,
            holder=case.holder,
            level=case.level,
            unit=case.unit,
            due_before=at + timedelta(minutes=dice.randrange(-60, 200)),
            elapsed_minutes=minutes,
        )
        before, at = after, at + timedelta(minutes=minutes)
