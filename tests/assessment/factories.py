"""A random city of cases with timelines: written past the steps, as a year leaves them."""

from datetime import datetime, timedelta
from random import Random

from django.contrib.gis.geos import MultiPoint
from django.db import connection

from cases.models import Case, CaseEvent, Channel
from cases.numbers import next_number
from cases.workflow import CLOCK_ACTIONS, Action, Capacity, ReturnKind, Status
from gridgov import clock
from tests.case_factories import Cast
from tests.factories import inside

Way = list[tuple[Action, Status]]
A, S = Action, Status
_SENT: Way = [(A.REGISTER, S.REGISTERED), (A.DISPATCH, S.DISPATCHED)]
_IN_HAND: Way = [*_SENT, (A.ACCEPT, S.HANDLING)]
_HANDLED: Way = [*_IN_HAND, (A.FEED_BACK, S.HANDLED)]
_CLOSED: Way = [*_HANDLED, (A.VERIFY_PASS, S.CLOSED)]
# What was done with a case after its report, and to which status each step led: each state, and the odd lives.
WAYS: dict[str, Way] = {
    "reported": [],
    "urged at intake": [(A.URGE, S.REPORTED), (A.ANSWER_URGING, S.REPORTED), (A.ESCALATE, S.REPORTED)],
    "checking": [(A.ORDER_CHECK, S.CHECKING)],
    "refused": [(A.REFUSE, S.REFUSED)],
    "taken up after all": [(A.REFUSE, S.REFUSED), (A.REOPEN, S.REPORTED)],
    "merged": [(A.MERGE, S.MERGED)],
    "unmerged": [(A.REGISTER, S.REGISTERED), (A.MERGE, S.MERGED), (A.UNMERGE, S.REGISTERED)],
    "void": [(A.VOID, S.VOID)],
    "void in hand": [*_IN_HAND, (A.VOID, S.VOID)],
    "registered": [(A.REGISTER, S.REGISTERED)],
    "recalled": [*_SENT, (A.RECALL, S.REGISTERED)],
    "given back": [*_SENT, (A.ASK_RETURN, S.DISPATCHED), (A.RETURN, S.REGISTERED)],
    "given back in hand, then by another": [
        *_IN_HAND, (A.ESCALATE, S.HANDLING), (A.RETURN, S.REGISTERED), *_HANDLED[1:],
    ],
    "given back twice": [*_SENT, (A.RETURN, S.REGISTERED), *_IN_HAND[1:], (A.RETURN, S.REGISTERED), *_SENT[1:]],
    "dispatched": _SENT,
    "in hand": _IN_HAND,
    "extended": [*_IN_HAND, (A.ASK_EXTENSION, S.HANDLING), (A.EXTEND, S.HANDLING), *_HANDLED[3:]],
    "suspended": [*_IN_HAND, (A.SUSPEND, S.SUSPENDED)],
    "deferred": [*_IN_HAND, (A.DEFER, S.SUSPENDED)],
    "deferred, then handled": [*_IN_HAND, (A.DEFER, S.SUSPENDED), (A.RESUME, S.HANDLING), *_HANDLED[3:]],
    "climbed": [*_IN_HAND, (A.ESCALATE, S.HANDLING), (A.ESCALATE, S.HANDLING), *_HANDLED[3:]],
    "at the top": [*_IN_HAND, (A.SUPERVISE, S.HANDLING), (A.RING, S.HANDLING), *_HANDLED[3:]],
    "emergency": [*_IN_HAND, (A.ALARM, S.HANDLING), (A.CALM, S.HANDLING), *_CLOSED[3:]],
    "with joint units": [
        *_IN_HAND, (A.JOIN, S.HANDLING), (A.ACCEPT_PART, S.HANDLING), (A.FEED_BACK_PART, S.HANDLING), *_HANDLED[3:],
    ],
    "handled": _HANDLED,
    "reworked": [*_HANDLED, (A.VERIFY_FAIL, S.HANDLING), *_HANDLED[3:]],
    "not handled after all": [*_HANDLED, (A.VERIFY_FAIL, S.HANDLING)],
    "closed": _CLOSED,
    "reopened": [*_CLOSED, (A.REOPEN, S.REGISTERED)],
    "reopened and handled": [*_CLOSED, (A.REOPEN, S.REGISTERED), *_HANDLED[1:]],
    "settled": [(A.SETTLE, S.CLOSED)],
    "settled, looked at": [(A.SETTLE, S.HANDLED), (A.VERIFY_FAIL, S.REGISTERED)],
}  # fmt: skip


