"""What the clock does for imports: lost ones go on, old ones are forgotten."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from gridgov import clock
from grids import tasks
from grids.models import GridObject, ImportRow, RegistryImport
from grids.services import registry_import
from tests.grids.test_import_registry import csv_of, previewed, shop, taken  # noqa: F401 - a fixture


def test_an_import_that_never_reached_a_worker_is_picked_up_once_it_stands_still(shop):  # noqa: F811
    begun = previewed(csv_of(shop))
    registry_import.take_over_import(begun.pk, actor=None, in_background=False)
    assert registry_import.resume_imports(clock.now() - tasks.STANDS_STILL) == []
    with clock.at(clock.now() + timedelta(minutes=4)):
        assert registry_import.resume_imports(clock.now() - tasks.STANDS_STILL) == [begun.pk]
        tasks.work_on_import(begun.pk)
        assert GridObject.objects.count() == 1
        assert registry_import.resume_imports(clock.now()) == []
        tasks.work_on_import(begun.pk)
    assert GridObject.objects.get().version == 1


def test_old_imports_go_with_their_rows_and_files_and_what_they_brought_stays(
    shop,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    taken(csv_of(shop))
    left = previewed(csv_of({**shop, "code": "S-2"}))
    tasks.forget_imports()
    assert RegistryImport.objects.count() == 2
    with clock.at(clock.now() + timedelta(days=61)), django_capture_on_commit_callbacks(execute=True):
        tasks.forget_imports()
    assert not RegistryImport.objects.exists()
    assert not ImportRow.objects.exists()
    assert not default_storage.exists(str(left.file.name))
    assert GridObject.objects.count() == 1


def test_a_file_whose_reading_fails_again_and_again_is_given_up(shop, monkeypatch):  # noqa: F811
    begun = previewed(csv_of(shop))
    RegistryImport.objects.filter(pk=begun.pk).update(state="reading", attempt=0)
    monkeypatch.setattr(registry_import, "_stage", lambda *_args: 1 / 0)
    for _attempt in range(3):
        with pytest.raises(ZeroDivisionError):
            tasks.work_on_import(begun.pk)
    begun.refresh_from_db()
    assert begun.state == "unreadable"
    assert begun.problem
