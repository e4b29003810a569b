"""Figures that can be worked out again: whatever happens, in whatever order it is read, they come to the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.demo import load_schemes
from assessment.indicators import INDICATORS
from assessment.indicators.units import UNITS
from assessment.kinds import AREAS, Kind
from assessment.models import CaseFact, Length, Period, Scheme, StageFact
from assessment.services import facts
from assessment.services.facts import read_facts, rebuild_facts
from assessment.services.periods import compute_period, open_period, publish_period
from cases.models import EscalationRule, Stage
from cases.workflow import Action
from gridgov import clock
from gridgov.worktime import Unit
from tests.assessment.counted import CHINA, everything, month
from tests.assessment.lives import LONGEST_PAUSE, live_on
from tests.case_factories import Cast

pytestmark = pytest.mark.django_db
BEGUN = datetime(2026, 9, 28, 8, 0, tzinfo=CHINA)
CUT = datetime(2026, 10, 1, 6, 0, tzinfo=CHINA)
OF_HANDLING = [each.code for each in UNITS if Kind.GRID in each.kinds]
chances = given(seed=st.integers(0, 2**32))
few = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip


@contextmanager
def world_of_its_own() -> Iterator[None]:
    """What an example leaves behind goes away with it."""
    with transaction.atomic(), clock.at(BEGUN):
        yield
        transaction.set_rollback(True)


def live_until(moment: datetime, cast: Cast, dice: Random) -> None:
    while clock.now() < moment - LONGEST_PAUSE:
        live_on(cast, dice, 1)
    clock.set_to(moment)


def all_facts() -> tuple[list[Any], list[Any]]:
    stages = StageFact.objects.order_by("case_id", "seq").values()
    return (
        [{name: value for name, value in row.items() if name != "id"} for row in stages],
        list(CaseFact.objects.order_by("pk").values()),
    )


def read_all(portion: int = facts.MOST_AT_ONCE) -> None:
    """Until the last row of the timeline was read."""
    for _ in range(1000):
        before = facts.FactsRead.objects.values_list("event_id", flat=True).first()
        read_facts(portion)
        if facts.FactsRead.objects.values_list("event_id", flat=True).first() == before:
            return


@few
@chances
def test_read_step_by_step_in_portions_or_anew_the_facts_are_the_same(cast: Cast, seed: int) -> None:
    dice = Random(seed)
    with world_of_its_own():
        live_on(cast, dice, 60, meanwhile=read_facts)
        read_all()
        as_it_happened = all_facts()
        list(rebuild_facts())
        assert all_facts() == as_it_happened
        for rows in (StageFact, CaseFact, facts.FactsRead):
            rows.objects.all().delete()
        read_all(portion=dice.randrange(1, 40))
        assert all_facts() == as_it_happened


@few
@chances
def test_what_was_known_then_is_told_the_same_later(cast: Cast, seed: int) -> None:
    dice, september = Random(seed), month(9, known_until=CUT)
    with world_of_its_own():
        live_until(CUT, cast, dice)
        read_all()
        before = {kind: everything(kind, september) for kind in Kind}
        live_on(cast, dice, 60, meanwhile=read_facts)
        read_all()
        assert {kind: everything(kind, september) for kind in Kind} == before


@few
@chances
def test_slices_add_up(cast: Cast, seed: int) -> None:
    with world_of_its_own():
        live_on(cast, Random(seed), 80)
        clock.set_to(clock.now() + timedelta(days=40))
        read_all()
        for span in (month(9, known_until=CUT), month(9), month(10)):
            of_areas = [_sums(kind, span) for kind in AREAS]
            assert all(sums == of_areas[0] for sums in of_areas[1:])
            # Each stage is of one centre, and each assignment of one unit.
            assert _sums(Kind.CENTRE, span) == _among(of_areas[0], Kind.CENTRE)
            of_units = _sums(Kind.UNIT, span)
            assert [of_units[each] for each in OF_HANDLING] == [of_areas[0][each] for each in OF_HANDLING]


def _sums(kind: str, span: Any) -> dict[str, tuple[Decimal, Decimal]]:
    """Indicator → the sums of numerators and denominators over all of a kind; what every kind can be asked for."""
    whole = {
        code: (Decimal(0), Decimal(0))
        for code, each in INDICATORS.items()
        if kind in each.kinds and each.kinds >= set(AREAS) and code != "filed_count"
    }
    for values in everything(kind, span).values():
        for code, (numerators, denominators) in whole.items():
            value = values[code]
            whole[code] = (numerators + value.numerator, denominators + (value.denominator or 0))
    return whole


def _among(sums: dict[str, Any], kind: str) -> dict[str, Any]:
    return {code: value for code, value in sums.items() if kind in INDICATORS[code].kinds}


@few
@chances
def test_scores_and_figures_say_the_same_of_what_is_in_time(cast: Cast, seed: int) -> None:
    """In time is a case of which every duty was, that the unit which handled it had since it was sent there."""
    dice = Random(seed)
    with world_of_its_own():
        if dice.random() < 0.5:  # so that more time can be given after it was due
            EscalationRule.objects.create(
                after_amount=6, after_unit=Unit.URGENT_HOUR, ring_unit=Unit.URGENT_HOUR
            )
        live_on(cast, dice, 80)
        read_all()
        handled = CaseFact.objects.filter(handled_in_time__isnull=False)
        for case, in_time in handled.values_list("case_id", "handled_in_time"):
            stages = StageFact.objects.filter(case=case).order_by("seq")
            sent = stages.filter(ended_by=Action.DISPATCH).latest("seq").seq
            duties = stages.filter(stage=Stage.HANDLING, seq__gt=sent)
            assert in_time == all(
                duty.due_at is None or (duty.ended_by == Action.FEED_BACK and duty.done_at <= duty.due_at)
                for duty in duties
            )


@settings(few, max_examples=2)
@chances
def test_published_scores_are_what_the_timeline_read_anew_says(cast: Cast, seed: int, capsys: Any) -> None:
    dice = Random(seed)
    with world_of_its_own():
        load_schemes()
        live_until(CUT, cast, dice)
        for scheme in Scheme.objects.filter(length=Length.MONTH).order_by("pk"):
            period = open_period(scheme.pk, actor=None, day=BEGUN.date())
            compute_period(period.pk, actor=None)
            publish_period(period.pk, actor=cast.supervisor)
        clock.set_to(clock.now() + timedelta(minutes=2))
        live_on(cast, dice, 40, meanwhile=read_facts)
        periods = Period.objects.filter(scores__isnull=False).order_by("pk").distinct()
        assert len(periods) > 5
        for period in periods:
            call_command("verify_scores", str(period.pk))
        list(rebuild_facts())
        for period in periods:
            call_command("verify_scores", str(period.pk))
        call_command("verify_scores", str(periods[0].pk), "--rebuild")
