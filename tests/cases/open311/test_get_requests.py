"""GET requests and requests/<id>: what became of them, for everybody."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.api.open311.base import StrangersThrottle
from cases.models import Case, CaseClass, CasePhoto, Publication, Publicity
from cases.services import merge_case
from cases.workflow import Status
from gridgov import clock
from grids.models import AreaLevel
from tests.case_factories import Cast, case_in, make_case, make_copies, stored
from tests.cases.open311.conftest import get

CHINA = ZoneInfo("Asia/Shanghai")
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


def publish(case: Case, cast: Cast, text: str = "路灯不亮，已派人去修", **fields: Any) -> None:
    Publication.objects.create(
        case=case, text=text, decided_by=cast.operator, decided_at=clock.now(), **fields
    )


def listed(**asked: Any) -> list[str]:
    answer = get("requests", **asked)
    assert answer.status == 200, answer.content
    return [each["service_request_id"] for each in answer.content]


def in_china(at: Any) -> str:
    return str(at.astimezone(CHINA).isoformat(timespec="seconds"))


def test_an_open_case_shows_what_strangers_may_know(shown: Cast) -> None:
    case = case_in(Status.HANDLING, shown, photos=stored(shown.inspector))
    [found] = get(f"requests/{case.number}").content
    assert list(found) == FIELDS
    assert found["status_notes"]
    assert found | {"status_notes": ""} == {
        "service_request_id": case.number,
        "status": "open",
        "status_notes": "",
        "service_name": "路灯",
        "service_code": "component-01001",
        "description": None,
        "agency_responsible": "平洲社区处置队",
        "service_notice": None,
        "requested_datetime": in_china(case.reported_at),
        "updated_datetime": in_china(case.stage_started_at),
        "expected_datetime": in_china(case.stage_due_at),
        "address": "平洲社区, 桂城街道, 南海区",
        "address_id": None,
        "zipcode": None,
        "lat": case.point.y,
        "long": case.point.x,
        "media_url": None,
    }


def test_words_address_and_photos_are_shown_once_somebody_has_looked_them_over(shown: Cast, settings) -> None:
    settings.PUBLIC_URL = "https://wangge.example.cn"
    case = case_in(Status.HANDLING, shown, photos=stored(shown.inspector))
    publish(case, shown)
    CasePhoto.objects.filter(case=case).update(is_public=True)
    [found] = get(f"requests/{case.number}").content
    assert found["description"] == "路灯不亮，已派人去修"
    assert found["address"] == "桂澜路 1 号, 平洲社区, 桂城街道, 南海区"
    assert found["media_url"].startswith("https://wangge.example.cn/")
    picture = Client().get(found["media_url"].removeprefix("https://wangge.example.cn"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")


def test_before_it_is_handled_one_request_says_by_when_and_a_list_does_not(shown: Cast) -> None:
    case = make_case(shown, condition=shown.city.condition)
    [one] = get(f"requests/{case.number}").content
    assert datetime.fromisoformat(one["expected_datetime"]) > case.reported_at
    [listed_one] = get("requests").content
    assert listed_one["expected_datetime"] is None
    promised = make_case(shown, promised_due_at=clock.now() + timedelta(days=3))
    for path, asked in (
        (f"requests/{promised.number}", {}),
        ("requests", {"service_request_id": promised.number}),
    ):
        [found] = get(path, **asked).content
        assert found["expected_datetime"] == in_china(promised.promised_due_at)


def test_a_closed_case_was_updated_when_it_closed(shown: Cast) -> None:
    case = case_in(Status.CLOSED, shown)
    [found] = get(f"requests/{case.number}").content
    assert (found["status"], found["updated_datetime"]) == ("closed", in_china(case.closed_at))
    assert found["expected_datetime"] is None


def test_nor_does_it_name_an_agency_of_less_than_the_street(shown: Cast) -> None:
    waiting, handled = make_case(shown), case_in(Status.HANDLING, shown)
    assert waiting.holder.level > AreaLevel.STREET
    named = {
        case.pk: get(f"requests/{case.number}").content[0]["agency_responsible"]
        for case in (waiting, handled)
    }
    assert named == {waiting.pk: str(waiting.holder), handled.pk: str(handled.unit)}
    CaseClass.objects.update(publicity=Publicity.STREET)
    for case in (waiting, handled):
        answer = get(f"requests/{case.number}")
        agency = case.unit or case.holder
        assert answer.content[0]["agency_responsible"] == (
            str(agency) if agency.level <= AreaLevel.STREET else None
        )
        assert shown.city.community.name not in answer.raw.decode()


def test_a_class_that_shows_its_street_says_no_more(shown: Cast) -> None:
    CaseClass.objects.update(publicity=Publicity.STREET)
    case = make_case(shown)
    publish(case, shown)
    [found] = get(f"requests/{case.number}").content
    assert (found["lat"], found["long"], found["address"]) == (None, None, "桂城街道, 南海区")


@pytest.mark.parametrize("format_", ["xml", "json"])
def test_a_private_withheld_or_ended_case_is_as_absent_as_one_that_never_was(
    shown: Cast, format_: str
) -> None:
    hidden = [
        make_case(shown, case_class=shown.city.other_class),
        make_case(shown),
        make_case(shown, case_class=None),
        case_in(Status.REFUSED, shown),
        case_in(Status.VOID, shown),
    ]
    CaseClass.objects.filter(pk=shown.city.other_class.pk).update(publicity=Publicity.PRIVATE)
    publish(hidden[1], shown, is_withheld=True)
    for where in ("requests", "tokens"):
        never = get(f"{where}/440605-20200101-000001.{format_}")
        for case in hidden:
            answer = get(f"{where}/{case.number}.{format_}")
            assert (answer.status, answer.raw) == (404, never.raw)
    assert listed() == listed(service_request_id=",".join(case.number for case in hidden)) == []


def test_xml_says_the_same_and_leaves_empty_what_is_unknown(shown: Cast) -> None:
    case = make_case(shown)
    publish(case, shown, text="a<b>&\x0bc</b>")
    found = get("requests.xml").content
    assert (found.tag, [each.tag for each in found]) == ("service_requests", ["request"])
    assert [each.tag for each in found[0]] == FIELDS
    assert found.findtext("request/description") == "a<b>&c</b>"
    assert found.find("request/zipcode").text is None
    assert float(found.findtext("request/lat")) == case.point.y


def test_named_requests_override_all_other_filters(shown: Cast) -> None:
    first, second, _third = (make_case(shown) for _number in range(3))
    named = f"{first.number}, {second.number},,nothing"
    assert set(listed(service_request_id=named, status="closed", start_date="x")) == {
        first.number,
        second.number,
    }


def test_services_and_statuses_narrow_the_list(shown: Cast) -> None:
    lamp, closed = make_case(shown), case_in(Status.CLOSED, shown)
    rubbish = make_case(shown, case_class=shown.city.other_class, condition=None)
    assert set(listed(service_code="component-02001")) == {rubbish.number}
    assert set(listed(service_code="component-02001,component-01001", status="open")) == {
        lamp.number,
        rubbish.number,
    }
    assert set(listed(service_code=["component-02001", "component-01001"])) == {
        lamp.number,
        rubbish.number,
        closed.number,
    }
    assert listed(service_code="component-99999,rubbish,event-") == []
    assert listed(status="closed") == [closed.number]
    assert len(listed(status="open,closed")) == len(listed(status="")) == 3


def test_the_jurisdiction_is_the_district(shown: Cast) -> None:
    case = make_case(shown)
    assert listed(jurisdiction_id=shown.city.district.code) == [case.number]
    elsewhere = shown.stranger.current_posts[0].area.code
    assert listed(jurisdiction_id=elsewhere) == []
    assert get(f"requests/{case.number}", jurisdiction_id=elsewhere).status == 404
    for path in (
        "requests",
        "services",
        f"requests/{case.number}",
        "services/component-01001",
        f"tokens/{case.number}",
    ):
        answer = get(path, jurisdiction_id="110101")
        assert (answer.status, "jurisdiction_id" in answer.descriptions) == (404, True)


def test_without_dates_it_is_the_last_90_days(shown: Cast) -> None:
    with time_machine.travel(clock.now() - timedelta(days=91), tick=False):
        old = make_case(shown)
        then = clock.now()
    with time_machine.travel(clock.now() - timedelta(days=89), tick=False):
        newer = make_case(shown)
    assert listed() == [newer.number]
    assert listed(start_date=then.isoformat()) == [newer.number, old.number]
    assert listed(end_date=(then + timedelta(days=1)).isoformat()) == [old.number]
    assert listed(start_date=then.isoformat(), end_date=then.isoformat()) == [old.number]


def test_a_day_alone_or_an_unescaped_plus_will_do(shown: Cast, client: Any) -> None:
    case = make_case(shown)
    today = clock.today().isoformat()
    assert listed(start_date=today, end_date=today) == [case.number]
    at = case.reported_at.astimezone(CHINA).isoformat()
    answer = client.get(f"/open311/v2/requests.json?start_date={at}")
    assert len(answer.json()) == 1


def test_more_than_90_days_are_refused(shown: Cast) -> None:
    assert get("requests", start_date="2026-01-01T00:00:00Z", end_date="2026-04-01T00:00:00Z").status == 200
    answer = get("requests", start_date="2026-01-01T00:00:00Z", end_date="2026-04-01T00:00:01Z")
    assert (answer.status, "90" in answer.descriptions) == (400, True)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("start_date", "yesterday"),
        ("start_date", "2026-13-01"),
        ("start_date", "0001-01-01T00:00:00+14:00"),
        ("end_date", "0001-01-01"),
        ("end_date", "9999-12-31T23:59:59-12:00"),
        ("start_date", "9999-12-31"),
        ("end_date", "2026-01-01T25:00:00Z"),
        ("updated_after", "soon"),
        ("status", "solved"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "1001"),
        ("page", "9" * 30),
        ("page_size", "many"),
        ("page_size", "０"),
    ],
)
def test_a_filter_that_makes_no_sense_is_400_and_named(db: None, name: str, wrong: str) -> None:
    answer = get("requests", **{name: wrong})
    assert answer.status == 400
    assert "_date" in answer.descriptions or name in answer.descriptions


def test_an_end_before_the_start_is_400(db: None) -> None:
    assert get("requests", start_date="2026-02-01T00:00:00Z", end_date="2026-01-01T00:00:00Z").status == 400


def test_an_empty_argument_is_none(shown: Cast) -> None:
    make_case(shown)
    names = (
        "service_request_id",
        "service_code",
        "start_date",
        "end_date",
        "status",
        "page",
        "jurisdiction_id",
    )
    assert len(listed(**dict.fromkeys(names, ""))) == 1


def test_what_changed_lately(shown: Cast) -> None:
    with time_machine.travel(clock.now() - timedelta(days=10), tick=False):
        waits = make_case(shown)
        then = clock.now()
    closed = case_in(Status.CLOSED, shown)
    assert listed(updated_after=(then + timedelta(days=1)).isoformat()) == [closed.number]
    assert listed(updated_before=(then + timedelta(days=1)).isoformat()) == [waits.number]


def test_pages_and_a_thousand_rows_at_most(shown: Cast) -> None:
    case = make_case(shown)
    make_copies(case, number=1004)
    whole = listed()
    assert len(whole) == len(listed(page_size=5000)) == 1000
    assert len(listed(page=2)) == 5
    assert listed(page_size=10, page=3) == whole[20:30]
    assert listed(page_size=10, page=1000) == []


def test_a_full_list_costs_as_many_queries_as_a_short_one(shown: Cast) -> None:
    case = case_in(Status.HANDLING, shown)
    with CaptureQueriesContext(connection) as short:
        assert len(listed()) == 1
    for status in (Status.HANDLING, Status.CLOSED, Status.REPORTED, Status.SUSPENDED, Status.HANDLED):
        case_in(status, shown)
    make_copies(case, number=30)
    with CaptureQueriesContext(connection) as long:
        assert len(listed()) == 36
    assert len(short) == len(long) == 3


def test_what_an_app_sent_and_was_merged_is_closed_to_it(shown: Cast, api_key: str, app: Any) -> None:
    case = make_case(shown)
    case.followers.create(code="2" * 12, since=clock.now(), app=app, has_reported=True)
    merge_case(case.pk, actor=shown.operator, into_id=make_case(shown).pk)
    assert get(f"requests/{case.number}").status == 404
    [own] = get(f"requests/{case.number}", api_key=api_key).content
    assert own["status"] == "closed"
    assert own["status_notes"]


def test_a_wrong_key_opens_nothing_not_even_what_is_public(shown: Cast) -> None:
    for path in ("requests", "services", "discovery"):
        answer = get(path, api_key="gg_" + "a" * 43)
        assert (answer.status, answer.content[0]["code"]) == (403, 403)


def test_strangers_ask_so_often_and_no_more(shown: Cast, settings, monkeypatch) -> None:
    monkeypatch.setattr(StrangersThrottle, "THROTTLE_RATES", {"open311": "2/min"})
    assert [get("requests").status for _number in range(3)] == [200, 200, 429]
    answer = get("requests.xml")
    assert answer.content.findtext("error/code") == "429"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_wrong_key_is_counted_like_no_key(shown: Cast, monkeypatch) -> None:
    monkeypatch.setattr(StrangersThrottle, "THROTTLE_RATES", {"open311": "2/min"})
    assert [get("requests", api_key="wrong").status for _number in range(3)] == [403, 403, 429]
