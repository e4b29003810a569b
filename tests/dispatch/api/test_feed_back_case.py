"""POST cases/<number>/feed-back/."""

import pytest

from cases.workflow import Status
from tests.case_factories import case_in, jpeg
from tests.cases.api.caller import Caller, codes

pytestmark = pytest.mark.django_db


def test_a_photo_of_the_result_comes_along(cast):
    case = case_in(Status.HANDLING, cast)

    told = Caller(cast.handler).step(case, "feed-back", {"photos": [jpeg()]}, format="multipart").json()

    assert told["status"] == "handled"
    assert [photo["kind"] for photo in told["photos"]] == ["after"]


def test_or_the_reason_why_there_is_none(cast):
    case = case_in(Status.HANDLING, cast)

    assert codes(Caller(cast.handler).step(case, "feed-back")) == ["photo_missing"]
    assert Caller(cast.handler).step(case, "feed-back", {"note": "天黑拍不了"}).status_code == 200


def test_before_it_is_accepted_there_is_nothing_to_report(cast):
    assert (
        Caller(cast.handler).step(case_in(Status.DISPATCHED, cast), "feed-back", {"note": "好了"}).status_code
        == 409
    )
