"""The sweep's task: one thing that breaks holds up no other."""

import pytest
from django.core.cache import cache
from django.db import connection

from dispatch.services.operation_unit import miss_units
from dispatch.tasks import sweep
from gridgov import clock
from tests.case_factories import make_case
from tests.dispatch.operation_factories import blow

pytestmark = pytest.mark.django_db


def refuse_in_the_database(table: str, where: str = "") -> None:
    """From here to the end of the test the database refuses to update these rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE FUNCTION no_update() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'this row is broken'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER no_update BEFORE UPDATE ON {table} FOR EACH ROW {where} EXECUTE FUNCTION no_update()"
        )


def test_one_bad_share_of_an_operation_holds_up_no_other(cast, caplog):
    operation = blow(cast)
    bad, good = operation.units.order_by("pk")
    refuse_in_the_database("dispatch_operationunit", f"WHEN (NEW.id = {bad.pk})")
    with clock.at(operation.report_in_by):
        assert miss_units() == 1
    good.refresh_from_db()
    assert good.missed_at == operation.report_in_by
    assert operation.entries.filter(event="missed").count() == 1
    assert str(bad) in caplog.text


@pytest.mark.parametrize("broken", ["cases_case", "dispatch_operationunit"])
def test_a_part_that_breaks_holds_up_no_other(cast, broken):
    case, operation = make_case(cast), blow(cast)
    refuse_in_the_database(broken)
    cache.delete("sweep_heartbeat")
    with clock.at(max(case.stage_due_at, operation.report_in_by)):
        sweep()
    case.refresh_from_db()
    assert (case.level != cast.city.community_centre.level) is (broken != "cases_case")
    assert operation.units.filter(missed_at=None).exists() is (broken == "dispatch_operationunit")
    assert cache.get("sweep_heartbeat")


def test_what_breaks_as_a_whole_holds_up_no_other_either(cast, caplog):
    case = make_case(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dispatch_operationunit RENAME TO gone")
    with clock.at(case.stage_due_at):
        sweep()
    case.refresh_from_db()
    assert case.holder == cast.city.street_centre
    assert "miss_units" in caplog.text
