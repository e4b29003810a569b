"""GET campaigns/: how far campaigns have come, for those who lead there."""

import pytest

from grids.models import Role
from inspections import campaigns
from tests.cases.api.caller import V1, Caller
from tests.factories import make_post, make_user
from tests.inspection_factories import make_checklist, make_visit
from tests.inspections.test_campaign_tasks import make_campaign
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db
CAMPAIGNS = f"{V1}campaigns/"


@pytest.fixture
def campaign(cast):
    """Three shops in two grids, one of them visited."""
    kind = make_type()
    make_checklist([kind], [{}])
    visited = make_object(cast.city.grid, kind)
    make_object(cast.city.grid, kind)
    make_object(cast.city.other_grid, kind)
    campaign = make_campaign(cast.city.community, [kind])
    make_visit(cast.inspector, visited)
    return campaign


def test_a_leader_reads_how_far_it_has_come_as_a_whole_and_in_each_grid(cast, campaign):
    caller = Caller(cast.grid_leader)
    (row,) = caller.get(CAMPAIGNS).json()
    assert (row["id"], row["objects"], row["visited"], row["percent"]) == (campaign.pk, 3, 1, 33)
    places = caller.get(f"{CAMPAIGNS}{campaign.pk}/").json()["places"]
    assert [(place["area"], place["objects"], place["visited"]) for place in places] == [
        (cast.city.other_grid.code, 1, 0),
        (cast.city.grid.code, 2, 1),
    ]


@pytest.mark.parametrize("who", ["inspector", "operator", "handler", "stranger", "citizen"])
def test_it_is_there_for_nobody_else(cast, campaign, who):
    caller = Caller(getattr(cast, who))
    assert caller.get(CAMPAIGNS).json() == []
    assert caller.get(f"{CAMPAIGNS}{campaign.pk}/").status_code == 404


def test_one_that_is_not_there_is_not_found(cast):
    assert Caller(cast.grid_leader).get(f"{CAMPAIGNS}1/").status_code == 404


def test_places_go_on_where_they_stopped(cast, campaign, client, monkeypatch):
    monkeypatch.setattr(campaigns, "PLACES_SHOWN", 1)
    caller = Caller(cast.grid_leader)
    first = caller.get(f"{CAMPAIGNS}{campaign.pk}/").json()
    second = caller.get(first["more_places"]).json()
    told = [place["area"] for page in (first, second) for place in page["places"]]
    assert told == [cast.city.other_grid.code, cast.city.grid.code]
    assert second["more_places"] is None
    client.force_login(cast.grid_leader)
    page = client.get(f"/m/campaigns/{campaign.pk}/")
    assert f"?after={page.context['more']}" in page.content.decode()
    rest = client.get(f"/m/campaigns/{campaign.pk}/", {"after": page.context["more"]})
    assert [place for place, *_rest in rest.context["places"]] == [cast.city.grid]


def test_who_leads_in_two_places_reads_of_both(cast, campaign, client):
    leader = make_user()
    for grid in (cast.city.grid, cast.city.other_grid):
        make_post(leader, Role.GRID_LEADER, cast.city.community_centre, area=grid)
    other = make_campaign(cast.city.other_grid, list(campaign.types.all()))
    caller = Caller(leader)
    assert {row["id"] for row in caller.get(CAMPAIGNS).json()} == {campaign.pk, other.pk}
    assert len(caller.get(f"{CAMPAIGNS}{campaign.pk}/").json()["places"]) == 2
    client.force_login(leader)
    assert len(client.get("/m/campaigns/").context["rows"]) == 2
    assert len(client.get(f"/m/campaigns/{campaign.pk}/").context["places"]) == 2
