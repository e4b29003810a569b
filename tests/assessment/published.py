"""Published periods of every kind of those who are scored, for tests of the pages that show them.

    period = published(Kind.UNIT, first, last, is_public=True)     # all indicators of the kind, each with the same weight

`made_up` scores were never counted. `some_of_everything` makes what there is to be counted: cases in every state, answers,
walks, diary pages and whistles.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from assessment.indicators import INDICATORS
from assessment.indicators.indicator import Unit
from assessment.kinds import Kind
from assessment.models import (
    Band,
    Correction,
    Level,
    Period,
    Scheme,
    SchemeItem,
    SchemeVersion,
    Score,
    StageFact,
    Way,
)
from assessment.services.facts import read_facts
from assessment.services.periods import compute_period, publish_period
from cases.models import CaseEvent, Stage
from cases.workflow import Action, Capacity
from dispatch.models import Operation, OperationState, OperationUnit
from gridgov import clock
from inspections.models import DiaryEntry, GridCoverage
from inspections.services.diary import rate_entry
from tests.assessment.factories import make_random_cases
from tests.case_factories import Cast
from tests.factories import inside

# What `made_up` scores say they were counted by.
RATES = ["disposal_rate", "on_time_disposal_rate", "satisfied_rate_12345"]
# Letter, colour, from so many points.
LEVELS = (("A", "green", 90), ("B", "blue", 75), ("C", "yellow", 60), ("D", "red", 40), ("E", "black", 0))


def last_days(number: int = 20) -> tuple[date, date]:
    """So many days up to yesterday."""
    yesterday = clock.today() - timedelta(1)
    return yesterday - timedelta(number - 1), yesterday


def make_version(scheme: Scheme, codes: Iterable[str]) -> SchemeVersion:
    """A version in force that counts these indicators with the same weight each; its weights need not add up."""
    version = SchemeVersion.objects.create(scheme=scheme, number=1)
    for code in codes:
        way = Way.BANDS if INDICATORS[code].unit == Unit.COUNT else Way.VALUE
        item = SchemeItem.objects.create(version=version, indicator=code, way=way, weight=2)
        if way == Way.BANDS:
            Band.objects.create(item=item, at_least=0, points=40)
            Band.objects.create(item=item, at_least=2, points=90)
    for letter, colour, at in LEVELS:
        Level.objects.create(version=version, letter=letter, colour=colour, at_least=at)
    SchemeVersion.objects.filter(pk=version.pk).update(in_force_at=clock.now())
    version.refresh_from_db()
    return version


def computed(
    kind: str, first: date, last: date, codes: Iterable[str] = (), scheme: Scheme | None = None, **fields: Any
) -> Period:
    """A period with its scores, not yet published; by all indicators of the kind unless some are named."""
    if scheme is None:
        scheme = Scheme.objects.create(
            code=f"{kind}-{uuid4().hex[:8]}", name=f"{kind} 考核", kind=kind, **fields
        )
        codes = list(codes) or [code for code, each in INDICATORS.items() if kind in each.kinds]
        make_version(scheme, codes)
    period = Period.objects.create(
        scheme=scheme, version=scheme.versions.get(), first_day=first, last_day=last
    )
    return compute_period(period.pk, actor=None)


def published(
    kind: str, first: date, last: date, by: Any, codes: Iterable[str] = (), **fields: Any
) -> Period:
    """The same, published by a supervisor of the district."""
    return publish_period(computed(kind, first, last, codes, **fields).pk, actor=by)


def made_up(
    cast: Cast,
    kind: str = Kind.UNIT,
    points: Iterable[int] = (90, 70, 50),
    days: tuple[date, date] | None = None,
    scheme: Scheme | None = None,
    **fields: Any,
) -> Period:
    """A period with these points for the units of the city, or for communities of it, published."""
    city, (first, last) = cast.city, days or last_days()
    if scheme is None:
        scheme = Scheme.objects.create(code=f"made-up-{kind}", name="编的", kind=kind, **fields)
        make_version(scheme, RATES)
    period = Period.objects.create(
        scheme=scheme, version=scheme.versions.get(), first_day=first, last_day=last
    )
    for number, given in enumerate(points):
        whose = (
            {"organisation": [city.team, city.street_department, city.district_department][number]}
            if kind == Kind.UNIT
            else {"area": ([city.grid, city.other_grid] if kind == Kind.GRID else [city.community])[number]}
        )
        Score.objects.create(
            period=period, points=given, rank=1 if kind == Kind.UNIT else number + 1, **whose
        )
    period.state, period.known_until, period.computed_at = "computed", clock.now(), clock.now()
    period.save()
    return publish_period(period.pk, actor=cast.supervisor)


def correct(score: Score, points: int, by: Any) -> None:
    """As a granted appeal does."""
    Correction.objects.create(
        score=score, at=clock.now(), by=by, reason="申诉成立", points_before=score.points, points_after=points
    )


def some_of_everything(cast: Cast, number: int = 60) -> None:
    """Cases of every life, answers to the call-back, walks, diary pages and a whistle, in the last days."""
    city, now = cast.city, clock.now()
    cases = make_random_cases(cast, number, seed=5, days=18)
    # Their timelines are written past the steps, so are the answers.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    for n, case in enumerate(cases[:6]):
        CaseEvent.objects.create(
            case=case,
            district=case.district,
            seq=case.events.count() + 1,
            action=Action.ANSWER,
            capacity=Capacity.OPERATOR,
            at=now - timedelta(days=1 + n, hours=1),
            from_status=case.status,
            to_status=case.status,
            holder=case.holder,
            level=case.level,
            unit=city.team,
            data={"contacted": n % 2 == 0, "solved": n % 3 == 0, "satisfied": ("yes", "partly", "no")[n % 3]},
        )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    for n in range(1, 4):
        GridCoverage.objects.create(
            day=clock.today() - timedelta(n),
            grid=city.grid,
            district=city.district,
            inspector=cast.inspector,
            share=0.25 * n,
            metres=1000,
            noted_at=now - timedelta(hours=3),
        )
        page = DiaryEntry.objects.create(
            client_uuid=uuid4(),
            author=cast.inspector,
            area=city.grid,
            district=city.district,
            written_at=now - timedelta(days=n),
            received_at=now - timedelta(days=n),
            text="走访",
        )
        if n > 1:
            with clock.at(now - timedelta(hours=2)):
                rate_entry(page.pk, actor=cast.grid_leader, rating=n)
    _whistle(cast)
    # The timelines name nobody; who did it is written past them, too.
    while read_facts():
        pass
    StageFact.objects.filter(stage=Stage.INTAKE).update(person=cast.operator, shift_leader=cast.operator)
    StageFact.objects.filter(stage=Stage.DISPATCH).update(person=cast.dispatcher, shift_leader=cast.operator)


def _whistle(cast: Cast) -> None:
    city, then = cast.city, clock.now() - timedelta(days=2)
    operation = Operation.objects.create(
        kind="whistle",
        state=OperationState.DONE,
        title="联合整治",
        caller=city.street_centre,
        area=city.street,
        district=city.district,
        point=inside(city.grid),
        starts_at=then,
        report_in_by=then + timedelta(minutes=30),
        report_in_m=500,
        called_by=cast.supervisor,
        asked_at=then,
        called_at=then,
        ended_at=then + timedelta(hours=3),
    )
    for unit, minutes in ((city.team, 10), (city.street_department, 90)):
        OperationUnit.objects.create(
            operation=operation,
            organisation=unit,
            duty="清理",
            reported_in_at=then + timedelta(minutes=minutes),
            reported_in_told_at=then + timedelta(minutes=minutes),
            reported_in_by=cast.handler,
            reported_in_note="没有定位",
        )
