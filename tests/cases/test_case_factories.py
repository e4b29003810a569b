"""The factories carry a case to every status through the services."""

import pytest

from cases.models import CasePhoto
from cases.services import answer_check
from cases.workflow import Status
from tests.case_factories import case_in, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", Status)
def test_a_case_reaches_every_status_with_a_story(cast, status):
    case = case_in(status, cast)
    assert case.status == status
    events = list(case.events.all())
    assert [event.seq for event in events] == list(range(1, case.version + 1))
    assert events[-1].to_status == status


def test_photos_hang_on_the_step_they_came_with(cast):
    case = case_in(Status.CHECKING, cast)
    answer_check(
        case.pk, actor=cast.grid_leader, is_true=True, photos=stored(cast.grid_leader, "red", "blue")
    )
    assert CasePhoto.objects.filter(case=case, event__action="answer_check").count() == 2
