"""GET services and services/<code>: what can be asked for, and the questions of each."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import CaseClass, ClassKeyword, ClassKind, Condition, MajorClass
from grids.models import ObjectKind
from tests.case_factories import City
from tests.cases.open311.conftest import get
from tests.registry_factories import make_type

LAMP = "component-01001"


def an_event(city: City, number: str = "01001") -> CaseClass:
    """A class of an event with the same number as the lamp, and nothing to ask."""
    major, _made = MajorClass.objects.get_or_create(
        standard="GB/T 47678.5-2026", kind=ClassKind.EVENT, code="01", defaults={"name": "市容环境"}
    )
    return CaseClass.objects.create(major=major, code=number[2:], full_code=number, name="占道经营")


def test_each_class_in_use_is_a_service(city: City) -> None:
    ClassKeyword.objects.create(case_class=city.case_class, word="不亮", weight=3)
    ClassKeyword.objects.create(case_class=city.case_class, word="灯", is_active=False)
    CaseClass.objects.filter(pk=city.other_class.pk).update(is_active=False)
    assert get("services").content == [
        {
            "service_code": LAMP,
            "service_name": "路灯",
            "description": "灯具不亮",
            "metadata": True,
            "type": "realtime",
            "keywords": "不亮",
            "group": "公用设施",
        }
    ]


def test_a_component_and_an_event_of_the_same_number_are_two_services(city: City) -> None:
    an_event(city)
    codes = {each["service_code"]: each for each in get("services").content}
    assert {LAMP, "event-01001"} <= codes.keys()
    assert codes["event-01001"]["metadata"] is False
    assert get("services/event-01001").content == {"service_code": "event-01001", "attributes": []}


def test_the_list_costs_as_much_for_many_classes_as_for_few(city: City) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        get("services")
    for number in range(20):
        an_event(city, f"01{number + 100}")
    with CaptureQueriesContext(connection) as many:
        assert len(get("services").content) == 22
    assert len(few) == len(many) == 4


def test_the_conditions_of_a_class_are_a_list_to_choose_from(city: City) -> None:
    Condition.objects.create(case_class=city.case_class, text="灯杆倾斜", position=2)
    Condition.objects.create(case_class=city.case_class, text="过时", position=3, is_active=False)
    found = get(f"services/{LAMP}").content
    condition, plate = found["attributes"]
    assert found["service_code"] == LAMP
    assert (condition["variable"], condition["datatype"], condition["required"]) == (
        True,
        "singlevaluelist",
        False,
    )
    assert (condition["code"], condition["order"]) == ("CONDITION", 1)
    assert [each["name"] for each in condition["values"]] == ["灯具不亮", "灯杆倾斜"]
    assert condition["values"][0]["key"] == str(city.condition.pk)
    assert (plate["code"], plate["datatype"], plate["order"], plate["values"]) == ("OBJECT", "string", 2, [])


def test_a_definition_in_xml_has_lists_of_attributes_and_values(city: City) -> None:
    found = get(f"services/{LAMP}.xml").content
    assert found.tag == "service_definition"
    assert [each.findtext("code") for each in found.findall("attributes/attribute")] == [
        "CONDITION",
        "OBJECT",
    ]
    assert found.findtext("attributes/attribute/required") == "false"
    assert found.findtext("attributes/attribute/values/value/name") == "灯具不亮"


def test_a_service_that_is_not_offered_is_not_there(city: City) -> None:
    CaseClass.objects.filter(pk=city.other_class.pk).update(is_active=False)
    for code in ("component-02001", "event-01001", "01001", "x", "component-01001-2"):
        answer = get(f"services/{code}")
        assert (answer.status, answer.content[0]["code"]) == (404, 404), code
        assert "service_code" in answer.descriptions


def test_what_befell_a_component_asks_for_its_plate_too(city: City) -> None:
    lamp = an_event(city)
    CaseClass.objects.filter(pk=lamp.pk).update(name="路灯异常")
    make_type("lamp", ObjectKind.COMPONENT, name="路灯", class_digits="01001")
    assert [each["code"] for each in get("services/event-01001").content["attributes"]] == ["OBJECT"]
    other_standard = an_event(city, "01002")
    make_type("well", ObjectKind.COMPONENT, name="上水井盖", class_digits=other_standard.full_code)
    assert get("services/event-01002").content["attributes"] == []
