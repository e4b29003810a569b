"""Adding and changing objects: placed by themselves, each change with its row."""

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from gridgov.errors import NotPermitted
from grids.models import ObjectState, RegistryChange
from grids.services.registry import add_object, change_object
from tests.factories import inside, make_user
from tests.registry_factories import make_object, make_type

SHOP = {"code": "S-1", "name": "演示早餐店"}


def test_an_object_finds_its_grid_and_stands_in_the_feed(city):
    made = add_object(actor=None, type=make_type(), point=inside(city.grid), **SHOP)
    assert (made.area, made.district) == (city.grid, city.district)
    change = RegistryChange.objects.get()
    assert (change.kind, change.version, change.object) == ("new", 1, made)
    assert change.fields["name"] == [None, "演示早餐店"]
    assert change.fields["point"][1] == pytest.approx([made.point.x, made.point.y])


def test_without_a_place_it_belongs_to_the_district_it_is_added_for(city):
    assert add_object(actor=None, type=make_type(), district=city.district, **SHOP).area == city.district
    with pytest.raises(ValidationError) as refused:
        add_object(actor=None, type=make_type("other"), **{**SHOP, "code": "S-2"})
    assert "point" in refused.value.message_dict


def test_a_change_says_what_was_before_and_what_is_now(city):
    made = make_object(city.grid)
    changed = change_object(made.pk, actor=None, name="演示茶店", risk="major")
    assert changed.version == 2
    change = RegistryChange.objects.order_by("-id")[0]
    assert change.kind == "changed"
    assert change.fields == {"name": [made.name, "演示茶店"], "risk": ["low", "major"]}


def test_moved_and_closed_are_called_so_and_a_move_finds_the_new_grid(city):
    made = make_object(city.grid)
    assert change_object(made.pk, actor=None, point=inside(city.other_grid)).area == city.other_grid
    change_object(made.pk, actor=None, state=ObjectState.CLOSED)
    assert list(RegistryChange.objects.order_by("id").values_list("kind", flat=True)) == [
        "new",
        "moved",
        "closed",
    ]


def test_what_stays_the_same_leaves_no_trace(city):
    made = make_object(city.grid)
    again = change_object(made.pk, actor=None, name=made.name, point=made.point)
    assert again.version == 1
    assert RegistryChange.objects.count() == 1


def test_attributes_are_judged_by_the_types_definition(city):
    fields = [{"key": "floors", "name": "层数", "type": "number", "required": True}]
    building = make_type("building", "building", attributes=fields)
    made = make_object(city.grid, building, attributes={"floors": "12"})
    assert made.attributes == {"floors": 12}
    with pytest.raises(ValidationError) as refused:
        change_object(made.pk, actor=None, attributes={"floors": "many"})
    assert "attributes" in refused.value.message_dict


def test_a_wrong_credit_code_and_a_code_twice_are_refused_by_field(city):
    make_object(city.grid, code="S-1")
    with pytest.raises(ValidationError) as refused:
        make_object(city.grid, code="S-1", credit_code="91440605MA4W000019")
    assert {"code", "credit_code"} <= set(refused.value.message_dict)


def test_only_administrators_change_the_registry(city):
    made = make_object(city.grid)
    with pytest.raises(NotPermitted):
        change_object(made.pk, actor=make_user(), name="x")
    made.refresh_from_db()
    assert made.version == 1


def test_no_row_of_the_feed_can_be_changed_or_taken_away(city):
    make_object(city.grid)
    for attempt in (RegistryChange.objects.all().delete, lambda: RegistryChange.objects.update(version=7)):
        with pytest.raises(Error), transaction.atomic():
            attempt()
