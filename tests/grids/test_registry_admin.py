"""The registry in the admin: types and forms with their fields as rows, objects through the services."""

from datetime import timedelta

import pytest

from gridgov import clock
from grids.models import (
    DepartmentForm,
    DepartmentRecord,
    FeedRun,
    FeedState,
    GridObject,
    Licence,
    ObjectKind,
    ObjectType,
    RegistryChange,
    Resident,
    ResidentLook,
    Role,
)
from grids.services.residents import look_at_resident, save_resident
from tests.factories import inside
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db
TYPES, OBJECTS, FORMS = (
    "/admin/grids/objecttype/",
    "/admin/grids/gridobject/",
    "/admin/grids/departmentform/",
)
FLOORS = {"key": "floors", "name": "层数", "type": "number", "unit": "层", "required": True}
USE = {"key": "use", "name": "用途", "type": "choice", "choices": ["生产", "仓储"]}


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def rows(name, *definitions):
    """Field rows as a browser sends them, with the empty ones after them."""
    sent = {}
    for number, row in enumerate([*definitions, {}, {}]):
        prefix = f"{name}-{number}"
        sent |= {
            f"{prefix}-{part}": row.get(part, "") for part in ("key", "name", "name_en", "unit", "unit_en")
        }
        sent |= {
            f"{prefix}-type": row.get("type", "text"),
            f"{prefix}-choices": "、".join(row.get("choices", [])),
            f"{prefix}-choices_en": ", ".join(row.get("choices_en", [])),
        }
        if row.get("required"):
            sent[f"{prefix}-required"] = "on"
    return sent


def type_values(**changes):
    new = {
        "kind": "premises",
        "code": "factory",
        "name": "厂房",
        "name_en": "factory",
        "class_digits": "",
        "is_active": "on",
    }
    return new | changes


def no_rows(*prefixes):
    return {f"{prefix}-{part}_FORMS": 0 for prefix in prefixes for part in ("TOTAL", "INITIAL")}


def object_values(made=None, **changes):
    point = made.point if made else None
    values = {
        "code": "S-1",
        "name": made.name if made else "演示早餐店",
        "state": "in_use",
        "risk": "low",
        "address": "",
        "point": point.geojson if point else "",
        "credit_code": "",
        "business_scope": "",
        "as_of": clock.today().isoformat(),
        "source": made.source if made else "",
        **no_rows("licences", "residents"),
    }
    return values | changes


def test_a_types_fields_are_edited_as_rows(admin):
    answer = admin.post(f"{TYPES}add/", type_values(**rows("attributes", FLOORS, USE)))
    assert answer.status_code == 302, answer.context["errors"]
    made = ObjectType.objects.get()
    assert made.attributes == [FLOORS, USE]
    page = admin.get(f"{TYPES}{made.pk}/change/").content.decode()
    assert 'name="attributes-1-key" value="use"' in page
    assert "生产、仓储" in page
    # The code is what others name it by.
    assert 'name="code"' not in page


def test_a_field_may_have_its_english_beside_its_chinese(admin):
    use = {**USE, "name_en": "used for", "choices_en": ["production", "storage"]}
    height = {
        "key": "height",
        "name": "高度",
        "name_en": "height",
        "type": "number",
        "unit": "米",
        "unit_en": "m",
    }
    answer = admin.post(f"{TYPES}add/", type_values(**rows("attributes", use, height)))
    assert answer.status_code == 302, answer.context["errors"]
    made = ObjectType.objects.get()
    assert made.attributes == [use, height]
    page = admin.get(f"{TYPES}{made.pk}/change/").content.decode()
    assert 'name="attributes-0-choices_en" value="production, storage"' in page
    one_word = {**USE, "choices_en": ["production"]}
    answer = admin.post(f"{TYPES}{made.pk}/change/", type_values(**rows("attributes", one_word)))
    assert "attributes" in answer.context["adminform"].form.errors
    made.refresh_from_db()
    assert made.attributes == [use, height]


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "Große", "name": "x", "type": "text"},
        {"key": "a", "name": "", "type": "text"},
        {**USE, "choices": []},
    ],
)
def test_a_field_that_is_not_well_defined_is_named_and_what_was_typed_stays(admin, wrong):
    answer = admin.post(f"{TYPES}add/", type_values(**rows("attributes", FLOORS, wrong)))
    assert answer.status_code == 200
    assert "attributes" in answer.context["adminform"].form.errors
    page = answer.content.decode()
    assert 'value="层数"' in page
    # Only the row that is wrong is marked.
    assert page.count('class="is-wrong"') == 1
    assert page.index('value="层数"') < page.index('class="is-wrong"')
    assert not ObjectType.objects.exists()


