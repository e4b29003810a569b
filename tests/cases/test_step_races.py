"""Contested steps: two who act at once, one gets it, the other is told; and nothing is half done."""

from collections.abc import Callable

import pytest
from django.db import transaction

from cases import services as cases
from cases.models import Case, CaseEvent
from cases.workflow import Status
from dispatch import services as dispatch
from gridgov.errors import DomainError
from tests.case_factories import Cast, case_in, make_case, make_cast, make_city
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

CONTESTED: dict[str, tuple[Status, Callable[[Case, Cast], object], Callable[[Case, Cast], object]]] = {
    "register twice": (
        Status.REPORTED,
        lambda case, cast: cases.register_case(case.pk, actor=cast.operator),
        lambda case, cast: cases.register_case(case.pk, actor=cast.operator),
    ),
    "register and refuse": (
        Status.REPORTED,
        lambda case, cast: cases.register_case(case.pk, actor=cast.operator),
        lambda case, cast: cases.refuse_case(case.pk, actor=cast.operator, reason="重复"),
    ),
    "dispatch to two units": (
        Status.REGISTERED,
        lambda case, cast: dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.team),
        lambda case, cast: dispatch.dispatch_case(
            case.pk, actor=cast.dispatcher, unit=cast.city.street_department
        ),
    ),
    "accept and recall": (
        Status.DISPATCHED,
        lambda case, cast: dispatch.accept_case(case.pk, actor=cast.handler),
        lambda case, cast: dispatch.accept_case(case.pk, actor=cast.handler),
    ),
    "feed back twice": (
        Status.HANDLING,
        lambda case, cast: dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了"),
        lambda case, cast: dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了"),
    ),
    "pass and fail": (
        Status.HANDLED,
        lambda case, cast: cases.verify_case(case.pk, actor=cast.inspector, passed=True, note="好了"),
        lambda case, cast: cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="没好"),
    ),
}


@pytest.mark.parametrize("name", CONTESTED)
def test_of_two_at_once_one_succeeds(name: str):
    status, one, other = CONTESTED[name]
    cast = make_cast(make_city())
    case = case_in(status, cast)
    results = race(lambda: one(case, cast), lambda: other(case, cast))
    assert sorted(isinstance(result, Case) for result in results) == [False, True], results
    assert all(isinstance(result, (Case, DomainError)) for result in results), results
    assert CaseEvent.objects.filter(case=case, from_status=status).exclude(to_status=status).count() == 1


def test_merging_crosswise_never_locks_up_and_merges_one():
    cast = make_cast(make_city())
    one, other = make_case(cast), make_case(cast)
    results = race(
        lambda: cases.merge_case(one.pk, actor=cast.operator, into_id=other.pk),
        lambda: cases.merge_case(other.pk, actor=cast.operator, into_id=one.pk),
    )
    assert sum(isinstance(result, Case) for result in results) == 1, results
    assert Case.objects.filter(status=Status.MERGED).count() == 1


def test_numbers_have_no_gap_and_no_double_when_many_report_at_once():
    cast = make_cast(make_city())

    def report():
        return make_case(cast)

    def report_and_fail():
        with transaction.atomic():
            make_case(cast)
            raise RuntimeError("the power is out")

    made = race(*[report] * 12, *[report_and_fail] * 4)
    numbers = sorted(case.number for case in made if isinstance(case, Case))
    day = numbers[0].rsplit("-", 1)[0]
    assert numbers == [f"{day}-{n:06d}" for n in range(1, 13)]
