"""The command simulate: where it runs, how often, and that it can be stopped."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import transaction

from cases.models import Case, CaseEvent
from cases.services.citizen import Sender, report_as_citizen
from cases.workflow import Action
from dispatch.simulation.run import simulate
from gridgov import clock
from gridgov.evidence import FOLDER
from grids.demo.places import DISTRICT
from grids.models import Area, AreaLevel, AreaVersion
from tests.dispatch.small_demo import quiet_demo, run

SUNDAY = datetime(2026, 11, 21, 18, 10, tzinfo=UTC)  # at two in the night in Nanhai
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small demo city, without any case yet."""
    with django_db_blocker.unblock(), quiet_demo(tmp_path_factory.mktemp("demo")):
        yield


def history() -> list[tuple[object, ...]]:
    rows = CaseEvent.objects.order_by("pk").values_list(
        "case__number",
        "case__description",
        "case__address",
        "action",
        "at",
        "actor__username",
        "note",
        "due_after",
    )
    return list(rows)


def stored() -> set[Path]:
    return set((Path(default_storage.location) / FOLDER).glob("*/*/*/*"))


def lived_through(seed: int) -> list[tuple[object, ...]]:
    """The history of a night and a day, undone again."""
    with transaction.atomic(), clock.at(SUNDAY):
        simulate(days=1, seed=seed)
        told = history()
        transaction.set_rollback(True)
    return told


def test_a_seed_gives_one_history(demo):
    first, again, other = lived_through(1), lived_through(1), lived_through(2)
    assert first
    assert first == again
    assert first != other


def test_it_tells_what_came_of_it(demo):
    with clock.at(SUNDAY):
        said = run("simulate", "--days", "1")
    numbers = {
        title: int(number) for number, title in (line.split(maxsplit=1) for line in said.splitlines()[1:])
    }
    assert numbers["all cases"] == Case.objects.count() > 0
    assert numbers["reported"] == Case.objects.filter(status="reported").count()


def test_it_speaks_one_language(demo):
    with clock.at(SUNDAY):
        said = run("simulate", "--days", "1", language="zh-hans")
    assert not re.search("[a-z]", said)


def test_if_empty_does_nothing_where_something_has_happened(demo):
    with clock.at(SUNDAY):
        simulate(days=1)
        before = CaseEvent.objects.count()
        assert "nothing was simulated" in run("simulate", "--if-empty")
    assert CaseEvent.objects.count() == before


def test_a_second_run_goes_on_from_where_the_first_ended(demo):
    with clock.at(SUNDAY):
        simulate(days=1)
    left = set(Case.objects.open().values_list("pk", flat=True))
    last = CaseEvent.objects.latest("at").at
    before = CaseEvent.objects.count()
    with clock.at(MONDAY):
        start, _end = simulate(days=14)
    assert start == last
    later = CaseEvent.objects.order_by("pk")[before:]
    assert later
    assert all(last <= event.at <= MONDAY for event in later)
    assert left & {event.case_id for event in later}


def test_operators_find_a_class_for_what_was_told_without_one(demo):
    with clock.at(SUNDAY):
        simulate(days=1)
        told = [
            report_as_citizen(
                district=Area.objects.get(code=DISTRICT),
                sender=Sender(language="zh-hans"),
                case_class=None,
                point=grid.outline.point_on_surface,
                description="路上有东西挡着",
            ).case_id
            for grid in AreaVersion.objects.current().filter(level=AreaLevel.GRID)[:6]
        ]
    with clock.at(MONDAY):
        simulate(days=14)
    taken_in = Case.objects.filter(pk__in=told, events__action=Action.REGISTER)
    assert taken_in
    assert all(case.case_class_id for case in taken_in)


def test_progress_goes_from_nothing_to_all_of_it(demo):
    told: list[timedelta] = []
    with clock.at(SUNDAY):
        start, end = simulate(days=1, advance=told.append)
    assert told == sorted(told)
    assert timedelta() <= told[0]
    assert told[-1] == end - start


def test_a_stopped_run_leaves_nothing_behind(demo):
    def stop(passed: timedelta) -> None:
        if CaseEvent.objects.filter(photos__isnull=False).exists():
            raise KeyboardInterrupt

    with clock.at(MONDAY):
        with pytest.raises(KeyboardInterrupt):
            simulate(days=2, advance=stop)
        assert not Case.objects.exists()
        stopped = stored()
        simulate(days=2)
    assert stopped
    assert not stopped & stored()


def test_no_days_make_no_history(demo):
    with pytest.raises(CommandError, match="one day"):
        run("simulate", "--days", "0")


def test_it_leaves_a_real_city_alone(demo):
    AreaVersion.objects.filter(area__code="440605").update(source="surveyed")
    with pytest.raises(CommandError, match="load_demo"):
        run("simulate")
    assert "nothing was simulated" in run("simulate", "--if-empty")
    assert not Case.objects.exists()
