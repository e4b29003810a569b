"""GET /api/v1/checklists/ and /api/v1/checklists/versions/<id>/."""

import pytest
from django.urls import reverse

from inspections.models import VersionState
from tests.case_factories import Cast
from tests.factories import make_organisation
from tests.inspection_factories import add_version, make_checklist
from tests.registry_factories import make_type


@pytest.fixture
def fire(cast: Cast):
    items = [
        {
            "question": "安全出口上锁",
            "question_en": "Exit locked",
            "severity": "serious",
            "case_class": cast.city.case_class,
            "days_low": 90,
        }
    ]
    return make_checklist(
        [make_type("shop")], items, code="fire", name="消防清单", name_en="Fire safety",
        department=cast.city.district_department,
    )  # fmt: skip


def version_of(client, version) -> int:
    return client.get(reverse("api-checklist-version", args=[version.pk])).status_code


def test_a_checklist_has_its_items_in_both_languages(client, cast, fire):
    client.force_login(cast.inspector)
    (row,) = client.get(reverse("api-checklists")).json()["results"]
    assert (row["code"], row["name"], row["name_en"]) == ("fire", "消防清单", "Fire safety")
    assert row["department"]["code"] == cast.city.district_department.code
    assert row["types"] == ["shop"]
    assert (row["version"]["number"], row["version"]["state"]) == (1, "published")
    (item,) = row["version"]["items"]
    assert (item["question"], item["question_en"]) == ("安全出口上锁", "Exit locked")
    assert item["case_class"]["code"] == cast.city.case_class.full_code
    assert item["days"] == {"low": 90, "general": None, "larger": None, "major": None}


def test_it_is_narrowed_by_department_and_type(client, cast, fire):
    client.force_login(cast.inspector)
    make_checklist([], department=cast.city.street_department, code="street")
    for asked, codes in (
        ({}, ["fire", "street"]),
        ({"type": "shop"}, ["fire"]),
        ({"department": cast.city.street_department.code}, ["street"]),
        ({"type": "unheard-of"}, []),
    ):
        rows = client.get(reverse("api-checklists"), asked).json()["results"]
        assert [row["code"] for row in rows] == codes


def test_pages_follow_one_another(client, cast, fire):
    client.force_login(cast.inspector)
    for number in range(4):
        make_checklist([], department=cast.city.district_department, code=f"list-x{number}")
    address, seen = reverse("api-checklists") + "?page_size=2", []
    while address:
        answer = client.get(address).json()
        seen += [row["code"] for row in answer["results"]]
        address = answer["next"]
    assert seen == ["fire", "list-x0", "list-x1", "list-x2", "list-x3"]


def test_drafts_and_lists_out_of_use_are_not_listed(client, cast, fire):
    client.force_login(cast.inspector)
    add_version(fire, [{}, {}], state=VersionState.DRAFT)
    make_checklist(department=cast.city.district_department, code="d", state=VersionState.DRAFT)
    make_checklist(department=cast.city.district_department, code="off", is_active=False)
    (row,) = client.get(reverse("api-checklists")).json()["results"]
    assert len(row["version"]["items"]) == 1


def test_every_version_that_was_ever_published_stays_readable(client, cast, fire):
    client.force_login(cast.inspector)
    first = fire.versions.get()
    second = add_version(fire, [{}, {}])
    draft = add_version(fire, [{}], state=VersionState.DRAFT)
    answer = client.get(reverse("api-checklist-version", args=[first.pk])).json()
    assert (answer["number"], answer["state"], answer["checklist"]["code"]) == (1, "retired", "fire")
    assert answer["retired_at"]
    assert answer["items"][0]["question_en"] == "Exit locked"
    assert version_of(client, second) == 200
    assert version_of(client, draft) == 404
    assert client.get(reverse("api-checklist-version", args=[10**12])).status_code == 404


def test_strangers_get_nothing(client, cast, fire):
    assert client.get(reverse("api-checklists")).status_code == 401
    for person in (cast.stranger, cast.citizen):
        client.force_login(person)
        assert client.get(reverse("api-checklists")).json()["results"] == []
        assert version_of(client, fire.versions.get()) == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_does_not_grow(client, cast, number, django_assert_num_queries):
    client.force_login(cast.inspector)
    kind = make_type("shop")
    for _ in range(number):
        department = make_organisation(cast.city.district, "department")
        make_checklist([kind], [{"case_class": cast.city.case_class}] * 3, department=department)
    client.get(reverse("api-checklists"))
    with django_assert_num_queries(7):
        client.get(reverse("api-checklists"))
