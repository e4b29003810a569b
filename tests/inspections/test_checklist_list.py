"""The pages of what is asked by whom."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from inspections.checklist_versions import FieldChange, changes_of
from inspections.models import Checklist, VersionState
from tests.case_factories import Cast
from tests.factories import make_organisation, make_user
from tests.inspection_factories import add_version, make_checklist
from tests.registry_factories import make_type

FIRE = {"question": "安全出口上锁", "question_en": "Exit locked", "rule": "消防法", "days_low": 90}
GAS = {"question": "软管老化", "question_en": "Gas hose worn", "rule": "城镇燃气管理条例"}


@pytest.fixture
def lists(cast: Cast) -> dict[str, Checklist]:
    """Fire safety of shops, gas in kitchens by another department, and a list for patrols."""
    shop, kitchen = make_type("shop"), make_type("kitchen")
    fire, gas = (
        make_organisation(cast.city.district, "department", name=name) for name in ("消防局", "应急局")
    )
    return {
        "fire": make_checklist([shop, kitchen], [FIRE], code="fire", name="消防清单", name_en="Fire safety", department=fire),
        "gas": make_checklist([kitchen], [GAS], code="gas", name="燃气清单", name_en="Gas safety", department=gas),
        "street": make_checklist([], [{}], code="street", name="街面清单", name_en="The street", department=gas),
    }  # fmt: skip


@pytest.fixture
def reader(client, cast: Cast):
    """Who reads English, at a desk."""
    client.force_login(cast.supervisor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.cookies["posture"] = "console"
    return client


def page(client, **asked: str) -> str:
    return client.get(reverse("inspections:checklist_list"), asked).content.decode()


def names(text: str) -> set[str]:
    return {name for name in ("Fire safety", "Gas safety", "The street") if name in text}


def test_it_says_who_asks_what_and_since_when(reader, lists):
    text = page(reader)
    assert names(text) == {"Fire safety", "Gas safety", "The street"}
    assert "消防局" in text
    assert "Patrols of a grid" in text
    assert lists["fire"].versions.get().published_at.strftime("%Y-%m-") in text
    # The items come when they are asked for.
    assert "Exit locked" not in text


def test_all_items_in_both_languages(reader, lists, cast):
    text = page(reader, items="all")
    assert "Exit locked" in text
    assert "Gas hose worn" in text
    assert "every 90 / – / – / – days" in text
    assert "when asked for" in text
    cast.supervisor.language = "zh-hans"
    cast.supervisor.save(update_fields=["language"])
    assert "安全出口上锁" in page(reader, items="all")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"type": "shop"}, {"Fire safety"}),
        ({"type": "kitchen"}, {"Fire safety", "Gas safety"}),
        ({"type": "-"}, {"The street"}),
        ({"type": "unheard-of"}, set()),
        ({"q": "消防法"}, {"Fire safety"}),
        ({"q": "hose worn"}, {"Gas safety"}),
        ({"q": "燃气清单 软管"}, {"Gas safety"}),
        ({"q": "hose locked"}, set()),
        ({"q": "%"}, set()),
        ({"department": "unheard-of"}, set()),
    ],
)
def test_it_is_narrowed_by_type_department_and_words(reader, lists, asked, found):
    text = page(reader, **asked)
    assert names(text) == found
    assert ("Nothing is asked like this" in text) is not found


def test_it_is_narrowed_by_department(reader, lists):
    assert names(page(reader, department=lists["gas"].department.code)) == {"Gas safety", "The street"}


def test_htmx_gets_the_lists_alone(reader, lists):
    response = reader.get(
        reverse("inspections:checklist_list"), {"q": "hose"}, headers={"HX-Request": "true", "HX-Target": "checklists"}
    )  # fmt: skip
    text = response.content.decode()
    assert text.strip().startswith('<div id="checklists"')
    assert "HX-Request" in response["Vary"]


def test_nothing_published_says_so(reader):
    assert "No checklist is published yet" in page(reader)


def test_a_checklist_shows_its_versions(reader, lists):
    add_version(lists["fire"], [FIRE, {**GAS, "question_en": "Cylinder too old"}])
    add_version(lists["fire"], [FIRE], state=VersionState.DRAFT)
    address = reverse("inspections:checklist_detail", args=["fire"])
    now, before = reader.get(address).content.decode(), reader.get(address, {"version": "1"}).content.decode()
    assert "Cylinder too old" in now
    assert "Cylinder too old" not in before
    assert "not asked any more" in before
    for number in ("3", "9", "x"):
        assert reader.get(address, {"version": number}).status_code == 404


def test_what_was_only_drafted_is_nobodys_to_read(reader, lists):
    make_checklist(code="draft", department=lists["fire"].department, state=VersionState.DRAFT)
    assert reader.get(reverse("inspections:checklist_detail", args=["draft"])).status_code == 404


def test_people_of_other_districts_see_nothing(client, cast, lists):
    for person in (cast.stranger, cast.citizen):
        client.force_login(person)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        assert not names(page(client, items="all"))
        assert client.get(reverse("inspections:checklist_detail", args=["fire"])).status_code == 404


def test_everybody_on_the_staff_of_the_district_may_read(client, cast, lists):
    for person in (cast.inspector, cast.grid_leader, cast.operator, cast.handler, cast.officer, cast.leader):
        client.force_login(person)
        assert client.get(reverse("inspections:checklist_list")).status_code == 200
        assert client.get(reverse("inspections:checklist_detail", args=["fire"])).status_code == 200


def test_only_administrators_are_led_to_the_admin(client, reader, lists, cast):
    address = reverse("admin:inspections_checklist_changelist")
    assert address not in page(reader)
    client.force_login(make_user(username="root", is_superuser=True, is_staff=True))
    assert address in page(client)


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_does_not_grow(reader, cast, number, django_assert_num_queries):
    kind = make_type("shop")
    for _ in range(number):
        make_checklist([kind], [FIRE] * 3, department=make_organisation(cast.city.district, "department"))
    reader.get(reverse("inspections:checklist_list"))
    with django_assert_num_queries(11):
        reader.get(reverse("inspections:checklist_list"), {"items": "all"})


def test_a_draft_is_told_by_what_it_adds_takes_away_and_changes(lists):
    fields: dict[str, Any] = {**FIRE, "key": "item-1", "severity": "major"}
    fire = lists["fire"]
    add_version(fire, [FIRE, GAS, {}])
    draft = add_version(fire, [fields, {"key": "new"}, {**GAS, "key": "item-2"}], state=VersionState.DRAFT)
    with translation.override("en"):
        changes = changes_of(draft)
    assert [item.key for item in changes.added] == ["new"]
    assert [item.key for item in changes.removed] == ["item-3"]
    assert [(each.item.key, each.fields) for each in changes.changed] == [
        ("item-1", [FieldChange("severity", "general", "major")])
    ]
    assert changes.same == 1
