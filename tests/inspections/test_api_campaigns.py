"""GET campaigns/: how far campaigns have come, for those who lead there."""

import pytest

from tests.cases.api.caller import V1, Caller
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
