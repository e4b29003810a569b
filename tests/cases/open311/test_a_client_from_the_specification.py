"""A client that knows nothing but the specification: it finds the endpoint, asks, reports, and reads what became of it."""

from typing import Any

import pytest

from cases.models import Case, CaseClass, Publicity
from gridgov import clock
from tests.case_factories import jpeg, make_case, make_cast, make_city
from tests.cases.open311.client import GeoReport, Refused
from tests.factories import inside

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def base(live_server: Any, settings: Any) -> str:
    settings.PUBLIC_URL = live_server.url
    return f"{live_server.url}/open311"


@pytest.mark.parametrize("format_", ["xml", "json"])
def test_it_discovers_asks_reports_and_reads_back(base: str, api_key: str, format_: str) -> None:
    cast = make_cast(make_city())
    CaseClass.objects.update(publicity=Publicity.PLACE)
    others = make_case(cast)
    server = GeoReport.discovered(
        f"{base}/discovery.{format_}", api_key=api_key, jurisdiction_id=cast.city.district.code
    )

    lamp = next(each for each in server.services() if each["service_name"] == "路灯")
    assert lamp["type"] == "realtime"
    assert str(lamp["metadata"]).lower() == "true"
    definition = server.definition(lamp["service_code"])
    question = next(each for each in definition["attributes"] if each["datatype"] == "singlevaluelist")
    assert str(question["order"]) == "1"

    place = inside(cast.city.grid)
    made = server.post(
        service_code=lamp["service_code"],
        lat=str(place.y),
        long=str(place.x),
        description="路灯不亮 <b>&</b> “黑”",
        attributes={question["code"]: question["values"][0]["key"]},
    )
    with_photo = server.post(
        media=[jpeg(colour=colour).read() for colour in ("red", "blue")],
        service_code=lamp["service_code"],
        address_string="桂澜路 1 号",
        description="灯杆倒了",
        first_name="小明",
        last_name="王",
        phone="13800138000",
        email="xiaoming@example.org",
    )
    first, second = (Case.objects.get(number=each["service_request_id"]) for each in (made, with_photo))
    assert (first.description, first.condition_id) == ("路灯不亮 <b>&</b> “黑”", cast.city.condition.pk)
    assert (second.address, second.photos.count(), second.contact.masked_name) == ("桂澜路 1 号", 2, "王**")

    assert server.token(made["service_request_id"]) == first.number
    read = server.request(first.number)
    assert (read["status"], read["service_code"]) == ("open", lamp["service_code"])
    assert float(read["lat"]) == pytest.approx(place.y)
    assert read["requested_datetime"].endswith("+08:00")
    listed = {each["service_request_id"] for each in server.requests(status="open")}
    assert listed == {first.number, second.number, others.number}
    since = (clock.now() - clock.now().resolution).isoformat()
    assert server.requests(start_date="2020-01-01T00:00:00Z", end_date="2020-02-01T00:00:00Z") == []
    assert server.requests(status="closed", end_date=since) == []

    with pytest.raises(Refused) as refused:
        server.request("440605-20200101-000001")
    assert (refused.value.status, [code for code, _words in refused.value.errors]) == (404, [404])
    with pytest.raises(Refused) as refused:
        GeoReport(server.base, format_).post(service_code=lamp["service_code"], address_string="桂澜路")
    assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        server.post(service_code=lamp["service_code"], description="哪里？")
    assert refused.value.status == 400