def make_random_cases(cast: Cast, n: int, seed: int, days: int = 20) -> list[Case]:
    """So many cases of the last days, their lives in turn, some without place, class or unit; by the seed."""
    dice = Random(seed)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    first, *others = WAYS  # which is there for others to be merged into
    names = [first, *dice.sample(others, len(others))]
    cases = [_case(dice, cast, days, WAYS[names[k % len(names)]]) for k in range(n)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    return cases


def _case(dice: Random, cast: Cast, days: int, way: Way) -> Case:
    city, now = cast.city, clock.now()
    reported_at = now - timedelta(minutes=dice.randrange(1, days * 24 * 60))
    actions = [action for action, _after in way]
    status = way[-1][1] if way else Status.REPORTED
    # A unit has it from its dispatch on, until it comes back.
    has_unit = A.DISPATCH in actions and status not in (S.REGISTERED, S.VOID)
    units = [city.team, city.street_department, city.district_department]
    lead, joint = dice.sample(units, 2)
    depth = dice.randrange(4)
    reaches = dice.random() < 0.2
    is_suspended = status == Status.SUSPENDED
    case = Case(
        number=next_number(city.district),
        version=len(way) + 1,
        case_class=dice.choice([city.case_class, city.other_class]) if way or dice.random() < 0.6 else None,
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
        unit=lead if has_unit else None,
        joint_unit_ids=[joint.pk] if A.JOIN in actions else [],
        extent=MultiPoint(inside(city.grid), inside(city.other_grid), srid=4326) if reaches else None,
        more_area_ids=[city.street.pk, city.community.pk, city.other_grid.pk] if reaches else [],
        merged_into=Case.objects.earliest("pk") if status == Status.MERGED else None,
        settled_on_the_spot=A.SETTLE in actions,
        stage_started_at=reported_at,
        stage_due_at=None if is_suspended else now + timedelta(hours=dice.randrange(-30, 30)),
        suspended_until=now + timedelta(days=3) if is_suspended else None,
        minutes_left=100 if is_suspended else None,
        supervised_at=now if A.SUPERVISE in actions else None,
        deferred_at=now if A.DEFER in actions else None,
        closed_at=now if status == Status.CLOSED else None,
    )
    case.grid_version = case.grid.versions.get() if case.grid else None
    case.save()
    _timeline(dice, case, reported_at, way)
    return case


def _timeline(dice: Random, case: Case, at: datetime, way: Way) -> None:
    before = ""
    for seq, (action, after) in enumerate([(A.REPORT, S.REPORTED), *way], start=1):
        minutes = dice.randrange(1, 200)
        # Now and then a phone told it later.
        is_told_later = action == A.FEED_BACK and dice.random() < 0.3
        CaseEvent.objects.create(
            case=case,
            district=case.district,
            seq=seq,
            action=action,
            capacity=Capacity.CLOCK if action in CLOCK_ACTIONS and dice.random() < 0.7 else Capacity.OPERATOR,
            at=at,
            done_at=at - timedelta(minutes=dice.randrange(1, 90)) if is_told_later else None,
            from_status=before,
            to_status=after,
            holder=case.holder,
            level=case.level,
            unit=case.unit,
            due_before=at + timedelta(minutes=dice.randrange(-60, 200), seconds=seq),
            elapsed_minutes=minutes,
            # Older rows name no kind.
            data=dice.choice([{}, *({"kind": kind} for kind in ReturnKind.values)])
            if action in (A.ASK_RETURN, A.RETURN)
            else {},
        )
        before, at = after, at + timedelta(minutes=minutes)
