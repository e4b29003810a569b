"""The filter of the cases in which somebody may take a step says the same as the judge of one case."""

import pytest

from cases.models import Case
from cases.permissions import can_take_step, where_may_take
from cases.services import settle_case
from cases.workflow import Action, Status
from tests.case_factories import case_in, make_case, stored
from tests.factories import make_post

pytestmark = pytest.mark.django_db


def test_the_filter_finds_the_cases_in_which_the_person_may_take_the_step(cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 1
    for status in Status:
        case_in(status, cast)
    settled = make_case(cast)
    settle_case(settled.pk, actor=cast.inspector, photos=stored(cast.inspector))
    # Somebody of the finding side who belongs to the handling unit as well.
    make_post(cast.grid_leader, "handler", cast.city.team)
    people = [value for name, value in vars(cast).items() if name != "city"]
    for person in people:
        for action in Action:
            found = set(Case.objects.filter(where_may_take(person, action)))
            assert found == {case for case in Case.objects.all() if can_take_step(person, case, action)}, (
                person,
                action,
            )
