"""POST cases/<number>/merge/ and unmerge/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import Caller, codes
from tests.factories import inside, make_grid, make_organisation

pytestmark = pytest.mark.django_db


def test_a_case_joins_another_by_its_number_and_leaves_it_again(cast):
    case, into = make_case(cast), make_case(cast)
    operator = Caller(cast.operator)

    told = operator.step(case, "merge", {"into": into.number, "note": "同一盏灯"}).json()
    assert (told["status"], told["merged_into"]) == ("merged", into.number)

    told = operator.step(case, "unmerge").json()
    assert (told["status"], told["merged_into"]) == ("reported", None)


@pytest.mark.parametrize("into", [None, "", "440605-20200101-000001", "\0", 7, {}])
def test_the_other_case_must_exist(cast, into):
    response = Caller(cast.operator).step(make_case(cast), "merge", {"into": into})

    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "into"


def test_a_case_of_which_one_knows_nothing_looks_as_if_it_did_not_exist(cast):
    elsewhere = make_grid()
    make_organisation(elsewhere.parent.parent.parent)
    hidden = make_case(cast, point=inside(elsewhere))

    answers = [
        Caller(cast.operator).step(make_case(cast), "merge", {"into": number})
        for number in (hidden.number, "440605-20200101-000001")
    ]

    assert answers[0].json() == answers[1].json()
    assert codes(answers[0]) == ["unknown"]


def test_a_closed_case_and_the_case_itself_are_no_choice(cast):
    case, closed = make_case(cast), case_in(Status.CLOSED, cast)

    for into in (case, closed):
        response = Caller(cast.operator).step(case, "merge", {"into": into.number})
        assert response.status_code == 400
        assert codes(response) == ["not_mergeable"]
