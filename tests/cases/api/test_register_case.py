"""POST cases/<number>/register/."""

import pytest

from tests.case_factories import make_case
from tests.cases.api.caller import Caller, codes

pytestmark = pytest.mark.django_db


def test_the_reported_class_stands_and_brings_its_condition_and_limit(cast):
    told = Caller(cast.operator).step(make_case(cast), "register").json()

    assert told["status"] == "registered"
    assert told["condition"]["text"] == "灯具不亮"
    assert told["stage_due_at"] > told["stage_started_at"]


def test_another_class_may_be_named_by_code(cast):
    told = Caller(cast.operator).step(make_case(cast), "register", {"case_class": "component:02001"}).json()

    assert told["case_class"]["name"] == "暴露垃圾"
    assert told["condition"]["text"] == "成堆垃圾未清"


def test_without_any_class_it_is_refused(cast):
    response = Caller(cast.operator).step(make_case(cast, case_class=None), "register")

    assert response.status_code == 400
    assert codes(response) == ["class_missing"]
    assert response.json()["errors"][0]["attr"] == "case_class"


def test_a_condition_of_another_class_is_refused(cast):
    foreign = cast.city.other_class.conditions.get()

    response = Caller(cast.operator).step(make_case(cast), "register", {"condition": foreign.pk})

    assert response.status_code == 400
    assert codes(response) == ["foreign_condition"]
