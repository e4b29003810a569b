"""The demo's registry: generated, labelled so, and right in what it says of itself."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from gridgov import clock
from grids.attributes import clean_values
from grids.credit_code import is_credit_code
from grids.demo.loading import load_city
from grids.demo.people import STORY_COMMUNITY
from grids.demo.registry import SOURCE, load_registry
from grids.models import (
    DepartmentForm,
    DepartmentRecord,
    FeedState,
    GridObject,
    Licence,
    ObjectKind,
    ObjectType,
    RegistryChange,
    Resident,
)
from grids.selectors import locate
from tests.dispatch.small_demo import small_fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def nanhai(django_db_setup, django_db_blocker, tmp_path_factory):
    """A small cut of the city with its registry, loaded once for all tests here."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    folder = tmp_path_factory.mktemp("nanhai")
    with django_db_blocker.unblock(), transaction.atomic(), quick, small_fixtures(folder):
        load_city()
        load_registry()
        yield
        transaction.set_rollback(True)


def test_everything_stands_in_the_grid_it_names():
    for each in GridObject.objects.select_related("area").order_by("?")[:25]:
        assert locate(each.point).area == each.area


def test_it_is_denser_where_the_demos_inspector_walks():
    for grid in {each.area_id for each in GridObject.objects.filter(area__code__startswith=STORY_COMMUNITY)}:
        assert 26 <= GridObject.objects.filter(area=grid).count() <= 41


def test_whatever_it_says_is_labelled_as_made_up():
    assert set(GridObject.objects.values_list("source", flat=True)) == {SOURCE}
    assert not GridObject.objects.exclude(name__startswith="演示·").exists()
    assert not Resident.objects.exclude(name__startswith="演示住户").exists()


def test_types_and_values_fit_and_credit_codes_check():
    assert ObjectType.objects.count() == 27
    for each in GridObject.objects.select_related("type"):
        assert clean_values(each.type.attributes, each.attributes) == each.attributes
        assert is_credit_code(each.credit_code) == (each.type.kind == ObjectKind.PREMISES)


def test_components_bear_the_ids_of_the_standard():
    lamps = GridObject.objects.filter(type__code="lamp").values_list("code", flat=True)
    assert {code[:11] for code in lamps} == {"44060501037"}
    assert {len(code) for code in lamps} == {17}


def test_some_licences_have_ended_and_one_feed_is_broken():
    today = clock.today()
    assert Licence.objects.filter(valid_to__lt=today).exists()
    assert Licence.objects.filter(valid_to__gt=today).exists()
    last = {form.code: form.runs.first().state for form in DepartmentForm.objects.all()}
    assert list(last.values()).count(FeedState.BROKEN) == 1
    for record in DepartmentRecord.objects.select_related("form").order_by("?")[:25]:
        assert clean_values(record.form.fields, record.data) == record.data


def test_each_object_has_its_row_in_the_change_feed():
    changes = RegistryChange.objects.filter(source="demo", kind="new")
    assert changes.count() == changes.values("object").distinct().count() == GridObject.objects.count()


def test_residents_live_in_dwellings_of_the_story_only():
    assert Resident.objects.exists()
    assert not Resident.objects.exclude(dwelling__type__kind=ObjectKind.DWELLING).exists()
    assert not Resident.objects.exclude(dwelling__area__code__startswith=STORY_COMMUNITY).exists()


def test_it_may_run_again_and_adds_nothing():
    before = GridObject.objects.count()
    call_command("load_demo_registry", stdout=StringIO())
    assert GridObject.objects.count() == before


def test_without_the_city_it_says_what_to_load_first(monkeypatch):
    monkeypatch.setattr("grids.demo.registry.DISTRICT", "999999")
    with transaction.atomic():
        GridObject.objects.all().update(source="something else")
        with pytest.raises(CommandError, match="load_demo_city"):
            call_command("load_demo_registry", stdout=StringIO())
        transaction.set_rollback(True)