def test_a_field_that_objects_have_a_value_of_stays(admin, city):
    made = make_type(attributes=[FLOORS])
    make_object(city.grid, type=made, attributes={"floors": 3})
    change = type_values(name="x")
    answer = admin.post(f"{TYPES}{made.pk}/change/", change | rows("attributes", {**FLOORS, "type": "text"}))
    assert answer.status_code == 200
    assert "floors" in str(answer.context["adminform"].form.errors)
    answer = admin.post(f"{TYPES}{made.pk}/change/", change | rows("attributes", FLOORS, USE))
    assert answer.status_code == 302


def test_a_new_object_is_asked_its_type_first_and_then_the_types_fields(admin, city):
    made = make_type(attributes=[FLOORS, USE])
    assert f"?type={made.pk}" in admin.get(f"{OBJECTS}add/").content.decode()
    page = admin.get(f"{OBJECTS}add/?type={made.pk}").content.decode()
    assert 'name="attributes-floors"' in page
    answer = admin.post(
        f"{OBJECTS}add/?type={made.pk}",
        object_values(
            point=inside(city.grid).geojson, **{"attributes-floors": "3", "attributes-use": "仓储"}
        ),
    )
    assert answer.status_code == 302, answer.context["errors"]
    new = GridObject.objects.get()
    assert (new.area, new.attributes) == (city.grid, {"floors": 3, "use": "仓储"})
    change = RegistryChange.objects.get()
    assert (change.kind, change.source, change.by.username) == ("new", "staff", "administrator")


def test_a_new_object_is_put_on_a_map_with_the_outlines_of_areas(admin, city):
    page = admin.get(f"{OBJECTS}add/?type={make_type('tower').pk}").content.decode()
    assert "grids/js/admin-outlines" in page
    assert '<script id="outlines-address" type="application/json">"/areas/outlines/"</script>' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"attributes-floors": ""},
        {"attributes-floors": "hoch"},
        {"point": ""},
        {"point": '{"type": "Point", "coordinates": [10, 10]}'},
        {"credit_code": "91440605MA5EXAMP00"},
        {"code": "OBJ-0001"},
        {"code": "a/b"},
        {"as_of": ""},
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(admin, city, wrong):
    make_object(city.grid)
    made = make_type("tower", attributes=[FLOORS])
    values = object_values(point=inside(city.grid).geojson, **{"attributes-floors": "3"})
    answer = admin.post(f"{OBJECTS}add/?type={made.pk}", values | wrong)
    assert answer.status_code == 200
    (field,) = wrong
    assert field.partition("-")[0] in answer.context["adminform"].form.errors
    assert GridObject.objects.count() == 1


def test_only_the_value_that_does_not_fit_is_marked(admin, city):
    made = make_type("tower", attributes=[FLOORS, USE])
    values = object_values(point=inside(city.grid).geojson, **{"attributes-floors": "hoch"})
    page = admin.post(f"{OBJECTS}add/?type={made.pk}", values).content.decode()
    assert page.count('class="is-wrong"') == 1
    assert 'id="id_attributes-floors" aria-invalid="true"' in page
    assert 'id="id_attributes-use" aria-invalid' not in page


