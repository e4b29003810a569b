"""Reporting something at an object of the registry: from its page, through the API, and who learns its name."""

import uuid

import pytest
from django.test import Client

from cases.models import Case
from cases.services import report_case
from grids.models import ObjectKind
from tests.cases.api.caller import V1, Caller
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db
CASES = f"{V1}cases/"


@pytest.fixture
def shop(cast):
    return make_object(cast.city.grid, make_type(), name="演示商铺", code="SHOP-1", address="桂澜路 8 号")


@pytest.fixture
def home(cast):
    """A rented home: only who serves there may know its name and address."""
    private = make_type("home", ObjectKind.DWELLING, is_private=True)
    return make_object(cast.city.grid, private, name="幸福里三栋 502", code="HOME-1", address="幸福里三栋")


def page(user, path):
    client = Client()
    client.force_login(user)
    return client.get(path, headers={"accept-language": "en"}).content.decode()


def post(user, **fields):
    client = Client()
    client.force_login(user)
    sent = {"idempotency_key": str(uuid.uuid4()), "description": "招牌松动", **fields}
    return client.post("/m/report/", sent, headers={"accept-language": "en"})


def test_its_page_leads_to_a_report_that_names_it_and_its_place(cast, shop):
    link = f"/m/report/?object=SHOP-1&amp;longitude={shop.point.x:.7f}&amp;latitude={shop.point.y:.7f}"
    assert f'href="{link}"' in page(cast.inspector, "/registry/SHOP-1/")
    form = page(cast.inspector, link.replace("&amp;", "&"))
    assert "<strong data-shown>演示商铺</strong>" in form
    assert '<input type="hidden" name="object" value="SHOP-1"' in form
    assert 'value="桂澜路 8 号"' in form


def test_the_form_fills_in_the_objects_place_where_none_is_given(cast, shop):
    assert post(cast.inspector, object="SHOP-1").status_code == 302
    case = Case.objects.get()
    assert (case.object, case.point, case.address) == (shop, shop.point, "桂澜路 8 号")
    assert case.grid == cast.city.grid


def test_the_chosen_place_stands_before_the_objects(cast, shop):
    post(
        cast.inspector,
        object="SHOP-1",
        longitude=shop.point.x + 0.0001,
        latitude=shop.point.y,
        address="后门",
    )
    case = Case.objects.get()
    assert case.point.x == pytest.approx(shop.point.x + 0.0001)
    assert case.address == "后门"


@pytest.mark.parametrize("code", ["NOBODYS", "SHOP-1", "SHOP\x001"])
def test_an_object_that_one_may_not_see_is_refused_and_nothing_is_filed(cast, shop, code):
    answer = post(cast.stranger, object=code)
    assert answer.status_code == 422
    words = "Null characters" if "\x00" in code else "Report it without the object"
    assert words in answer.content.decode()
    assert not Case.objects.exists()


def test_the_api_takes_the_objects_code(cast, shop):
    answer = Caller(cast.inspector).post(CASES, {"object": "SHOP-1", "description": "招牌松动"})
    assert answer.status_code == 201
    assert answer.json()["object"] == {
        "code": "SHOP-1",
        "name": "演示商铺",
        "url": f"{V1}registry/objects/SHOP-1/",
    }
    assert Case.objects.get().object == shop


@pytest.mark.parametrize("code", ["NOBODYS", "SHOP-1"])
def test_the_api_knows_no_object_of_others(cast, shop, code):
    answer = Caller(cast.stranger).post(CASES, {"object": code, "description": "招牌松动"})
    assert answer.status_code == 400
    assert [error["attr"] for error in answer.json()["errors"]] == ["object"]
    assert not Case.objects.exists()


def test_the_cases_page_leads_to_it_and_a_case_without_one_says_nothing(cast, shop):
    case = report_case(actor=cast.inspector, object=shop, description="招牌松动")
    assert '<a href="/registry/SHOP-1/">演示商铺</a>' in page(cast.operator, f"/cases/{case.number}/")
    other = report_case(actor=cast.inspector, point=shop.point, description="积水")
    assert "/registry/" not in page(cast.operator, f"/cases/{other.number}/").partition("<main")[2]
    assert Caller(cast.operator).get(f"{CASES}{other.number}/").json()["object"] is None


def test_a_private_home_is_named_only_to_those_who_serve_there(cast, home):
    case = report_case(actor=cast.inspector, object=home, description="漏水")
    assert case.address == ""
    assert '<a href="/registry/HOME-1/">幸福里三栋 502</a>' in page(cast.inspector, f"/cases/{case.number}/")
    seen = page(cast.operator, f"/cases/{case.number}/")
    assert "HOME-1" in seen
    for secret in ("幸福里", "/registry/HOME-1/"):
        assert secret not in seen
    about = Caller(cast.operator).get(f"{CASES}{case.number}/").json()["object"]
    assert about == {"code": "HOME-1", "name": "HOME-1", "url": None}
    # The address would go into the case, which more people see than the home.
    assert '幸福里三栋"' not in page(cast.inspector, "/m/report/?object=HOME-1")
