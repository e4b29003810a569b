"""Contested parts: of two at once one is done, and nothing is half done."""

import pytest

from cases.models import Case, CaseEvent
from cases.parts import parts_of
from cases.workflow import Action, Status
from dispatch import services as dispatch
from grids.models import Role
from tests.case_factories import case_in, make_cast, make_city
from tests.factories import make_post, make_user
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def _joined():
    cast = make_cast(make_city())
    colleague = make_user("colleague")
    make_post(colleague, Role.HANDLER, cast.city.street_department)
    case = case_in(Status.HANDLING, cast)
    dispatch.join_unit(case.pk, actor=cast.dispatcher, unit=cast.city.street_department, duty="封路")
    return cast, colleague, case


def _done(results):
    return sorted(isinstance(result, Case) for result in results)


def test_two_members_report_the_same_part():
    cast, colleague, case = _joined()
    results = race(
        lambda: dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了"),
        lambda: dispatch.feed_back_part(case.pk, actor=colleague, note="我也好了"),
    )
    assert _done(results) == [False, True], results
    assert CaseEvent.objects.filter(case=case, action=Action.FEED_BACK_PART).count() == 1


def test_a_release_against_a_report():
    cast, _colleague, case = _joined()
    results = race(
        lambda: dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了"),
        lambda: dispatch.release_unit(
            case.pk, actor=cast.dispatcher, unit=cast.city.street_department, reason="不用了"
        ),
    )
    assert _done(results) == [False, True], results
    (part,) = parts_of(case)
    assert not part.is_open


def test_the_same_unit_called_in_twice():
    cast, _colleague, case = _joined()
    results = race(
        *[
            lambda: dispatch.join_unit(
                case.pk, actor=cast.dispatcher, unit=cast.city.district_department, duty="清运"
            )
        ]
        * 2
    )
    assert _done(results) == [False, True], results
    assert len(parts_of(case)) == 2


def test_the_lead_reports_while_a_unit_is_called_in():
    cast = make_cast(make_city())
    case = case_in(Status.HANDLING, cast)
    race(
        lambda: dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了"),
        lambda: dispatch.join_unit(
            case.pk, actor=cast.dispatcher, unit=cast.city.street_department, duty="封路"
        ),
    )
    case.refresh_from_db()
    # Whichever came first: it is never handled while a part stands open without a reason.
    assert not (case.status == Status.HANDLED and any(p.is_open for p in parts_of(case)))
