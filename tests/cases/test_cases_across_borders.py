"""Cases across borders: a line or several places, who leads, who sees and hears of it, and who does a part."""

import json
from datetime import timedelta

import pytest
from django.contrib.gis.geos import LineString, MultiPoint, Point
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases.models import Case
from cases.parts import with_open_part
from cases.permissions import can_see_case, ways_to_see
from cases.queues import waiting_for_intake
from cases.services import amend_case, register_case
from cases.workflow import Action, Status
from dispatch.borders import units_across
from dispatch.models import Responsibility
from gridgov import clock
from gridgov.errors import NotPermitted
from gridgov.models import Notice
from grids.models import AreaLevel, OrganisationKind, Role
from tests.case_factories import case_in, make_case, make_copies
from tests.factories import inside, make_area, make_grid, make_organisation, make_post, make_user

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


class Neighbour:
    """A community beside the city's, with its grid, workstation, operator and team; in the same street or the next."""

    def __init__(self, street, name):
        self.community = make_area(AreaLevel.COMMUNITY, parent=street, name=name)
        self.grid = make_grid(self.community)
        self.centre = make_organisation(self.community)
        self.operator = make_user(f"{name}operator")
        make_post(self.operator, Role.OPERATOR, self.centre)
        self.team = make_organisation(self.community, OrganisationKind.TEAM, name=f"{name}处置队")
        Responsibility.objects.create(level=AreaLevel.COMMUNITY, area=self.community, unit=self.team)


@pytest.fixture
def beside(cast):
    return Neighbour(cast.city.street, "夏东")


@pytest.fixture
def far(cast):
    street = make_area(AreaLevel.STREET, parent=cast.city.district, name="大沥镇")
    neighbour = Neighbour(street, "盐步")
    neighbour.street = street
    neighbour.department = make_organisation(street, OrganisationKind.DEPARTMENT, name="大沥城管办")
    Responsibility.objects.create(level=AreaLevel.STREET, area=street, unit=neighbour.department)
    return neighbour


def places(*grids):
    return MultiPoint([inside(grid) for grid in grids], srid=4326)


def as_text(*grids):
    return "\n".join(f"{inside(grid).x:.6f}, {inside(grid).y:.6f}" for grid in grids)


# Who leads


def test_within_one_community_its_workstation_leads(cast):
    city = cast.city
    case = make_case(cast, extent=places(city.grid, city.other_grid))
    assert case.holder == city.community_centre
    assert case.more_area_ids == [city.other_grid.pk]


def test_through_two_communities_the_street_leads_and_both_workstations_see_it(cast, beside):
    case = make_case(cast, extent=places(cast.city.grid, beside.grid))
    assert (case.holder, case.level) == (cast.city.street_centre, AreaLevel.STREET)
    assert set(case.more_area_ids) == {beside.community.pk, beside.grid.pk}
    assert can_see_case(beside.operator, case)
    assert Case.objects.visible_to(beside.operator).filter(pk=case.pk).exists()
    told = Notice.objects.filter(recipient=beside.operator, subject=f"case:{case.pk}")
    assert [notice.event for notice in told] == ["case_across"]
    assert told[0].params["note"] == cast.city.street_centre.name
    assert not can_see_case(cast.stranger, case)


def test_a_line_through_two_streets_touches_all_between_and_the_district_leads(cast, far):
    line = LineString([inside(cast.city.grid).coords, inside(far.grid).coords], srid=4326)
    case = make_case(cast, extent=line)
    assert case.holder == cast.city.district_centre
    assert {far.street.pk, far.community.pk, far.grid.pk, cast.city.other_grid.pk} <= set(case.more_area_ids)
    assert not {area.pk for area in (cast.city.grid, cast.city.community)} & set(case.more_area_ids)


def test_without_a_point_the_first_one_is_the_place(cast, beside):
    case = make_case(cast, point=None, extent=places(beside.grid, cast.city.grid))
    assert case.grid == beside.grid


# Limits


