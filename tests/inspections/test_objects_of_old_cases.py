"""Cases from before they named their object: those that a visit raised at one object get it, others do not."""

from importlib import import_module

import pytest
from django.db import connection

from cases.models import Case
from inspections.models import ChecklistItem, Finding
from inspections.services.visits import Given
from tests.case_factories import make_case
from tests.inspection_factories import make_checklist, make_visit, photo_ahead
from tests.registry_factories import make_object, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(cast):
    """Makes a finding at an object of its own, with the case that it raised."""
    type = make_type()
    make_checklist([type], [{}], department=cast.city.district_department)

    def make():
        given = Given(ChecklistItem.objects.get().pk, "abnormal", photos=[photo_ahead(cast.inspector)])
        return make_visit(cast.inspector, make_object(cast.city.grid, type), given).answers.get().finding

    return make


def name_objects():
    Case.objects.update(object=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("inspections.migrations.0005_rechecks_of_cases").NAME_OBJECTS)


def test_the_case_that_a_visit_raised_gets_the_visited_object(found):
    finding = found()
    name_objects()
    assert Case.objects.get().object == finding.object


def test_a_case_with_findings_of_two_objects_gets_none(found):
    first, second = found(), found()
    Finding.objects.filter(pk=second.pk).update(case=first.case)
    name_objects()
    assert not Case.objects.exclude(object=None).exists()


def test_a_case_that_somebody_else_reported_gets_none(cast, found):
    finding, case = found(), make_case(cast, actor=cast.grid_leader)
    Finding.objects.filter(pk=finding.pk).update(case=case)
    name_objects()
    assert not Case.objects.exclude(object=None).exists()
