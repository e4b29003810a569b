"""POST cases/<number>/settle/."""

import pytest

from tests.case_factories import jpeg, make_case
from tests.cases.api.caller import Caller, codes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("every", "status"), [(0, "closed"), (1, "handled")])
def test_the_reporter_settles_it_and_a_sample_is_verified_by_others(cast, settings, every, status):
    settings.SETTLED_SAMPLE_EVERY = every

    told = (
        Caller(cast.inspector)
        .step(make_case(cast), "settle", {"photos": [jpeg()]}, format="multipart")
        .json()
    )

    assert (told["status"], told["settled_on_the_spot"]) == (status, True)
    assert [photo["kind"] for photo in told["photos"]] == ["after"]


def test_it_needs_a_photo(cast):
    response = Caller(cast.inspector).step(make_case(cast), "settle", {"note": "好了"})

    assert response.status_code == 400
    assert codes(response) == ["photo_missing"]


def test_nobody_settles_what_somebody_else_reported(cast):
    response = Caller(cast.operator).step(make_case(cast), "settle", {"photos": [jpeg()]}, format="multipart")

    assert response.status_code == 403
