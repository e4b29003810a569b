"""Merging a report into another case, and taking it out again."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def address(case, step="merge_case"):
    return reverse(f"cases:{step}", args=[case.number])


def test_a_case_nearby_is_offered_and_chosen(client, cast):
    other, case = case_in(Status.HANDLING, cast), make_case(cast)
    client.force_login(cast.operator)
    assert client.get(address(case)).context["similar"].others == [other]
    client.post(address(case), {"into": other.number})
    case.refresh_from_db()
    assert (case.status, case.merged_into) == (Status.MERGED, other)


def test_any_other_by_its_number(client, cast):
    other = make_case(cast, case_class=cast.city.other_class)
    case = make_case(cast)
    client.force_login(cast.operator)
    client.post(address(case), {"into_number": f" {other.number} ", "note": "同一处"})
    case.refresh_from_db()
    assert case.merged_into == other


def test_a_link_may_bring_the_number(client, cast):
    other, case = make_case(cast), make_case(cast)
    client.force_login(cast.operator)
    html = client.get(f"{address(case)}?into={other.number}").content.decode()
    assert f'value="{other.number}" checked' in html


def test_what_cannot_be_merged_is_said_and_the_words_are_kept(client, cast):
    case, closed = make_case(cast), case_in(Status.CLOSED, cast)
    client.force_login(cast.operator)
    for number in ("", "440699-20260101-000001", case.number, closed.number):
        response = client.post(address(case), {"into_number": number, "note": "同一处"})
        assert response.status_code == 422, number
        assert "同一处" in response.content.decode()
    case.refresh_from_db()
    assert case.status == Status.REPORTED


def test_a_case_that_one_may_not_see_does_not_exist(client, cast):
    hidden = make_case(cast, point=None, district=make_organisation().area)
    case = make_case(cast)
    client.force_login(cast.operator)
    assert client.post(address(case), {"into_number": hidden.number}).status_code == 422


def test_taken_apart_it_is_as_before(client, cast):
    case = case_in(Status.MERGED, cast)
    client.force_login(cast.operator)
    assert client.get(address(case, "unmerge_case")).status_code == 200
    client.post(address(case, "unmerge_case"), {"note": "不是同一处"})
    case.refresh_from_db()
    assert (case.status, case.merged_into) == (Status.REPORTED, None)


def test_others_may_not(client, cast):
    case, merged = make_case(cast), case_in(Status.MERGED, cast)
    for person, status in ((cast.inspector, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.get(address(case)).status_code == status
        assert client.get(address(merged, "unmerge_case")).status_code == status
