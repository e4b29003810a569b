"""POST requests: what an app sends becomes a citizen's report."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import BlockedSender, Case, CaseClass, Channel, ClassKind, Follower, MajorClass, Publicity
from cases.services import merge_case
from cases.workflow import Capacity
from gridgov import clock
from gridgov.models import Photo
from grids.models import Scope, User
from tests.case_factories import Cast, City, jpeg, make_case
from tests.cases.open311.conftest import get, post
from tests.factories import inside
from tests.key_factories import make_key
from tests.registry_factories import make_object, make_type

LAMP = "component-01001"


def report(city: City, api_key: str, **fields: Any) -> dict[str, Any]:
    place = inside(city.grid)
    return {
        "api_key": api_key,
        "service_code": LAMP,
        "lat": place.y,
        "long": place.x,
        "description": "路灯整夜不亮",
    } | fields


def sent(city: City, api_key: str, **fields: Any) -> Case:
    answer = post(report(city, api_key, **fields))
    assert answer.status == 200, answer.content
    case: Case = Case.objects.get(number=answer.content[0]["service_request_id"])
    return case


def test_it_is_a_citizens_report_without_an_actor(shown: Cast, api_key: str, app: User) -> None:
    answer = post(report(shown.city, api_key, account_id="u-77", email="a@example.org", device_id="phone-1"))
    [told] = answer.content
    case = Case.objects.get(number=told["service_request_id"])
    assert (case.channel, case.reporter, case.events.get().capacity) == ("citizen", None, Capacity.CITIZEN)
    assert (case.grid, case.case_class) == (shown.city.grid, shown.city.case_class)
    follower = case.followers.get()
    assert (follower.app, follower.has_reported, follower.email) == (app, True, "a@example.org")
    assert len(follower.device_hash) == 64
    assert told["account_id"] == "u-77"
    assert told["service_notice"]
    assert follower.code not in answer.raw.decode()


def test_the_staff_see_which_app_it_came_through(shown: Cast, api_key: str, client: Client) -> None:
    through_app = sent(shown.city, api_key)
    on_the_phone = make_case(shown, actor=shown.operator, channel=Channel.HOTLINE)
    client.force_login(shown.operator)
    assert " · 随手拍" in client.get(f"/cases/{through_app.number}/").content.decode()
    merge_case(through_app.pk, actor=shown.operator, into_id=on_the_phone.pk)
    assert "随手拍" not in client.get(f"/cases/{on_the_phone.number}/").content.decode()


def test_the_answer_in_xml_is_in_the_form_of_the_specification(shown: Cast, api_key: str) -> None:
    found = post(report(shown.city, api_key), "requests.xml").content
    assert (found.tag, [each.tag for each in found]) == ("service_requests", ["request"])
    assert [each.tag for each in found[0]] == ["service_request_id", "service_notice", "account_id"]
    assert Case.objects.filter(number=found.findtext("request/service_request_id")).exists()


def test_photos_come_as_files(shown: Cast, api_key: str, app: User) -> None:
    case = sent(shown.city, api_key, media=[jpeg(colour="red"), jpeg(colour="blue")])
    assert case.photos.count() == 2
    assert set(Photo.objects.values_list("uploaded_by", flat=True)) == {app.pk}


def test_an_address_of_a_picture_is_kept_as_text_and_never_fetched(shown: Cast, api_key: str) -> None:
    answer = post(report(shown.city, api_key, media_url="http://127.0.0.1:1/a.jpg"))
    case = Case.objects.get(number=answer.content[0]["service_request_id"])
    assert case.description == "路灯整夜不亮\nmedia_url: http://127.0.0.1:1/a.jpg"
    assert case.photos.count() == 0
    assert "media_url" in answer.content[0]["service_notice"]


def test_attributes_say_the_condition_and_the_object(shown: Cast, api_key: str) -> None:
    lamp = make_object(shown.city.grid, code="4406050100000001")
    attributes = {"attribute[CONDITION]": shown.city.condition.pk, "attribute[OBJECT]": lamp.code}
    case = sent(shown.city, api_key, **attributes)
    assert (case.condition, case.object) == (shown.city.condition, lamp)


@pytest.mark.parametrize("name", ["attribute[CONDITION][]", "attribute[CONDITION][0]"])
def test_a_list_of_one_value_will_do(shown: Cast, api_key: str, name: str) -> None:
    assert sent(shown.city, api_key, **{name: shown.city.condition.pk}).condition == shown.city.condition


def test_the_code_of_an_object_says_where(shown: Cast, api_key: str) -> None:
    lamp = make_object(shown.city.grid, code="4406050100000001")
    case = sent(shown.city, api_key, lat="", long="", address_id=lamp.code)
    assert (case.object, case.point, case.grid) == (lamp, lamp.point, shown.city.grid)


def test_an_address_alone_waits_for_somebody_to_place_it(shown: Cast, api_key: str) -> None:
    case = sent(
        shown.city,
        api_key,
        lat="",
        long="",
        address_string="桂澜路 1 号",
        jurisdiction_id=shown.city.district.code,
    )
    assert (case.address, case.grid, case.district) == ("桂澜路 1 号", None, shown.city.district)


@pytest.mark.parametrize(
    ("fields", "name", "phone"),
    [
        ({"first_name": "小明", "last_name": "王", "phone": "138 0013 8000"}, "王小明", "13800138000"),
        ({"first_name": "john", "last_name": "smith", "phone": "111111111"}, "john smith 111111111", ""),
        ({"phone": "+852 6123 4567"}, "+852 6123 4567", ""),
    ],
)
def test_name_and_phone_are_kept_as_a_contact(
    shown: Cast, api_key: str, fields: dict[str, str], name: str, phone: str
) -> None:
    contact = sent(shown.city, api_key, **fields).contact
    assert (contact.name, contact.phone) == (name, phone)


def test_what_looks_like_code_is_text(shown: Cast, api_key: str) -> None:
    words = "<script>alert(1)</script> & ]]>\n第二行"
    assert sent(shown.city, api_key, description=words).description == words


def test_a_description_is_as_long_as_the_specification_allows(shown: Cast, api_key: str) -> None:
    assert len(sent(shown.city, api_key, description="长" * 4000).description) == 4000
    answer = post(report(shown.city, api_key, description="长" * 4001))
    assert (answer.status, "description" in answer.descriptions) == (400, True)


def test_the_same_idempotency_key_files_it_once(shown: Cast, api_key: str) -> None:
    again = {"Idempotency-Key": "0b7e5d2c"}
    first = post(report(shown.city, api_key), "requests.xml", **again)
    second = post(report(shown.city, api_key), "requests.xml", **again)
    assert first.raw == second.raw
    assert second.headers["Content-Type"] == first.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert Case.objects.count() == 1
    other = post(report(shown.city, api_key, description="另一件"), "requests.xml", **again)
    assert (other.status, other.content.tag) == (400, "errors")


def test_a_key_may_come_in_the_header_for_keys(shown: Cast, api_key: str) -> None:
    answer = post(report(shown.city, ""), Authorization=f"Bearer {api_key}")
    assert answer.status == 200


@pytest.mark.parametrize("wrong", ["", "xyz", "gg_" + "a" * 43])
def test_without_a_good_key_it_is_403_and_nothing_is_kept(shown: Cast, wrong: str) -> None:
    answer = post(report(shown.city, wrong))
    assert (answer.status, answer.content[0]["code"]) == (403, 403)
    assert not Case.objects.exists()


def test_a_key_for_something_else_is_403(shown: Cast, app: User) -> None:
    answer = post(report(shown.city, make_key(app, Scope.CASES_WRITE)[1]))
    assert (answer.status, "open311:write" in answer.descriptions) == (403, True)


def test_a_key_that_asks_too_often_is_429(shown: Cast, app: User) -> None:
    key = make_key(app, Scope.OPEN311_WRITE, per_minute=1)[1]
    assert post(report(shown.city, key)).status == 200
    answer = post(report(shown.city, key))
    assert (answer.status, answer.content[0]["code"]) == (429, 429)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_device_that_is_kept_out_is_403_and_others_are_not(shown: Cast, api_key: str) -> None:
    follower = Follower.objects.get(case=sent(shown.city, api_key, device_id="phone-1"))
    BlockedSender.objects.create(
        sender_hash=follower.device_hash,
        reason="灌水",
        blocked_by=shown.operator,
        blocked_at=clock.now(),
        until=clock.now() + timedelta(days=1),
    )
    assert post(report(shown.city, api_key, device_id="phone-1")).status == 403
    assert post(report(shown.city, api_key, device_id="phone-2")).status == 200


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "component-99999"}, 404, "service_code"),
        ({"jurisdiction_id": "110101"}, 404, "jurisdiction_id"),
        ({"lat": "", "long": ""}, 400, "address_string"),
        ({"lat": ""}, 400, "lat"),
        ({"lat": "95"}, 400, "lat"),
        ({"lat": "nan"}, 400, "lat"),
        ({"long": "east"}, 400, "long"),
        ({"lat": "0", "long": "0"}, 400, "lat"),
        ({"lat": "", "long": "", "address_string": "桂澜路"}, 400, "jurisdiction_id"),
        ({"address_id": "nothing"}, 400, "address_id"),
        ({"address_string": "路" * 201}, 400, "address_string"),
        ({"email": "nobody"}, 400, "email"),
        ({"description": "a\0b"}, 400, "description"),
        ({"attribute[NOTHING]": "1"}, 400, "attribute[NOTHING]"),
        ({"attribute[CONDITION]": "0"}, 400, "attribute[CONDITION]"),
        ({"attribute[CONDITION][]": ["1", "2"]}, 400, "attribute[CONDITION]"),
        ({"attribute[OBJECT]": "nothing"}, 400, "OBJECT"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    shown: Cast, api_key: str, fields: dict[str, Any], status: int, word: str
) -> None:
    answer = post(report(shown.city, api_key, **fields))
    assert (answer.status, answer.content[0]["code"]) == (status, status), answer.content
    assert word in answer.descriptions
    assert not Case.objects.exists()


def test_several_mistakes_are_several_errors(shown: Cast, api_key: str) -> None:
    answer = post(report(shown.city, api_key, lat="95", email="nobody"), "requests.xml")
    assert len(answer.content.findall("error")) == 2


def test_an_object_that_is_private_is_as_unknown_as_one_that_is_not_there(shown: Cast, api_key: str) -> None:
    private = make_object(shown.city.grid, make_type(code="home", is_private=True), code="H-1")
    answers = [post(report(shown.city, api_key, address_id=code)) for code in (private.code, "H-2")]
    assert answers[0].raw == answers[1].raw


def test_a_file_that_is_no_photo_is_400(shown: Cast, api_key: str) -> None:
    page = jpeg()
    page.name, page.file.getbuffer()[:4] = "a.jpg", b"MZxx"
    answer = post(report(shown.city, api_key, media=[page]))
    assert (answer.status, Case.objects.count(), Photo.objects.count()) == (400, 0, 0)


def test_ten_photos_are_too_many(shown: Cast, api_key: str) -> None:
    answer = post(report(shown.city, api_key, media=[jpeg(colour=f"#0000{n:02x}") for n in range(10)]))
    assert (answer.status, "media" in answer.descriptions) == (400, True)


def test_json_is_not_how_requests_are_sent(shown: Cast, client: Any) -> None:
    answer = client.post("/open311/v2/requests.json", "{}", "application/json")
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)


def test_a_private_class_is_taken_and_only_its_app_reads_it(shown: Cast, api_key: str) -> None:
    CaseClass.objects.update(publicity=Publicity.PRIVATE)
    case = sent(shown.city, api_key)
    other = User.objects.create(username="other-app", password="!")
    other_key = make_key(other, Scope.OPEN311_WRITE)[1]
    assert get(f"requests/{case.number}").status == 404
    assert get(f"requests/{case.number}", api_key=other_key).status == 404
    [own] = get(f"requests/{case.number}", api_key=api_key).content
    assert (own["status"], own["lat"], own["address"]) == ("open", None, "桂城街道, 南海区")
    assert get("requests", api_key=api_key).content == []
    assert len(get("requests", api_key=api_key, service_request_id=case.number).content) == 1
    assert get(f"tokens/{case.number}").status == 404
    assert get(f"tokens/{case.number}", api_key=api_key).content == [
        {"service_request_id": case.number, "token": case.number}
    ]


def test_an_event_has_no_plate(shown: Cast, api_key: str) -> None:
    MajorClass.objects.filter(code="01").update(kind=ClassKind.EVENT)
    answer = post(report(shown.city, api_key, service_code="event-01001", **{"attribute[OBJECT]": "1"}))
    assert (answer.status, "attribute[OBJECT]" in answer.descriptions) == (400, True)
