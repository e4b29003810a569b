"""Calling a joint operation or blowing a whistle."""

import pytest
from django.urls import reverse

from cases.workflow import Status
from dispatch.models import Operation, OperationEntry, OperationKind, OperationRule
from gridgov.models import Notice
from grids.models import AreaLevel, OrganisationKind, Role
from tests.case_factories import case_in, make_case
from tests.dispatch.operation_factories import colleague, rule
from tests.factories import inside, make_area, make_grid, make_organisation

pytestmark = pytest.mark.django_db
ADDRESS = reverse("dispatch:call_operation")


def filled_in(cast, **fields):
    point = inside(cast.city.grid)
    team, department = cast.city.team, cast.city.street_department
    return {
        "caller": cast.city.community_centre.pk,
        "title": "夜市占道",
        "purpose": "清理占道摊档",
        "longitude": point.x,
        "latitude": point.y,
        "unit": [department.pk, team.pk],
        f"duty-{department.pk}": "劝离摊档",
        f"duty-{team.pk}": "清扫路面",
        "lead": department.pk,
        **fields,
    }


def blow(client, person, cast, kind="whistle", case=None, **fields):
    client.force_login(person)
    query = f"?kind={kind}" + (f"&case={case.number}" if case else "")
    return client.post(ADDRESS + query, filled_in(cast, **fields))


def test_a_whistle_calls_its_units_at_once(client, cast):
    response = blow(client, cast.dispatcher, cast)
    operation = Operation.objects.get()
    assert response.url == reverse("dispatch:operation_detail", args=[operation.pk])
    assert (operation.kind, operation.state, operation.area) == ("whistle", "called", cast.city.grid)
    assert operation.called_at
    assert operation.report_in_by > operation.starts_at
    shares = {one.organisation: (one.duty, one.leads) for one in operation.units.all()}
    assert shares == {
        cast.city.street_department: ("劝离摊档", True),
        cast.city.team: ("清扫路面", False),
    }
    told = Notice.objects.filter(event="operation_called")
    assert {(one.recipient, one.urgent) for one in told} == {(cast.officer, True), (cast.handler, True)}
    assert [one.event for one in OperationEntry.objects.all()] == ["called"]


def test_a_joint_operation_waits_for_approval_and_its_units_hear_nothing_yet(client, cast):
    blow(
        client,
        cast.officer,
        cast,
        kind="joint",
        caller=cast.city.street_department.pk,
        unit=[cast.city.team.pk],
    )
    operation = Operation.objects.get()
    assert (operation.state, operation.called_at) == ("asked", None)
    assert {one.recipient for one in Notice.objects.all()} == {cast.supervisor}
    client.force_login(cast.handler)
    assert client.get(reverse("dispatch:operation_detail", args=[operation.pk])).status_code == 404


def test_the_rule_of_the_level_goes_before_the_general_one(client, cast):
    OperationRule.objects.create(
        kind=OperationKind.WHISTLE,
        level=AreaLevel.COMMUNITY,
        needs_approval=True,
        report_in_minutes=15,
        report_in_m=80,
    )
    blow(client, cast.dispatcher, cast)
    operation = Operation.objects.get()
    assert (operation.state, operation.report_in_m) == ("asked", 80)
    assert (operation.report_in_by - operation.starts_at).total_seconds() == 15 * 60


def test_the_grid_leader_blows_too_but_calls_no_joint_operation(client, cast):
    assert blow(client, cast.grid_leader, cast).status_code == 302
    assert blow(client, cast.grid_leader, cast, kind="joint").status_code == 403


def test_nobody_else_blows(client, cast):
    for person in (cast.inspector, cast.operator, cast.handler, cast.leader, cast.officer, cast.citizen):
        assert blow(client, person, cast).status_code == 403
    # A district's centre has nobody above to whistle for.
    assert blow(client, cast.supervisor, cast, caller=cast.city.district_centre.pk).status_code == 403
    assert not Operation.objects.exists()


def test_about_a_case_it_begins_with_what_is_known_and_stands_on_its_page(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.dispatcher)
    page = client.get(reverse("cases:case_detail", args=[case.number])).content.decode()
    assert reverse("dispatch:blow_whistle", args=[case.number]) in page
    led_to = client.get(reverse("dispatch:blow_whistle", args=[case.number])).url
    form = client.get(led_to).content.decode()
    assert "桂澜路 1 号" in form
    assert "路灯整夜不亮" in form
    assert blow(client, cast.dispatcher, cast, case=case).status_code == 302
    shown = client.get(reverse("dispatch:case_operations", args=[case.number])).content.decode()
    assert "夜市占道" in shown


