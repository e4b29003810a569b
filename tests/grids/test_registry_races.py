"""Deliveries, imports and the clock's notices that come twice at the same moment."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gridgov import clock
from gridgov.errors import StepNotAllowed
from gridgov.models import Notice
from grids.models import (
    DepartmentRecord,
    FeedRun,
    GridObject,
    ImportState,
    RegistryChange,
    RegistryImport,
)
from grids.services.department_feeds import say_overdue_feeds
from grids.services.registry_import import begin_import, discard_import, take_over_import, work_on_import
from tests.grids.test_deliver_records import deliver, department, form, officer, row  # noqa: F401 - fixtures
from tests.grids.test_import_registry import csv_of, shop  # noqa: F401 - a fixture
from tests.racing import race
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def preview(shop) -> RegistryImport:  # noqa: F811
    """A file of two objects that was read and waits for a yes."""
    content = csv_of(shop, {**shop, "code": "S-2"})
    begun = begin_import(SimpleUploadedFile("shops.csv", content), actor=None)
    work_on_import(begun.pk)
    begun.refresh_from_db()
    assert begun.state == ImportState.PREVIEW
    return begun


def test_two_deliveries_of_one_form_at_once_are_both_taken_whole_and_the_later_one_holds(cast, form):  # noqa: F811
    for number in (1, 2):
        make_object(cast.city.grid, code=f"S-{number}")
    runs = race(
        lambda: deliver(form, [row(2, "S-1", valid_to="2027-01-05")], complete=True, removing=2),
        lambda: deliver(
            form, [row(2, "S-1", valid_to="2027-02-05"), row(3, "S-2")], complete=True, removing=2
        ),
    )
    assert [run.state for run in runs] == ["good", "good"]
    later = FeedRun.objects.latest("pk")
    assert set(DepartmentRecord.objects.values_list("run", flat=True)) == {later.pk}
    assert DepartmentRecord.objects.count() == later.taken


def test_who_takes_an_import_over_second_is_told_that_it_is_under_way(preview):
    answers = race(*[lambda: take_over_import(preview.pk, actor=None, in_background=False)] * 4)
    assert sum(isinstance(answer, RegistryImport) for answer in answers) == 1
    assert sum(isinstance(answer, StepNotAllowed) for answer in answers) == 3


def test_taking_over_and_throwing_away_at_once_is_one_of_the_two(preview):
    taken, gone = race(
        lambda: take_over_import(preview.pk, actor=None, in_background=False),
        lambda: discard_import(preview.pk, actor=None),
    )
    assert isinstance(taken, Exception) != isinstance(gone, Exception)
    assert RegistryImport.objects.filter(pk=preview.pk).exists() == isinstance(taken, RegistryImport)


def test_two_workers_at_one_import_write_each_object_once(preview):
    take_over_import(preview.pk, actor=None, in_background=False)
    race(*[lambda: work_on_import(preview.pk)] * 3)
    work_on_import(preview.pk)  # what a worker left because another had begun
    assert RegistryImport.objects.get().state == ImportState.DONE
    assert sorted(GridObject.objects.values_list("code", "version")) == [("S-1", 1), ("S-2", 1)]
    assert RegistryChange.objects.count() == 2


def test_two_clocks_say_an_overdue_delivery_once(cast, form, officer):  # noqa: F811
    make_object(cast.city.grid, code="S-1")
    with clock.at(clock.now() - timedelta(days=30)):
        deliver(form, [row(2, "S-1")], as_of=clock.today())
    assert sorted(race(say_overdue_feeds, say_overdue_feeds, say_overdue_feeds)) == [0, 0, 1]
    told = Notice.objects.filter(event="feed_overdue").values_list("recipient", flat=True)
    assert len(told) == len(set(told)) > 0
