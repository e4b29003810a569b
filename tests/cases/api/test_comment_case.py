"""POST cases/<number>/comment/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.cases.api.caller import Caller
from tests.inspection_factories import photo_ahead

pytestmark = pytest.mark.django_db


def test_a_leader_writes_into_the_timeline_and_no_clock_moves(cast):
    case = make_case(cast)

    told = Caller(cast.leader).step(case, "comment", {"text": "请尽快"}).json()

    assert told["version"] == 2
    assert case.events.latest("seq").note == "请尽快"
    assert case.events.latest("seq").due_after == case.stage_due_at


def test_photos_that_were_sent_ahead_go_along(cast):
    case, name = case_in(Status.CLOSED, cast), photo_ahead(cast.inspector)
    said = {"text": "我也去看过", "photo_uuids": [str(name)]}
    assert Caller(cast.inspector).step(case, "comment", said).status_code == 200
    assert case.events.latest("seq").photos.get().photo.client_uuid == name


def test_also_when_the_case_is_closed(cast):
    assert (
        Caller(cast.leader).step(case_in(Status.CLOSED, cast), "comment", {"text": "很好"}).status_code == 200
    )


@pytest.mark.parametrize("text", ["", "  ", None, "\0", {}])
def test_there_must_be_something_to_write(cast, text):
    assert Caller(cast.leader).step(make_case(cast), "comment", {"text": text}).status_code == 400


def test_a_comment_on_a_closed_case_does_not_close_it_anew(cast):
    case = case_in(Status.CLOSED, cast)

    assert Caller(cast.inspector).step(case, "comment", {"text": "又坏了"}).status_code == 200

    before = case.closed_at
    case.refresh_from_db()
    assert case.closed_at == before
