"""The whole demo in one command: complete, once, and never beside something real."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError

from cases.models import CaseClass
from dispatch.models import Responsibility
from grids.models import Area, User
from inspections.models import ChecklistItem
from tests.dispatch.small_demo import run, small_fixtures
from tests.factories import make_area

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small(tmp_path: Path):
    with small_fixtures(tmp_path):
        yield


def test_it_loads_city_catalogue_and_responsibilities():
    said = run("load_demo")
    assert Area.objects.filter(level=4).count() == 6
    assert User.objects.filter(username="inspector").exists()
    assert CaseClass.objects.filter(is_active=True).exists()
    assert Responsibility.objects.filter(unit__code="440605011001-team").exists()
    assert ChecklistItem.objects.filter(version__state="published").count() == 238
    steps = (
        "load_demo_city",
        "load_catalogue",
        "load_responsibilities",
        "load_demo_registry",
        "load_checklists",
    )
    assert [said.index(step) for step in steps] == sorted(said.index(step) for step in steps)


def test_it_speaks_one_language():
    said = run("load_demo", language="zh-hans")
    # Names of commands and of a standard stay what they are.
    assert not re.search("[a-z]", re.sub(r"load_\w+", "", said))


def test_a_second_time_adds_nothing():
    run("load_demo")
    before = Area.objects.count(), CaseClass.objects.count(), Responsibility.objects.count()
    run("load_demo")
    assert (Area.objects.count(), CaseClass.objects.count(), Responsibility.objects.count()) == before


def test_if_empty_does_nothing_when_it_is_there():
    run("load_demo")
    Responsibility.objects.all().delete()
    assert "not loaded" in run("load_demo", "--if-empty")
    assert not Responsibility.objects.exists()


def test_a_city_without_its_catalogue_is_completed():
    run("load_demo_city")
    run("load_demo")
    assert Responsibility.objects.exists()


def test_it_stays_away_from_real_areas():
    make_area(code="250250")
    with pytest.raises(CommandError, match="not the demo's"):
        run("load_demo")
    assert "not loaded" in run("load_demo", "--if-empty")
    assert Area.objects.count() == 1
    assert not User.objects.exists()
    assert not CaseClass.objects.exists()


def test_what_fails_leaves_nothing(monkeypatch):
    monkeypatch.setattr("dispatch.management.commands.load_demo.STEPS", ("load_catalogue", "no_such_command"))
    with pytest.raises(CommandError):
        run("load_demo")
    assert not Area.objects.exists()
    assert not CaseClass.objects.exists()
