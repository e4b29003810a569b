"""Merging a report into another case, and taking it out again."""

import pytest
from django.urls import reverse

from cases.services import merge_case, refuse_case, unmerge_case
from cases.workflow import Status
from dispatch import services as dispatch
from grids.models import Role
from tests.case_factories import case_in, make_case
from tests.factories import make_organisation, make_post, make_user

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


# What the reporters hear


def two_reports(cast):
    """The inspector's case, and the grid leader's merged into it."""
    main, other = make_case(cast), make_case(cast, actor=cast.grid_leader)
    merge_case(other.pk, actor=cast.operator, into_id=main.pk)
    return main, other


def told(who, event):
    """The numbers of the cases that a person was told of."""
    return [notice.params["number"] for notice in who.notices.filter(event=event).order_by("pk")]


def test_both_reporters_hear_that_they_were_joined(cast):
    main, other = two_reports(cast)
    assert told(cast.grid_leader, "case_merge") == [other.number]
    assert told(cast.inspector, "case_merged_here") == [main.number]


def close(client, case, cast):
    dispatch.feed_back_case(case.pk, actor=cast.handler, note="已换灯泡")
    client.force_login(cast.grid_leader)
    client.post(address(case, "verify_case"), {"passed": "yes", "note": "灯亮了"})


def void(client, case, cast):
    client.force_login(cast.supervisor)
    client.post(address(case, "void_case"), {"reason": "测试数据"})


@pytest.mark.parametrize(
    ("end", "event", "actor"), [(close, "case_verify_pass", "grid_leader"), (void, "case_void", "supervisor")]
)
def test_each_hears_how_it_ends_of_the_case_that_is_theirs(client, cast, end, event, actor):
    second = make_user("second")
    make_post(second, Role.INSPECTOR, cast.city.community_centre, area=cast.city.grid)
    case, other = case_in(Status.HANDLING, cast), make_case(cast, actor=second)
    mine = make_case(cast, actor=getattr(cast, actor))
    for merged in (other, mine):
        merge_case(merged.pk, actor=cast.operator, into_id=case.pk)
    end(client, case, cast)
    assert told(cast.inspector, event) == [case.number]
    assert told(second, event) == [other.number]
    assert told(getattr(cast, actor), event) == []  # they know
    client.force_login(second)
    url = second.notices.get(event=event).url
    assert client.get(url, follow=True).status_code == 200


def test_taken_apart_again_it_is_no_longer_told(cast):
    main, other = two_reports(cast)
    unmerge_case(other.pk, actor=cast.operator)
    refuse_case(main.pk, actor=cast.operator, reason="不属于受理范围")
    assert told(cast.grid_leader, "case_refuse") == []
    assert told(cast.inspector, "case_refuse") == [main.number]
