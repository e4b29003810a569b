"""How an object's licences changed: kept whatever changed them, and shown on its page."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import translation

from grids import licence_history
from grids.models import Licence
from grids.services.licences import remove_licence, save_licence
from tests.factories import make_organisation, make_user
from tests.grids.test_import_licences import FOOD, previewed, take
from tests.registry_factories import make_licence, make_object

LicenceEvent = apps.get_model("grids", "LicenceEvent")
MIGRATION = import_module("grids.migrations.0008_licences_of_before")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def shop(city):
    make_organisation(city.district, "department", code="food", name="演示市场监管局")
    return make_object(city.grid, code="S-1")


@pytest.fixture
def clerk(db):
    return make_user("clerk", is_superuser=True)


def told(shop):
    return [(str(one.kind), one.licence) for one in licence_history.licence_changes(shop)[0]]


def test_what_somebody_adds_changes_and_takes_away_is_told_with_their_name(shop, clerk):
    licence = make_licence(shop, kind="营业执照", number="B-1", valid_to=date(2027, 1, 1))
    licence.valid_to = date(2030, 1, 1)
    save_licence(licence, actor=clerk)
    remove_licence(licence, actor=clerk)
    changes, older = licence_history.licence_changes(shop)
    assert told(shop) == [
        ("taken away", "营业执照 B-1"),
        ("changed", "营业执照 B-1"),
        ("new", "营业执照 B-1"),
    ]
    assert [one.by for one in changes] == [clerk, clerk, None]
    assert [(field.before, field.after) for field in changes[1].fields] == [("2027-01-01", "2030-01-01")]
    assert older is None


def test_a_change_that_comes_past_every_service_is_told_too(shop):
    licence = make_licence(shop, kind="营业执照", number="B-1")
    Licence.objects.filter(pk=licence.pk).update(number="B-2")
    assert told(shop) == [("changed", "营业执照 B-2"), ("new", "营业执照 B-1")]


def test_of_before_its_history_was_kept_nothing_is_told(shop):
    licence = make_licence(shop, kind="营业执照", number="B-1")
    LicenceEvent.objects.all().delete()
    Licence.objects.filter(pk=licence.pk).update(number="B-2")
    (change,), _older = licence_history.licence_changes(shop)
    assert (str(change.kind), change.fields) == ("changed", [])


def test_licences_of_before_get_a_first_row_so_that_a_change_tells_only_what_changed(shop):
    licence = make_licence(shop, kind="营业执照", number="B-1")
    kept = make_licence(shop, kind="营业执照", number="C-1")
    LicenceEvent.objects.filter(pgh_obj=licence.pk).delete()
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(MIGRATION.KEEP_THEM)
    assert told(shop) == [("there already", "营业执照 B-1"), ("new", f"营业执照 {kept.number}")]
    Licence.objects.filter(pk=licence.pk).update(number="B-2")
    (change, *_), _older = licence_history.licence_changes(shop)
    assert [(field.before, field.after) for field in change.fields] == [("B-1", "B-2")]


def test_a_file_is_named_as_the_source(shop):
    take(previewed(FOOD))
    (change,), _older = licence_history.licence_changes(shop)
    assert (str(change.source), change.licence) == ("a file", "食品经营许可证 F-1")


def test_another_objects_licences_are_not_told_here(shop):
    make_licence(make_object(shop.area, code="S-2"))
    assert told(shop) == []


def test_the_objects_page_shows_them_and_older_ones_by_a_link(shop, cast, client, monkeypatch):
    monkeypatch.setattr(licence_history, "LICENCES_SHOWN", 2)
    licence = make_licence(shop, kind="营业执照", number="B-0")
    for number in range(1, 4):
        Licence.objects.filter(pk=licence.pk).update(number=f"B-{number}")
    client.force_login(cast.inspector)
    page = client.get("/registry/S-1/", headers={"accept-language": "en"})
    assert "Its licences" in page.content.decode()
    assert [one.licence[-3:] for one in page.context["licence_changes"]] == ["B-3", "B-2"]
    older = client.get("/registry/S-1/", {"licences_before": page.context["older_licences"]})
    shown = older.context["licence_changes"]
    assert [one.licence[-3:] for one in shown] == ["B-1", "B-0"]
    # What stood before the first row of a page is known there too.
    assert [(field.before, field.after) for field in shown[0].fields] == [("B-0", "B-1")]
    assert older.context["older_licences"] is None
