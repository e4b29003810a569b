"""What the database refuses on its own, whatever code or psql asks for."""

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Case, CaseEvent
from cases.workflow import Status
from grids.models import AreaVersion
from tests.case_factories import Cast, case_in, make_case, make_cast, make_city


def test_no_update_jumps_over_steps(cast: Cast):
    case = make_case(cast)
    with pytest.raises(DatabaseError, match="no step leads from reported to handling"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=Status.HANDLING)


def test_a_closed_case_is_not_handled_again_by_sql(cast: Cast):
    case = case_in(Status.CLOSED, cast)
    with pytest.raises(DatabaseError, match="no step leads"), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET status = 'handling' WHERE id = %s", [case.pk])


@pytest.mark.django_db(transaction=True)
def test_a_status_without_its_timeline_row_is_refused_at_commit():
    case = case_in(Status.REPORTED, make_cast(make_city()))
    with pytest.raises(DatabaseError, match="without a timeline row"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=Status.CHECKING)
    case.refresh_from_db()
    assert case.status == Status.REPORTED


@pytest.mark.django_db(transaction=True)
def test_a_forged_row_of_another_version_does_not_help():
    case = case_in(Status.REPORTED, make_cast(make_city()))
    with pytest.raises(DatabaseError, match="without a timeline row"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=Status.CHECKING, version=7)


def test_a_case_begins_as_reported(cast: Cast):
    case = make_case(cast)
    case.pk, case.number, case.status = None, "x-1", Status.HANDLED
    with pytest.raises(DatabaseError, match="begins as reported"), transaction.atomic():
        case.save(force_insert=True)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_timeline_is_append_only(cast: Cast, change: str):
    row = make_case(cast).events.get()
    rows = CaseEvent.objects.filter(pk=row.pk)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        _ = rows.update(note="schöner") if change == "update" else rows.delete()


def test_the_timeline_takes_no_row_that_is_not_a_step(cast: Cast):
    row = make_case(cast).events.get()
    row.pk, row.seq, row.action, row.from_status, row.to_status = None, 2, "verify_pass", "reported", "closed"
    with pytest.raises(DatabaseError, match="no such step"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"unit": None}, "case_with_unit"),
        ({"case_class": None}, "case_registered_has_class"),
        ({"grid_version": None}, "case_grid_has_version"),
        ({"merged_into_id": -1}, "case_merged_into_one"),
    ],
)
def test_the_state_of_a_case_is_whole(cast: Cast, changes: dict, guard: str):
    case = case_in(Status.HANDLING, cast)
    with pytest.raises(DatabaseError, match=guard), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**changes)


def test_a_code_has_one_current_outline(cast: Cast):
    version = cast.city.grid.versions.get()
    with pytest.raises(DatabaseError, match="area_version_one_current"), transaction.atomic():
        AreaVersion.objects.bulk_create(
            [
                AreaVersion(
                    area=version.area,
                    level=version.level,
                    number=2,
                    valid_from=version.valid_from,
                    outline=version.outline,
                )
            ]
        )
