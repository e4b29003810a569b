"""Joint units: called in with a duty, each does its part; the lead waits for them or says why not."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.actions import offered_actions
from cases.models import Case
from cases.parts import parts_of
from cases.services import reopen_case, verify_case
from cases.workflow import Action, Status
from dispatch import services as dispatch
from gridgov.errors import StepNotAllowed
from gridgov.models import Notice
from grids.models import Role
from tests.case_factories import case_in, jpeg
from tests.factories import make_post, make_user
from tests.pages import part

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def address(case, step):
    return reverse(f"dispatch:{step}", args=[case.number])


def joined(cast, status=Status.HANDLING, duty="封闭半幅车道"):
    """A case of the team's with the street's department called in; `cast.officer` works there."""
    case = case_in(status, cast)
    return dispatch.join_unit(case.pk, actor=cast.dispatcher, unit=cast.city.street_department, duty=duty)


def state(case):
    case.refresh_from_db()
    return [(p.unit.name, p.duty, str(p.state)) for p in parts_of(case)]


# Calling in


def test_joint_units_are_chosen_at_dispatch_each_with_its_duty(client, cast):
    case = case_in(Status.REGISTERED, cast)
    department = cast.city.street_department
    client.force_login(cast.dispatcher)
    html = client.get(address(case, "dispatch_case"), headers=ENGLISH).content.decode()
    assert f'name="duty.{department.pk}"' in html
    client.post(
        address(case, "dispatch_case"),
        {"unit": cast.city.team.pk, "joint": [department.pk], f"duty.{department.pk}": "封闭半幅车道"},
    )
    case.refresh_from_db()
    assert (case.status, case.unit, case.joint_unit_ids) == (
        Status.DISPATCHED,
        cast.city.team,
        [department.pk],
    )
    assert state(case) == [("桂城街道城管办", "封闭半幅车道", "join")]
    assert [event.unit for event in case.events.order_by("seq")][-2:] == [cast.city.team, department]
    assert Notice.objects.filter(recipient=cast.officer, event="case_join").exists()


def test_a_joint_unit_needs_a_duty_and_is_not_the_lead_and_what_was_typed_stays(client, cast):
    case = case_in(Status.REGISTERED, cast)
    team, department = cast.city.team, cast.city.street_department
    client.force_login(cast.dispatcher)
    for sent in (
        {"unit": team.pk, "joint": [department.pk], "note": "先联系"},
        {"unit": team.pk, "joint": [team.pk], f"duty.{team.pk}": "一起", "note": "先联系"},
    ):
        response = client.post(address(case, "dispatch_case"), sent, headers=ENGLISH)
        assert response.status_code == 422
        assert "先联系" in response.content.decode()
        assert response.context["form"].errors["joint"]
    case.refresh_from_db()
    assert (case.status, case.joint_unit_ids) == (Status.REGISTERED, [])


def test_a_unit_is_called_in_later_but_not_twice_nor_the_lead(client, cast):
    case = case_in(Status.HANDLING, cast)
    department = cast.city.street_department
    client.force_login(cast.dispatcher)
    for unit, duty, status in (
        (department, " ", 422),
        (cast.city.team, "封路", 422),
        (cast.city.street_centre, "封路", 422),
        (department, "封路", 302),
        (department, "再封路", 422),
    ):
        sent = client.post(address(case, "join_unit"), {"unit": unit.pk, "duty": duty})
        assert sent.status_code == status, (unit, duty)
    assert state(case) == [("桂城街道城管办", "封路", "join")]


def test_a_unit_that_has_just_returned_it_gets_no_part_of_it_either(client, cast):
    case, team = case_in(Status.HANDLING, cast), cast.city.team
    dispatch.ask_return(case.pk, actor=cast.handler, reason="不归我们")
    dispatch.decide_request(case.pk, actor=cast.dispatcher, granted=True)
    client.force_login(cast.dispatcher)
    for step, sent in (
        ("join_unit", {"unit": team.pk, "duty": "封路"}),
        (
            "dispatch_case",
            {"unit": cast.city.street_department.pk, "joint": [team.pk], f"duty.{team.pk}": "封路"},
        ),
    ):
        answer = client.post(address(case, step), sent, headers=ENGLISH)
        assert answer.status_code == 422
        assert "straight back" in answer.content.decode()
    dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.street_department)
    dispatch.join_unit(case.pk, actor=cast.dispatcher, unit=team, duty="封路")  # another leads now
    assert state(case) == [(team.name, "封路", "join")]


def test_a_unit_whose_part_is_done_may_be_called_in_again(cast):
    case = joined(cast)
    dispatch.feed_back_part(case.pk, actor=cast.officer, note="封好了")
    dispatch.join_unit(case.pk, actor=cast.dispatcher, unit=cast.city.street_department, duty="撤围挡")
    assert [row[1:] for row in state(case)] == [("封闭半幅车道", "feed_back_part"), ("撤围挡", "join")]


def test_a_unit_with_a_part_can_not_lead_until_it_is_released(client, cast):
    case = joined(cast, Status.REGISTERED)
    client.force_login(cast.dispatcher)
    department = cast.city.street_department
    html = client.get(address(case, "dispatch_case")).content.decode()
    assert f'value="{department.pk}" disabled' in html
    assert client.post(address(case, "dispatch_case"), {"unit": department.pk}).status_code == 422
    dispatch.release_unit(case.pk, actor=cast.dispatcher, unit=department, reason="由你牵头")
    assert client.post(address(case, "dispatch_case"), {"unit": department.pk}).status_code == 302


# The part


def test_a_member_accepts_and_reports_the_part_with_a_photo(client, cast):
    case = joined(cast)
    client.force_login(cast.officer)
    html = client.get(address(case, "accept_part"), headers=ENGLISH).content.decode()
    assert "封闭半幅车道" in html
    client.post(address(case, "accept_part"))
    assert client.post(address(case, "feed_back_part"), {"note": ""}).status_code == 422
    client.post(address(case, "feed_back_part"), {"note": "围挡已立", "photos": [jpeg()]})
    case.refresh_from_db()
    (found,) = parts_of(case)
    assert (found.is_open, found.note, len(found.photos)) == (False, "围挡已立", 1)
    assert found.accepted_at
    assert found.accepted_at <= found.done_at
    assert case.status == Status.HANDLING
    assert Notice.objects.filter(event="case_feed_back_part", recipient=cast.handler).exists()
    # Done is done: the page says so, and offers it no more.
    assert client.get(address(case, "feed_back_part")).status_code == 409
    assert client.post(address(case, "feed_back_part"), {"note": "再来"}).status_code == 409


def test_parts_stand_on_the_page_of_the_case_and_in_its_sheet(client, cast):
    case = joined(cast)
    client.force_login(cast.handler)
    where = reverse("cases:case_detail", args=[case.number])
    for html in (client.get(where).content.decode(), part(client, where).content.decode()):
        assert "封闭半幅车道" in html
        assert "桂城街道城管办" in html


def test_others_may_not_and_strangers_find_nothing(client, cast):
    case = joined(cast)
    for person, step, status in (
        (cast.handler, "join_unit", 403),
        (cast.officer, "join_unit", 403),
        (cast.officer, "release_unit", 403),
        (cast.handler, "feed_back_part", 403),
        (cast.dispatcher, "accept_part", 403),
        (cast.officer, "feed_back_case", 403),
        (cast.stranger, "feed_back_part", 404),
        (cast.stranger, "join_unit", 404),
    ):
        client.force_login(person)
        assert client.get(address(case, step)).status_code == status, (person, step)
        assert client.post(address(case, step), {"note": "x"}).status_code == status, (person, step)


def test_nobody_of_a_joint_unit_verifies(client, cast):
    make_post(cast.grid_leader, Role.OFFICER, cast.city.street_department)
    case = joined(cast)
    dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了")
    dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了")
    client.force_login(cast.grid_leader)
    assert client.get(reverse("cases:verify_case", args=[case.number])).status_code == 403
    verify_case(case.pk, actor=cast.inspector, passed=True, note="好了")


# The end of it


def test_the_lead_waits_for_the_parts_or_says_why_not(client, cast):
    case = joined(cast)
    client.force_login(cast.handler)
    name = f"without.{cast.city.street_department.code}"
    assert f'name="{name}"' in client.get(address(case, "feed_back_case")).content.decode()
    refused = client.post(address(case, "feed_back_case"), {"note": "做完了"}, headers=ENGLISH)
    assert refused.status_code == 422
    assert "has not done its part" in refused.content.decode()
    assert "做完了" in refused.content.decode()
    client.post(address(case, "feed_back_case"), {"note": "做完了", name: "夜间再封"})
    case.refresh_from_db()
    assert case.status == Status.HANDLED
    assert parts_of(case)[0].left_because == "夜间再封"


def test_with_all_parts_done_the_lead_is_asked_nothing(client, cast):
    case = joined(cast)
    dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了")
    client.force_login(cast.handler)
    assert "without." not in client.get(address(case, "feed_back_case")).content.decode()
    client.post(address(case, "feed_back_case"), {"note": "做完了"})
    case.refresh_from_db()
    assert case.status == Status.HANDLED


def test_a_released_unit_is_told_why_and_has_nothing_more_to_do_with_it(client, cast):
    case = joined(cast)
    client.force_login(cast.dispatcher)
    assert client.get(address(case, "release_unit")).status_code == 200
    department = cast.city.street_department
    assert client.post(address(case, "release_unit"), {"unit": department.pk}).status_code == 422
    client.post(address(case, "release_unit"), {"unit": department.pk, "reason": "不用封路了"})
    case.refresh_from_db()
    assert case.joint_unit_ids == []
    assert Notice.objects.filter(event="case_release", recipient=cast.officer).exists()
    client.force_login(cast.officer)
    assert client.get(address(case, "feed_back_part")).status_code == 404


def test_a_part_that_is_done_is_not_released(cast):
    case = joined(cast)
    dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了")
    assert Action.RELEASE not in _offered(cast.dispatcher, case)
    with pytest.raises(ValidationError):
        dispatch.release_unit(
            case.pk, actor=cast.dispatcher, unit=cast.city.street_department, reason="不用了"
        )


def _offered(user, case):
    case.refresh_from_db()
    return offered_actions(user, case)


def test_a_recall_keeps_the_parts_and_they_go_on_after_the_next_dispatch(cast):
    case = joined(cast)
    dispatch.recall_case(case.pk, actor=cast.dispatcher, reason="派错")
    with pytest.raises(StepNotAllowed):
        dispatch.accept_part(case.pk, actor=cast.officer)
    dispatch.dispatch_case(case.pk, actor=cast.dispatcher, unit=cast.city.district_department)
    dispatch.accept_part(case.pk, actor=cast.officer)
    assert state(case)[0][2] == "accept_part"


def test_a_reopened_case_asks_nobody_for_an_old_part(cast):
    case = joined(cast)
    without = {cast.city.street_department.code: "夜间再封"}
    dispatch.feed_back_case(case.pk, actor=cast.handler, note="好了", without=without)
    verify_case(case.pk, actor=cast.inspector, passed=True, note="好了")
    assert Case.objects.visible_to(cast.officer).filter(pk=case.pk).exists()
    reopen_case(case.pk, actor=cast.operator, reason="又坏了")
    assert state(case)[0][2] == "release"
    assert case.joint_unit_ids == []


# Where members find it


def test_the_part_waits_on_the_phone_and_in_the_units_list_until_it_is_done(client, cast):
    case = joined(cast)
    client.force_login(cast.officer)
    for url in (
        reverse("dispatch:handling_list"),
        reverse("dispatch:unit_list"),
        reverse("inspections:today"),
    ):
        assert case.number in client.get(url).content.decode(), url
    assert "封闭半幅车道" in client.get(reverse("dispatch:handling_list")).content.decode()
    led = client.get(reverse("inspections:next_step", args=[case.number]))
    assert led.url.startswith(address(case, "accept_part"))
    dispatch.accept_part(case.pk, actor=cast.officer)
    assert client.get(reverse("inspections:next_step", args=[case.number])).url == address(
        case, "feed_back_part"
    )
    dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了")
    for url in (
        reverse("dispatch:handling_list"),
        reverse("dispatch:unit_list"),
        reverse("inspections:today"),
    ):
        assert case.number not in client.get(url).content.decode(), url


def test_more_parts_on_the_phone_cost_no_more_queries(client, cast):
    client.force_login(cast.officer)
    counts = []
    for _n in range(2):
        joined(cast)
        joined(cast)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("dispatch:handling_list"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_whoever_works_in_two_units_does_the_part_that_is_still_open(cast):
    both = make_user("both")
    make_post(both, Role.HANDLER, cast.city.street_department)
    make_post(both, Role.HANDLER, cast.city.district_department)
    case = joined(cast)
    dispatch.join_unit(case.pk, actor=cast.dispatcher, unit=cast.city.district_department, duty="清运")
    dispatch.feed_back_part(case.pk, actor=cast.officer, note="好了")
    dispatch.feed_back_part(case.pk, actor=both, note="运走了")
    assert [row[2] for row in state(case)] == ["feed_back_part", "feed_back_part"]