def test_what_is_too_much_or_lies_outside_is_refused(cast, far):
    here = inside(cast.city.grid)
    abroad = Point(here.x + 5, here.y, srid=4326)

    def refused(extent):
        with pytest.raises(ValidationError) as refusal:
            make_case(cast, extent=extent)
        return refusal.value.error_dict["extent"][0].code

    edge = Point(here.x + 0.3, here.y - 0.5, srid=4326)
    assert refused(MultiPoint([here, edge], srid=4326)) == "too_long"
    near_border = Point(cast.city.district.versions.get().outline.extent[0] - 0.01, here.y, srid=4326)
    assert refused(MultiPoint([here, near_border], srid=4326)) == "outside"
    assert refused(MultiPoint([here, abroad], srid=4326)) == "too_long"
    assert not Case.objects.exists()


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(client, cast, beside):
    case = make_case(cast)
    client.force_login(cast.operator)
    address = reverse("cases:amend_case", args=[case.number])
    one = as_text(cast.city.grid)
    for wrong, words in (
        (one, "Give 2 to 50 points"),
        ("\n".join([one] * 51), "Give 2 to 50 points"),
        (f"{one}\nnowhere", "is no place"),
        (f"{one}\n23.1, 113.1", "is no place"),
        (f"{one}\n150, 20", "20 km at most"),
        (f"{one}\n\x00", "Null characters"),
    ):
        response = client.post(address, {"extent_points": wrong, "description": "油迹"}, headers=ENGLISH)
        assert response.status_code == 422, wrong
        html = response.content.decode()
        assert words in html, wrong
        assert "油迹" in html
    case.refresh_from_db()
    assert case.extent is None


# Saying it later


def test_an_operator_amends_it_and_the_higher_centre_takes_it_and_hears(client, cast, beside):
    case = make_case(cast)
    above = make_user("above")
    make_post(above, Role.OPERATOR, cast.city.street_centre)
    client.force_login(cast.operator)
    sent = {
        "extent_kind": "LineString",
        "extent_points": f"{as_text(cast.city.grid)}\n{beside.community.name}",
    }
    due = case.stage_due_at
    assert client.post(reverse("cases:amend_case", args=[case.number]), sent).status_code == 302
    case.refresh_from_db()
    assert case.holder == cast.city.street_centre
    assert case.extent.geom_type == "LineString"
    assert case.stage_due_at == due
    event = case.events.get(action=Action.AMEND)
    assert {"extent", "holder", "more_area_ids"} <= set(event.data["changed"])
    assert Notice.objects.filter(recipient=above, event="case_report").exists()
    assert Notice.objects.filter(recipient=beside.operator, event="case_across").exists()
    client.force_login(cast.leader)
    html = client.get(reverse("cases:case_detail", args=[case.number]), headers=ENGLISH).content.decode()
    assert "how far it reaches, who leads" in html
    assert beside.community.name in html
    assert "LineString" in html


def test_it_never_goes_down_again(cast, beside):
    case = make_case(cast, extent=places(cast.city.grid, beside.grid))
    above = make_user("above")
    make_post(above, Role.OPERATOR, cast.city.street_centre)
    amend_case(case.pk, actor=above, extent=places(cast.city.grid, cast.city.other_grid))
    case.refresh_from_db()
    assert case.holder == cast.city.street_centre
    assert case.more_area_ids == [cast.city.other_grid.pk]


def test_at_registration_the_centre_over_all_of_it_dispatches(client, cast, beside):
    case = make_case(cast)
    client.force_login(cast.operator)
    address = reverse("cases:register_case", args=[case.number])
    assert 'name="extent_points"' in client.get(address).content.decode()
    sent = {"case_class": cast.city.case_class.pk, "extent_points": as_text(cast.city.grid, beside.grid)}
    assert client.post(address, sent).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.holder) == (Status.REGISTERED, cast.city.street_centre)
    assert Notice.objects.filter(recipient=beside.operator, event="case_across").exists()


def test_registered_without_changing_it_nothing_is_drawn_anew(cast, beside):
    case = make_case(cast)
    register_case(case.pk, actor=cast.operator)
    case.refresh_from_db()
    assert (case.extent, case.more_area_ids, case.holder) == (None, [], cast.city.community_centre)


