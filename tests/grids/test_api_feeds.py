"""GET registry/forms/: how the departments' feeds stand."""

import pytest

from tests.cases.api.caller import V1, Caller
from tests.grids.test_deliver_records import deliver, department, form, officer, row  # noqa: F401
from tests.pages import count_queries
from tests.registry_factories import make_object

pytestmark = pytest.mark.django_db
FORMS = f"{V1}registry/forms/"


def test_who_delivers_reads_the_last_delivery_and_the_last_good_one(cast, form, officer):  # noqa: F811
    (told,) = Caller(officer).get(FORMS).json()
    assert (told["code"], told["last"], told["last_good"]) == (form.code, None, None)
    make_object(cast.city.grid, code="S-1")
    deliver(form, [row(2, "S-1")], actor=officer)
    (told,) = Caller(officer).get(FORMS).json()
    assert (told["last"]["state"], told["last"]["taken"], told["is_broken"]) == ("good", 1, False)
    assert told["last_good"] == told["last"]


def test_others_see_none(cast, form):  # noqa: F811
    for person in (cast.inspector, cast.stranger, cast.citizen):
        assert Caller(person).get(FORMS).json() == []


def test_it_costs_the_same_for_one_form_and_for_many(client, form, officer):  # noqa: F811
    client.force_login(officer)
    one = count_queries(client, FORMS)
    for number in range(8):
        form.pk, form.code = None, f"form-{number}"
        form.save(force_insert=True)
    assert count_queries(client, FORMS) == one
