"""Two at once: reporting in, deciding, finishing, rating, sweeping."""

from collections import Counter

import pytest
from django.db import transaction

from dispatch.models import OperationEntry
from dispatch.services.operation import cancel_operation, decide_operation, end_operation, rate_unit
from dispatch.services.operation_unit import feed_back_operation, miss_units, report_in
from gridgov import clock
from gridgov.errors import AlreadyTaken, StepNotAllowed
from gridgov.models import Notice
from grids.models import Role
from tests.case_factories import make_cast, make_city
from tests.dispatch.operation_factories import ask_joint, blow, colleague
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    return make_cast(make_city())


def times(event: str) -> int:
    return OperationEntry.objects.filter(event=event).count()


def test_two_members_report_in_at_once_and_one_is_told(people):
    other = colleague(people, "other", Role.HANDLER, people.city.team)
    operation = blow(people)
    answers = race(
        *(lambda who=who: report_in(operation.pk, actor=who, point=operation.point) for who in (people.handler, other))
    )  # fmt: skip
    assert sum(isinstance(one, AlreadyTaken) for one in answers) == 1
    assert times("reported_in") == 1


def test_two_supervisors_decide_at_once_and_one_decision_stands(people):
    other = colleague(people, "other", Role.SUPERVISOR, people.city.street_centre)
    operation = ask_joint(people)
    answers = race(
        lambda: decide_operation(operation.pk, actor=people.supervisor, granted=True),
        lambda: decide_operation(operation.pk, actor=other, granted=False, note="先协商"),
    )
    assert sum(isinstance(one, StepNotAllowed) for one in answers) == 1
    operation.refresh_from_db()
    assert operation.state in ("called", "refused")
    assert times("approved") + times("refused") == 1
    assert Notice.objects.filter(event="operation_called").count() == (operation.state == "called")


def test_the_last_two_units_finish_at_once_and_it_closes_once(people):
    for _ in range(3):
        operation = blow(people)
        for who in (people.handler, people.officer):
            report_in(operation.pk, actor=who, point=operation.point)
        answers = race(
            lambda pk=operation.pk: feed_back_operation(pk, actor=people.handler, feedback="已清扫"),
            lambda pk=operation.pk: feed_back_operation(pk, actor=people.officer, feedback="已劝离"),
        )
        assert not [one for one in answers if isinstance(one, Exception)]
        operation.refresh_from_db()
        assert operation.state == "done"
        assert operation.entries.filter(event="done").count() == 1


def test_a_unit_is_rated_once_however_many_rate_it(people):
    operation = blow(people)
    end_operation(operation.pk, actor=people.dispatcher, reason="已完成")
    answers = race(
        *(
            lambda n=n: rate_unit(operation.pk, actor=people.dispatcher, unit=people.city.team, rating=n)
            for n in (1, 5, 3)
        )
    )
    assert sum(isinstance(one, AlreadyTaken) for one in answers) == 2
    assert times("rated") == 1


def test_four_sweeps_at_once_miss_each_unit_once(people):
    made = [blow(people) for _ in range(20)]
    late = max(one.report_in_by for one in made)

    def sweep():
        with clock.at(late):
            return miss_units()

    assert sum(race(sweep, sweep, sweep, sweep)) == 40
    assert set(
        Counter(OperationEntry.objects.filter(event="missed").values_list("operation", "unit")).values()
    ) == {1}


def test_nobody_is_missed_at_what_is_called_off_in_this_moment(people):
    operation = blow(people)

    def sweep():
        with clock.at(operation.report_in_by):
            return miss_units()

    with transaction.atomic():
        cancel_operation(operation.pk, actor=people.dispatcher, reason="下雨")
        assert race(sweep) == [0]
    assert sweep() == 0
    assert times("missed") == 0


def test_a_sweep_and_a_report_in_at_once_leave_one_truth(people):
    for _ in range(4):
        operation = blow(people)

        def sweep(by=operation.report_in_by):
            with clock.at(by):
                return miss_units()

        def come(one=operation):
            with clock.at(one.report_in_by):
                return report_in(one.pk, actor=people.handler, point=one.point)

        answers = race(sweep, come)
        assert not [one for one in answers if isinstance(one, Exception)]
        share = operation.units.get(organisation=people.city.team)
        assert share.reported_in_at is not None
        missed = operation.entries.filter(event="missed", unit=people.city.team).count()
        assert missed == (share.missed_at is not None)


@pytest.mark.parametrize("stop", [cancel_operation, end_operation])
def test_stopped_while_the_last_unit_says_what_it_did_it_is_over_once(people, stop):
    for _ in range(3):
        operation = blow(people)
        for who in (people.handler, people.officer):
            report_in(operation.pk, actor=who, point=operation.point)
        feed_back_operation(operation.pk, actor=people.handler, feedback="已清扫")
        answers = race(
            lambda pk=operation.pk: feed_back_operation(pk, actor=people.officer, feedback="已劝离"),
            lambda pk=operation.pk: stop(pk, actor=people.dispatcher, reason="下雨"),
        )
        assert sum(isinstance(one, StepNotAllowed) for one in answers) == 1, answers
        assert operation.entries.filter(event__in=["done", "ended", "cancelled"]).count() == 1
        operation.refresh_from_db()
        share = operation.units.get(organisation=people.city.street_department)
        assert (share.done_at is not None) == operation.entries.filter(event="done").exists()
        assert operation.ended_at is not None


def test_called_off_and_approved_at_once_no_unit_is_called_to_what_is_off(people):
    for _ in range(3):
        operation = ask_joint(people)
        answers = race(
            lambda pk=operation.pk: decide_operation(pk, actor=people.supervisor, granted=True),
            lambda pk=operation.pk: cancel_operation(pk, actor=people.officer, reason="下雨"),
        )
        assert all(isinstance(one, StepNotAllowed) for one in answers if isinstance(one, Exception)), answers
        operation.refresh_from_db()
        assert operation.state == "cancelled"  # before it was approved, or after
        trail = list(operation.entries.order_by("pk").values_list("event", flat=True))
        assert trail in (["asked", "cancelled"], ["asked", "approved", "cancelled"])
        assert (operation.called_at is not None) == ("approved" in trail)
