"""Loading the demo's checklists."""

import csv
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from cases.services.catalogue import load_catalogue
from grids.demo.people import DEPARTMENTS
from grids.models import Organisation
from inspections import checklist_files
from inspections.models import Checklist, ChecklistItem, ChecklistVersion, VersionState
from inspections.services.checklists import draft_version, publish_version, retire_checklist
from tests.factories import make_area, make_organisation, make_user
from tests.registry_factories import make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def departments() -> list[Organisation]:
    """The demo district's departments."""
    district = make_area(code="440605", name="南海区")
    return [
        make_organisation(district, "department", code=f"440605-{code}", name=name)
        for code, _checklists, name in DEPARTMENTS
    ]


@pytest.fixture
def files(tmp_path: Path, monkeypatch) -> Path:
    """A copy of the files that may be changed."""
    folder = Path(shutil.copytree(checklist_files.FOLDER, tmp_path / "checklists"))
    monkeypatch.setattr(checklist_files, "FOLDER", folder)
    return folder


def load(language: str = "en") -> str:
    said = StringIO()
    with translation.override(language):
        call_command("load_checklists", stdout=said, stderr=said)
    return said.getvalue()


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((checklist_files.FOLDER / name).read_text(encoding="utf-8").splitlines()))


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_all_238_items_are_asked_and_82_of_them_are_about_fire(departments):
    said = load()
    asked = ChecklistItem.objects.filter(version__state=VersionState.PUBLISHED)
    assert asked.count() == 238
    assert asked.filter(version__checklist__department__code="440605-fire").count() == 82
    assert Checklist.objects.count() == 36
    assert "36 new" in said
    assert "238 items" in said


def test_every_item_speaks_both_languages_and_names_its_rule_without_articles(departments):
    load()
    for item in ChecklistItem.objects.all():
        assert re.search("[一-鿿]", item.question)
        assert re.fullmatch("[A-Z][ -~é]+", item.question_en)
        assert item.rule
        assert "§" not in item.rule
        assert re.fullmatch("[A-Z][ -~]+", item.rule_en)
        assert bool(item.guidance) == bool(item.guidance_en)
    for checklist in Checklist.objects.all():
        assert re.fullmatch("[A-Z][ -~]+", checklist.name_en)


def test_all_82_items_about_fire_say_what_to_look_at_in_both_languages(departments):
    load()
    fire = ChecklistItem.objects.filter(version__checklist__department__code="440605-fire")
    assert fire.count() == 82
    for item in fire:
        assert re.search("[一-鿿]", item.guidance)
        assert re.fullmatch("[A-Z][ -~]+", item.guidance_en)
    item = fire.get(key="fire-extinguisher-fewer-two")
    with translation.override("en"):
        assert item.shown_guidance.startswith("Count them")
        assert "GB 50140" in item.shown_rule
    with translation.override("zh-hans"):
        assert item.shown_guidance.startswith("数一数")


def test_items_raise_the_classes_of_the_catalogue(departments):
    load_catalogue()
    load()
    named = sum(bool(row["case_class"]) for row in rows_of("items.csv"))
    assert ChecklistItem.objects.filter(case_class__is_active=True).count() == named
    item = ChecklistItem.objects.get(question__startswith="暴露垃圾")
    assert item.case_class.name == "暴露垃圾"


def test_people_and_their_papers_need_no_photo(departments):
    load()
    assert not ChecklistItem.objects.filter(kind="people", photo_required=True).exists()
    assert ChecklistItem.objects.filter(photo_required=True).count() > 150


def test_the_rhythm_gets_shorter_with_the_risk(departments):
    load()
    for item in ChecklistItem.objects.exclude(days_low=None):
        days = [item.days_low, item.days_general, item.days_larger, item.days_major]
        assert days == sorted(days, reverse=True)
    # What is looked for on a patrol comes with the rhythm of the patrol.
    patrols = [row["code"] for row in rows_of("checklists.csv") if row["types"] == "street"]
    assert patrols
    assert not ChecklistItem.objects.filter(
        version__checklist__code__in=patrols, days_low__isnull=False
    ).exists()