def test_what_has_no_place_is_added_to_its_district(admin, city):
    values = object_values(in_district=city.district.pk)
    assert admin.post(f"{OBJECTS}add/?type={make_type().pk}", values).status_code == 302
    assert GridObject.objects.get().area == city.district


def test_an_edit_is_a_change_in_the_feed_and_an_edit_of_nothing_none(admin, city):
    made = make_object(city.grid)
    change = f"{OBJECTS}{made.pk}/change/"
    assert admin.post(change, object_values(made, as_of=made.as_of)).status_code == 302
    assert RegistryChange.objects.count() == 1
    answer = admin.post(change, object_values(made, name="演示茶店", risk="major"))
    assert answer.status_code == 302, answer.context["errors"]
    said = RegistryChange.objects.latest("id")
    assert set(said.fields) == {"name", "risk"}
    assert said.by.username == "administrator"


def test_nothing_is_deleted(admin, city):
    made = make_object(city.grid)
    assert admin.post(f"{OBJECTS}{made.pk}/delete/", {"post": "yes"}).status_code == 403


def test_licences_are_rows_of_their_object(admin, city):
    made = make_object(city.grid)
    new = {
        "licences-TOTAL_FORMS": 1,
        "licences-0-object": made.pk,
        "licences-0-department": city.street_department.pk,
        "licences-0-kind": "食品经营许可证",
        "licences-0-number": "L-1",
        "licences-0-valid_to": clock.today().isoformat(),
    }
    answer = admin.post(f"{OBJECTS}{made.pk}/change/", object_values(made, **new))
    assert answer.status_code == 302, answer.context["errors"]
    assert Licence.objects.get().object == made
    wrong = new | {
        "licences-0-number": "L-2",
        "licences-0-valid_from": (clock.today() + timedelta(days=1)).isoformat(),
    }
    assert admin.post(f"{OBJECTS}{made.pk}/change/", object_values(made, **wrong)).status_code == 200
    assert Licence.objects.count() == 1


@pytest.fixture
def resident(city):
    home = make_object(city.grid, type=make_type("home", ObjectKind.DWELLING))
    new = Resident(
        dwelling=home, name="演示住户甲", phone="10000001234", service="tenancy", since=clock.today()
    )
    return save_resident(new, actor=None)


def resident_row(resident, **changes):
    today = clock.today().isoformat()
    row = {
        "id": resident.pk,
        "dwelling": resident.dwelling_id,
        "service": "elder",
        "since": today,
        "until": today,
    }
    return {"residents-TOTAL_FORMS": 1, "residents-INITIAL_FORMS": 1} | {
        f"residents-0-{name}": value for name, value in (row | changes).items()
    }


def test_residents_stand_under_their_dwelling_masked_even_for_administrators(admin, resident):
    page = admin.get(f"{OBJECTS}{resident.dwelling_id}/change/").content.decode()
    assert "演****" in page
    assert "演示住户甲" not in page
    assert "10000001234" not in page
    assert admin.get("/admin/grids/resident/").status_code == 404
    assert (
        "residents-TOTAL_FORMS"
        not in admin.get(f"{OBJECTS}{make_object(resident.dwelling.area).pk}/change/").content.decode()
    )


def test_ending_a_residents_service_keeps_name_and_phone(admin, resident):
    dwelling = resident.dwelling
    sent = resident_row(resident, name="演****", phone="*******1234")
    answer = admin.post(f"{OBJECTS}{dwelling.pk}/change/", object_values(dwelling, **sent))
    assert answer.status_code == 302, answer.context["errors"]
    resident.refresh_from_db()
    assert (resident.name, resident.phone) == ("演示住户甲", "10000001234")
    assert (resident.service, resident.until) == ("elder", clock.today())


