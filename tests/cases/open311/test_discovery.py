"""GET discovery: the one address that apps are told."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps

from tests.case_factories import City
from tests.cases.open311.conftest import get

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


@pytest.mark.parametrize("where", ["/open311/discovery.json", "/open311/v2/discovery.json"])
def test_it_names_one_endpoint_with_both_formats(city: City, settings, where: str) -> None:
    settings.PUBLIC_URL, settings.DEMO, settings.DEBUG = "https://wangge.example.cn", False, False
    found = get(where).content
    assert found["endpoints"] == [
        {
            "specification": SPECIFICATION,
            "url": "https://wangge.example.cn/open311/v2",
            "changeset": found["changeset"],
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
    ]
    assert settings.OPEN311_CONTACT in found["contact"]
    assert "open311:write" in found["key_service"]


def test_a_demonstration_is_for_tests(city: City, settings) -> None:
    settings.DEMO = True
    assert get("/open311/discovery.json").content["endpoints"][0]["type"] == "test"


def test_its_changeset_moves_with_the_catalogue(city: City) -> None:
    before = get("/open311/discovery.json").content["changeset"]
    assert datetime.fromisoformat(before).tzinfo
    later = datetime.fromisoformat(before) + timedelta(days=1)
    apps.get_model("cases", "ConditionEvent").objects.update(pgh_created_at=later)
    assert get("/open311/discovery.json").content["changeset"] == later.isoformat()


def test_xml_says_the_same(city: City) -> None:
    found = get("/open311/discovery.xml").content
    assert found.tag == "discovery"
    assert [each.text for each in found.findall("endpoints/endpoint/formats/format")] == [
        "text/xml",
        "application/json",
    ]
    assert found.findtext("endpoints/endpoint/specification") == SPECIFICATION