# Words of a question → the only types that it suits.
SUITS = {
    "托育机构|校园、托育": {"school", "welfare"},
    "二次供水": {"high_rise", "school"},
    "餐饮油烟": {"restaurant", "gas_user"},
    "餐饮场所|餐具": {"restaurant", "gas_user"},
    "养老机构|殡葬|丧葬": {"welfare"},
    "医疗废物|执业许可": {"medical"},
    "出租屋": {"rented_home", "enterprise", "factory", "construction_site"},
    "消火栓": {"hydrant", "high_rise", "factory", "hazardous", "ebike_parking"},
    "校门|学校": {"school", "rented_home"},
}


@pytest.mark.parametrize("words", SUITS)
def test_each_thing_is_asked_only_what_suits_it(words):
    types = {row["code"]: set(row["types"].split()) for row in rows_of("checklists.csv")}
    asked = [row for row in rows_of("items.csv") if re.search(words, row["question"])]
    assert asked
    for row in asked:
        assert types[row["checklist"]] <= SUITS[words], row["question"]


def test_every_list_has_items_and_every_item_a_list():
    lists = [row["code"] for row in rows_of("checklists.csv")]
    assert sorted({row["checklist"] for row in rows_of("items.csv")}) == sorted(lists)


def test_several_departments_ask_a_restaurant(departments):
    restaurant = make_type("restaurant")
    said = load()
    asking = restaurant.checklists.values_list("department__code", flat=True)
    assert {code.removeprefix("440605-") for code in asking} == {"fire", "health", "safety", "urban"}
    assert "restaurant" not in said


def test_types_that_are_not_there_are_reported_and_come_along_later(departments):
    said = load()
    assert "Types of objects that are not here" in said
    assert "hydrant" in said
    make_type("hydrant")
    load()
    assert Checklist.objects.get(code="fire-equipment").types.count() == 1


def test_a_second_time_changes_nothing(departments):
    load()
    before = list(ChecklistVersion.objects.values_list("pk", "state", "published_at"))
    assert "0 new, 0 with a new version, 36 unchanged" in load()
    assert list(ChecklistVersion.objects.values_list("pk", "state", "published_at")) == before


def test_what_the_files_say_otherwise_becomes_a_new_version(departments, files):
    load()
    rewrite(files / "items.csv", "暴露垃圾、垃圾堆放点未及时清运", "垃圾堆放点未及时清运")
    assert "0 new, 1 with a new version, 35 unchanged" in load()
    versions = Checklist.objects.get(code="street-cleaning").versions.order_by("number")
    assert [version.state for version in versions] == [VersionState.RETIRED, VersionState.PUBLISHED]
    assert versions[0].items.filter(question__startswith="暴露垃圾").exists()
    assert versions[0].items.first().key == versions[1].items.first().key


def test_a_retired_one_one_in_draft_and_one_that_staff_published_stay(departments, files):
    load()
    admin = make_user(username="root", is_superuser=True)
    cleaning, gas, river = Checklist.objects.filter(
        code__in=["street-cleaning", "gas-in-kitchens", "watercourses"]
    ).order_by("code")
    draft_version(cleaning.pk, actor=admin)
    retire_checklist(gas.pk, actor=admin)
    publish_version(draft_version(river.pk, actor=admin).pk, actor=admin)
    kept = ChecklistVersion.objects.filter(checklist__in=[cleaning, gas, river]).order_by("pk")
    before = list(kept.values_list("pk", "state"))
    rewrite(files / "items.csv", "；", "; ")
    assert "3 kept" in load()
    assert list(kept.values_list("pk", "state")) == before


def test_without_departments_it_says_so(db):
    with pytest.raises(CommandError, match="440605 has no departments"):
        load()
    assert not Checklist.objects.exists()


def test_a_department_that_is_missing_is_reported(departments):
    Organisation.objects.get(code="440605-planning").delete()
    assert "Departments that are not here: planning" in load()
    assert Checklist.objects.count() == 35
