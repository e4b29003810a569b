"""GET classes/: the catalogue."""

import pytest

from cases.models import CaseClass, Condition, Limit
from tests.cases.api.caller import V1, Caller

pytestmark = pytest.mark.django_db

LIST = f"{V1}classes/"


def names(user, **wanted):
    return [row["name"] for row in Caller(user).get(LIST, wanted).json()["results"]]


def test_a_class_comes_with_its_conditions_and_limits(cast):
    lamp = Caller(cast.citizen).get(LIST).json()["results"][0]

    assert (lamp["code"], lamp["kind"], lamp["name"]) == ("01001", "component", "路灯")
    assert (lamp["major"], lamp["standard"]) == ("公用设施", "GB/T 47678.5-2026")
    (condition,) = lamp["conditions"]
    assert condition["text"] == "灯具不亮"
    assert condition["limits"] == [
        {"level": "street", "grade": None, "amount": 48.0, "unit": "urgent_hour"},
        {"level": None, "grade": None, "amount": 24.0, "unit": "urgent_hour"},
    ]


def test_a_limit_may_say_that_there_is_none(cast):
    Limit.objects.filter(level=None).update(amount=None)

    lamp = Caller(cast.operator).get(LIST).json()["results"][0]

    assert lamp["conditions"][0]["limits"][1]["amount"] is None


def test_only_what_is_in_use_is_offered(cast):
    CaseClass.objects.filter(pk=cast.city.other_class.pk).update(is_active=False)
    Condition.objects.update(is_active=False)

    (lamp,) = Caller(cast.operator).get(LIST).json()["results"]

    assert lamp["conditions"] == []


def test_filters_by_standard_kind_and_major_class(cast):
    assert names(cast.operator) == ["路灯", "暴露垃圾"]
    assert names(cast.operator, major="02") == ["暴露垃圾"]
    assert names(cast.operator, kind="event") == []
    assert names(cast.operator, standard="GB/T 30428.2-2013") == []


def test_pages_by_code(cast):
    first = Caller(cast.operator).get(LIST, {"page_size": 1}).json()

    assert [row["name"] for row in Caller(cast.operator).get(first["next"]).json()["results"]] == ["暴露垃圾"]


def test_nobody_is_asked_to_log_in(db):
    assert Caller().get(LIST).status_code == 401


def test_the_number_of_queries_is_the_same_for_one_row_and_fifty(cast, django_assert_max_num_queries):
    counts = []
    for size in (1, 50):
        for index in range(size):
            made = CaseClass.objects.create(
                major=cast.city.case_class.major,
                code=f"{size}{index}",
                full_code=f"01{size}{index}",
                name="井盖",
            )
            Condition.objects.create(case_class=made, text="破损")
        caller = Caller(cast.operator)
        with django_assert_max_num_queries(10) as queries:
            assert len(caller.get(LIST, {"page_size": size}).json()["results"]) == size
        counts.append(len(queries))

    assert counts[0] == counts[1]
