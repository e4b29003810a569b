"""A finding knows what became of its case."""

import pytest

from cases import services as cases
from cases.models import Case
from dispatch import services as dispatch
from inspections.models import ChecklistItem, Finding, FindingState
from inspections.services.findings import follow_cases
from inspections.services.visits import Given
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type


@pytest.fixture
def finding(cast):
    """Something abnormal at a shop, which became a case."""
    shop = make_object(cast.city.grid, make_type())
    make_checklist([shop.type], [{"case_class": cast.city.case_class}])
    item = ChecklistItem.objects.get().pk
    make_visit(cast.inspector, shop, Given(item, "abnormal", photos=[photo_ahead(cast.inspector)]))
    return Finding.objects.get()


def close(case: Case, cast) -> None:
    cases.register_case(case.pk, actor=cast.operator)
    dispatch.dispatch_case(case.pk, actor=cast.dispatcher)
    dispatch.accept_case(case.pk, actor=cast.handler)
    dispatch.feed_back_case(case.pk, actor=cast.handler, note="已更换")
    cases.verify_case(case.pk, actor=cast.grid_leader, passed=True, note="好了")


def state_of(finding: Finding) -> tuple[str, bool]:
    finding.refresh_from_db()
    return finding.state, finding.ended_at is not None


def test_while_its_case_is_open_nothing_changes(finding):
    assert follow_cases() == 0
    assert state_of(finding) == (FindingState.IN_CASE, False)


def test_a_closed_case_has_solved_it_at_that_moment(finding, cast):
    close(finding.case, cast)
    assert follow_cases() == 1
    assert state_of(finding) == (FindingState.SOLVED, True)
    assert finding.ended_at == Case.objects.get().closed_at
    assert follow_cases() == 0


def test_a_refused_or_void_case_drops_it_and_a_reopened_one_takes_it_up_again(finding, cast):
    cases.refuse_case(finding.case_id, actor=cast.operator, reason="不属于受理范围")
    follow_cases()
    assert state_of(finding) == (FindingState.DROPPED, True)
    cases.reopen_case(finding.case_id, actor=cast.operator, reason="还是要办")
    follow_cases()
    assert state_of(finding) == (FindingState.IN_CASE, False)
    cases.void_case(finding.case_id, actor=cast.supervisor, reason="重复")
    follow_cases()
    assert state_of(finding) == (FindingState.DROPPED, True)


def test_a_merged_case_hands_it_on(finding, cast):
    other = cases.report_case(
        actor=cast.grid_leader,
        point=finding.case.point,
        description="同一处",
        case_class=cast.city.case_class,
    )
    cases.merge_case(finding.case_id, actor=cast.operator, into_id=other.pk)
    follow_cases()
    finding.refresh_from_db()
    assert (finding.case, finding.state) == (other, FindingState.IN_CASE)
    close(other, cast)
    follow_cases()
    assert state_of(finding) == (FindingState.SOLVED, True)
