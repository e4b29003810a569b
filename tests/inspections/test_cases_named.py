"""The number of a finding's case is told to those who may open the case, wherever the finding is shown."""

import pytest

from cases.models import Case
from inspections.models import ChecklistItem, Visit
from inspections.services.visits import Given
from tests.cases.api.caller import V1
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    shop = make_object(cast.city.grid, make_type(), code="SHOP-1")
    make_checklist([shop.type], [{}], department=cast.city.district_department)
    found = Given(ChecklistItem.objects.get().pk, "abnormal", photos=[photo_ahead(cast.inspector)])
    make_visit(cast.inspector, shop, found)
    return Case.objects.get()


@pytest.mark.parametrize(
    "page",
    [
        f"{V1}registry/objects/SHOP-1/history/",
        f"{V1}visits/{{visit}}/",
        f"{V1}day/?object=SHOP-1",
        "/registry/SHOP-1/history/",
        "/registry/SHOP-1/history/?part=findings",
        "/visits/{visit}/",
    ],
)
def test_it_is_named_to_those_who_may_open_it_alone(client, cast, case, page):
    address = page.format(visit=Visit.objects.get().pk)
    for who, is_named in ((cast.inspector, True), (cast.officer, False)):
        client.force_login(who)
        answer = client.get(address)
        assert answer.status_code == 200
        assert (case.number in answer.content.decode()) == is_named