def test_a_resident_is_added_and_taken_away_under_the_dwelling(admin, resident):
    dwelling = resident.dwelling
    new = resident_row(resident, id="", name="演示住户乙", phone="", until="")
    new |= {"residents-INITIAL_FORMS": 0}
    assert admin.post(f"{OBJECTS}{dwelling.pk}/change/", object_values(dwelling, **new)).status_code == 302
    assert dwelling.residents.count() == 2
    gone = resident_row(resident, DELETE="on")
    assert admin.post(f"{OBJECTS}{dwelling.pk}/change/", object_values(dwelling, **gone)).status_code == 302
    assert [each.name for each in dwelling.residents.all()] == ["演示住户乙"]


def test_looks_are_listed_and_never_changed(admin, cast, resident):
    look_at_resident(resident.pk, actor=cast.inspector, purpose="上门登记租住")
    look = ResidentLook.objects.get()
    page = admin.get("/admin/grids/residentlook/").content.decode()
    assert "上门登记租住" in page
    assert "演示住户甲" not in page
    assert admin.get("/admin/grids/residentlook/add/").status_code == 403
    assert admin.post(f"/admin/grids/residentlook/{look.pk}/change/", {"purpose": "x"}).status_code == 403


def form_values(city, **changes):
    new = {
        "department": city.street_department.pk,
        "code": "fire",
        "name": "消防许可",
        "name_en": "",
        "match_by": "code",
        "key_field": "",
        "expected_every_days": 7,
        "is_active": "on",
        "seen_by": [Role.INSPECTOR, Role.GRID_LEADER],
    }
    return new | rows("fields", FLOORS, USE) | changes


def test_a_departments_form_names_its_fields_and_who_sees_it(admin, city):
    answer = admin.post(f"{FORMS}add/", form_values(city, key_field="use"))
    assert answer.status_code == 302, answer.context["errors"]
    made = DepartmentForm.objects.get()
    assert (made.fields, made.seen_by) == ([FLOORS, USE], [Role.INSPECTOR, Role.GRID_LEADER])
    assert 'name="fields-0-key" value="floors"' in admin.get(f"{FORMS}{made.pk}/change/").content.decode()


@pytest.mark.parametrize("wrong", [{"key_field": "nothing"}, rows("fields")])
def test_a_form_needs_fields_and_its_key_among_them(admin, city, wrong):
    values = form_values(city)
    if "key_field" not in wrong:
        values = {name: value for name, value in values.items() if not name.startswith("fields-")}
    assert admin.post(f"{FORMS}add/", values | wrong).status_code == 200
    assert not DepartmentForm.objects.exists()


def test_a_field_that_records_have_stays_and_deliveries_are_looked_at(admin, city):
    form = DepartmentForm.objects.create(
        department=city.street_department, code="fire", name="消防许可", fields=[FLOORS]
    )
    run = FeedRun.objects.create(
        form=form,
        state=FeedState.BROKEN,
        source="坏.csv",
        at=clock.now(),
        problems=[{"row": 3, "problem": "缺列"}],
    )
    made = make_object(city.grid)
    DepartmentRecord.objects.create(
        form=form, object=made, district=city.district, data={"floors": 2}, as_of=clock.today(), run=run
    )
    sent = {name: value for name, value in form_values(city).items() if not name.startswith("fields-")}
    answer = admin.post(f"{FORMS}{form.pk}/change/", sent | rows("fields", USE))
    assert "floors" in str(answer.context["adminform"].form.errors)
    assert "缺列" in admin.get(f"/admin/grids/feedrun/{run.pk}/change/").content.decode()
    assert admin.get("/admin/grids/feedrun/add/").status_code == 403


def test_whoever_may_only_look_changes_nothing(client, cast, city):
    made = make_object(city.grid)
    cast.operator.is_staff = True
    cast.operator.save()
    client.force_login(cast.operator)
    assert client.post(f"{OBJECTS}{made.pk}/change/", object_values(made, name="x")).status_code == 403