# Taking it away, and changing it later


def test_what_was_drawn_by_mistake_is_taken_away_and_who_leads_stays(client, cast, beside):
    case = make_case(cast, extent=places(cast.city.grid, beside.grid))
    above = make_user("above")
    make_post(above, Role.OPERATOR, cast.city.street_centre)
    client.force_login(above)
    sent = {"extent_kind": "MultiPoint", "extent_points": "", "description": case.description}
    assert client.post(reverse("cases:amend_case", args=[case.number]), sent).status_code == 302
    case.refresh_from_db()
    assert (case.extent, case.more_area_ids) == (None, [])
    assert case.holder == cast.city.street_centre
    assert not can_see_case(beside.operator, case)
    changed = case.events.get(action=Action.AMEND).data["changed"]
    assert {"extent", "more_area_ids"} <= set(changed)
    assert "holder" not in changed


def test_it_can_be_taken_away_at_registration_too(client, cast):
    case = make_case(cast, extent=places(cast.city.grid, cast.city.other_grid))
    client.force_login(cast.operator)
    sent = {"case_class": cast.city.case_class.pk, "extent_points": ""}
    assert client.post(reverse("cases:register_case", args=[case.number]), sent).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.extent, case.more_area_ids) == (Status.REGISTERED, None, [])


@pytest.mark.parametrize("status", [Status.REGISTERED, Status.HANDLING, Status.SUSPENDED, Status.HANDLED])
def test_once_registered_how_far_it_reaches_is_all_that_can_be_corrected(client, cast, beside, status):
    case = case_in(status, cast)
    due, unit = case.stage_due_at, case.unit
    address = reverse("cases:amend_case", args=[case.number])
    client.force_login(cast.operator)
    html = client.get(address, headers=ENGLISH).content.decode()
    assert 'name="extent_points"' in html
    assert 'name="description"' not in html
    assert client.post(address, {"extent_points": ""}).status_code == 422  # nothing is different yet
    sent = {"extent_points": as_text(cast.city.grid, beside.grid), "description": "改写"}
    assert client.post(address, sent).status_code == 302
    case.refresh_from_db()
    assert (case.holder, case.unit, case.stage_due_at) == (cast.city.street_centre, unit, due)
    assert beside.community.pk in case.more_area_ids
    assert case.description != "改写"
    assert case.status == status
    with pytest.raises(NotPermitted):
        amend_case(case.pk, actor=cast.dispatcher, extent=None)


def test_over_the_api_null_takes_it_away_and_words_stand_once_registered(client, cast):
    case = case_in(Status.REGISTERED, cast)
    client.force_login(cast.operator)

    def amend(**sent):
        return client.post(f"/api/v1/cases/{case.number}/amend/", sent, content_type="application/json")

    pairs = [list(inside(grid).coords) for grid in (cast.city.grid, cast.city.other_grid)]
    assert amend(extent={"type": "LineString", "coordinates": pairs}).json()["extent"]["type"] == "LineString"
    assert amend(extent=None).json()["extent"] is None
    refused = amend(description="改写")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "registered"


def test_a_registered_case_waits_for_no_operator(cast):
    case_in(Status.REGISTERED, cast)
    assert not waiting_for_intake(cast.operator).exists()


# API


