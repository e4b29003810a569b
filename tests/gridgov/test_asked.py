"""Where a list goes on: a number that can't be a row's is passed over."""

import pytest

from gridgov.asked import number_asked
from tests.registry_factories import make_object


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("x", None),
    ],
)
def test_only_what_can_be_a_rows_number_is_one(text, number):
    assert number_asked(text) == number


@pytest.mark.parametrize("digits", [18, 19, 5000])
@pytest.mark.parametrize(
    "page",
    [
        "/api/v1/registry/objects/S-1/history/?part=visits&before={}",
        "/registry/S-1/history/?part=visits&before={}",
        "/registry/S-1/?before={}",
        "/registry/S-1/?licences_before={}",
        "/registry/proposals/?from={}",
        "/m/diary/?before={}",
        "/m/cases/?before={}",
    ],
)
def test_no_list_breaks_at_a_long_number(client, cast, page, digits):
    make_object(cast.city.grid, code="S-1")
    client.force_login(cast.inspector)
    assert client.get(page.format("9" * digits)).status_code == 200


@pytest.mark.parametrize("digits", [18, 19, 5000])
@pytest.mark.parametrize(
    "page",
    [
        *(
            f"/cases/?{name}={{}}"
            for name in ("case_class", "major", "not_class", "not_major", "hour", "spot")
        ),
        *(f"/api/v1/cases/?{name}={{}}" for name in ("case_class", "major", "not_class", "hour")),
        "/map/tracks/?bbox=113,23,113.1,23.1&zoom=15&person={}",
        "/map/cases/?bbox=113,23,113.1,23.1&zoom={}",
        "/figures/spots/?metres={}",
    ],
)
def test_no_filter_breaks_at_a_long_number(client, cast, page, digits):
    client.force_login(cast.supervisor)
    assert client.get(page.format("9" * digits)).status_code in (200, 400)
