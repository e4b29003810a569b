"""The timeline in words."""

import pytest
from django.utils import translation

from cases.models import CaseEvent
from cases.services import amend_case, answer_check
from cases.story import TOLD, events_of, story_of
from cases.workflow import Action, Status
from tests.case_factories import case_in, make_case
from tests.factories import inside

pytestmark = pytest.mark.django_db


def told(case):
    """The story in English, oldest first."""
    with translation.override("en"):
        return [entry.did for entry in story_of(case, events_of(case))][::-1]


def test_every_action_is_told():
    assert set(TOLD) == set(Action)


def test_a_whole_life(cast):
    assert told(case_in(Status.CLOSED, cast)) == [
        "Reported",
        "Registered",
        f"Dispatched to {cast.city.team}",
        "Accepted",
        "Reported as handled",
        "Verified: solved, closed",
    ]


def test_names_times_and_answers_are_in_the_words(cast):
    suspended, merged = case_in(Status.SUSPENDED, cast), case_in(Status.MERGED, cast)
    asked = CaseEvent.objects.get(case=suspended, action=Action.ASK_SUSPENSION)
    assert told(suspended)[-2].startswith("Asked for a suspension until 20")
    assert asked.data["until"]
    assert told(merged)[-1] == f"Merged into {merged.merged_into.number}"
    checking = case_in(Status.CHECKING, cast)
    answer_check(checking.pk, actor=cast.inspector, is_true=False, note="灯是亮的")
    assert told(checking)[-1] == "Checked on the spot: it is not as reported"
    case = make_case(cast)
    amend_case(case.pk, actor=cast.operator, point=inside(cast.city.other_grid), address="别处")
    assert told(case)[-1] == "Corrected: address, place"