def test_the_api_takes_and_shows_geojson(client, cast, beside):
    client.force_login(cast.inspector)
    pairs = [list(inside(grid).coords) for grid in (cast.city.grid, beside.grid)]
    sent = {"description": "油迹", "extent": {"type": "LineString", "coordinates": pairs}}

    def post(extent):
        return client.post("/api/v1/cases/", {**sent, "extent": extent}, content_type="application/json")

    made = post(sent["extent"])
    assert made.status_code == 201, made.content
    assert made.json()["extent"]["type"] == "LineString"
    assert beside.community.code in made.json()["more_areas"]
    text = as_text(cast.city.grid, beside.grid)
    assert post(text).json()["extent"]["type"] == "MultiPoint"  # as the phone's form sends it
    for wrong in (
        {"type": "Polygon", "coordinates": [pairs]},
        {"type": "LineString", "coordinates": pairs[:1]},
        {"type": "LineString", "coordinates": [[1, 2, 3], "x"]},
        {"type": "MultiPoint", "coordinates": [pairs[0], [pairs[0][0] + 5, pairs[0][1]]]},
        {"type": "MultiPoint", "coordinates": [pairs[0], [200, 1]]},
        {"type": "MultiPoint"},
        [1],
        7,
        "x",
        '{"type": 3',
        json.dumps({"type": "MultiPoint", "coordinates": [[None, 1], pairs[0]]}),
    ):
        answer = post(wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["attr"] == "extent", wrong
    assert Case.objects.count() == 2


# Parts


def test_the_units_of_the_areas_it_touches_are_proposed_and_one_leads(client, cast, far):
    dispatcher = make_user("districtdispatcher")
    make_post(dispatcher, Role.DISPATCHER, cast.city.district_centre)
    operator = make_user("districtoperator")
    make_post(operator, Role.OPERATOR, cast.city.district_centre)
    case = make_case(cast, extent=places(cast.city.grid, far.grid))
    register_case(case.pk, actor=operator)
    case.refresh_from_db()
    assert {one.unit for one in units_across(case)} == {cast.city.street_department, far.department}
    client.force_login(dispatcher)
    address = reverse("dispatch:dispatch_case", args=[case.number])
    html = client.get(address, headers=ENGLISH).content.decode()
    assert f"answers for it in {far.street}" in html
    sent = {
        "unit": cast.city.district_department.pk,
        "joint": [far.department.pk],
        f"duty.{far.department.pk}": "清理大沥段",
    }
    assert client.post(address, sent).status_code == 302
    case.refresh_from_db()
    assert (case.unit, case.joint_unit_ids) == (cast.city.district_department, [far.department.pk])
    html = client.get(reverse("dispatch:join_unit", args=[case.number]), headers=ENGLISH).content.decode()
    assert "桂城街道城管办 (桂城街道)" in html
    assert "大沥城管办 (" not in html


def test_within_borders_nothing_is_proposed_and_no_query_more(cast, django_assert_num_queries):
    case = case_in(Status.REGISTERED, cast)
    case.case_class  # noqa: B018 - read before
    with django_assert_num_queries(0):
        assert units_across(case) == []


@pytest.mark.parametrize("person", ["operator", "leader", "handler"])
def test_a_list_without_such_a_case_does_not_read_all_cases_for_one(cast, person):
    """The newest first: read in their order nothing would be found until the end."""
    make_copies(make_case(cast))
    for way in ways_to_see(getattr(cast, person)):
        if "__overlap" in str(way):
            plan = Case.objects.filter(way).order_by("-pk")[:51].explain()
            assert "case_more_areas" in plan or "case_joint_units" in plan, plan


def test_the_parts_of_a_unit_are_found_by_their_index(cast):
    make_copies(make_case(cast))
    theirs = with_open_part([cast.city.team.pk])
    assert "case_joint_units" in Case.objects.filter(theirs).order_by("-pk")[:51].explain()


def test_it_stands_in_the_queues_of_the_supervisors_and_leaders_it_reaches(client, cast, beside):
    case = make_case(cast, extent=places(cast.city.grid, beside.grid))
    elsewhere = make_case(cast)
    Case.objects.update(supervised_at=case.reported_at)
    for role in (Role.SUPERVISOR, Role.LEADER):
        person = make_user(f"{role}beside")
        make_post(person, role, beside.centre)
        client.force_login(person)
        with clock.at(max(case.stage_due_at, elsewhere.stage_due_at) + timedelta(minutes=1)):
            for show in ("supervised", "overdue"):
                page = client.get(f"/dispatch/supervision/?show={show}")
                assert page.context["cases"] == [case]
                assert next(tab["count"] for tab in page.context["tabs"] if tab["current"]) == 1