def test_a_case_that_one_may_not_see_or_that_is_over_is_refused(client, cast):
    closed = case_in(Status.CLOSED, cast)
    assert blow(client, cast.dispatcher, cast, case=closed).status_code == 409
    assert blow(client, cast.stranger, cast, case=make_case(cast)).status_code in (403, 404)
    client.force_login(cast.stranger)
    assert client.get(reverse("dispatch:case_operations", args=[closed.number])).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Say in a few words what it is about."),
        ({"unit": []}, "Choose the units that are called."),
        ({"longitude": ""}, "Choose the place on the map."),
        ({"longitude": "1", "latitude": "1"}, "does not lie in the caller"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client, cast, change, said):
    client.force_login(cast.dispatcher)
    response = client.post(
        ADDRESS + "?kind=whistle", filled_in(cast, **change), headers={"Accept-Language": "en"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "清理占道摊档" in page
    if change.get("unit") != []:
        assert "劝离摊档" in page
    assert not Operation.objects.exists()


def test_all_that_is_missing_is_said_at_once(client, cast):
    client.force_login(cast.dispatcher)
    sent = filled_in(cast, title="", unit=[], longitude="")
    page = client.post(ADDRESS + "?kind=whistle", sent, headers={"Accept-Language": "en"}).content.decode()
    for said in ("Say in a few words", "Choose the units that are called.", "Choose the place on the map."):
        assert said in page


def test_a_unit_without_a_duty_is_refused(client, cast):
    response = blow(client, cast.dispatcher, cast, **{f"duty-{cast.city.team.pk}": " "})
    assert response.status_code == 422


def test_a_unit_of_another_district_or_a_command_centre_is_not_called(client, cast):
    elsewhere = make_organisation(make_area(), OrganisationKind.DEPARTMENT)
    response = blow(client, cast.dispatcher, cast, unit=[elsewhere.pk, cast.city.street_centre.pk])
    assert response.status_code == 422
    assert not Operation.objects.exists()


def test_the_place_lies_in_the_callers_area(client, cast):
    other = make_area(AreaLevel.COMMUNITY, parent=cast.city.street, name="夏北社区")
    place = inside(other)
    response = blow(client, cast.dispatcher, cast, longitude=place.x, latitude=place.y)
    assert response.status_code == 422


def test_when_nobody_could_approve_it_says_so(client, cast):
    rule("whistle", needs_approval=True)
    caller = colleague(cast, "lonely", Role.SUPERVISOR, cast.city.street_centre)
    cast.supervisor.posts.update(valid_to="2001-01-01", valid_from="2000-01-01")
    response = blow(client, caller, cast, caller=cast.city.street_centre.pk)
    assert response.status_code == 422
    assert not Operation.objects.exists()


def test_sent_twice_it_is_called_once(client, cast):
    for _ in range(2):
        assert blow(client, cast.dispatcher, cast, idempotency_key="one-whistle").status_code == 302
    assert Operation.objects.count() == 1


def test_other_units_are_found_by_name(client, cast):
    client.force_login(cast.dispatcher)
    found = client.get(reverse("dispatch:operation_units"), {"unit_words": "城管局"}).content.decode()
    assert "南海区城管局" in found
    assert "桂城街道城管办" not in found
    client.force_login(cast.citizen)
    assert client.get(reverse("dispatch:operation_units"), {"unit_words": "局"}).status_code == 403


def test_nobody_calls_about_a_case_that_lies_elsewhere_though_they_see_it(client, cast):
    """One's own report from another community."""
    city = cast.city
    beside = make_area(AreaLevel.COMMUNITY, parent=city.street, name="夏东")
    grid = make_grid(beside)
    case = make_case(cast, actor=cast.dispatcher, point=inside(grid))
    assert case.community == beside
    assert blow(client, cast.dispatcher, cast, case=case).status_code == 403
    assert not Operation.objects.exists()
    assert blow(client, cast.dispatcher, cast, case=make_case(cast)).status_code == 302
