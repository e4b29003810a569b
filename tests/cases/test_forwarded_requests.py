"""What hotlines and petition offices hand over: once per number, by file or API, and replied to."""

from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from cases.models import Case, FileState, ForwardedRequest, RequestFile, RequestOutcome, RequestSource
from cases.services import forwarded, merge_case, refuse_case, register_case
from cases.services.forwarded import (
    files_that_stand_still,
    forget_request_files,
    receive_request,
    take_request_file,
    work_on_request_file,
)
from cases.workflow import Status
from gridgov import clock
from gridgov.errors import StepNotAllowed
from gridgov.models import Channel, Delivery, Notice
from grids.models import NoticeAddress
from tests.case_factories import Cast, carried_on, make_case
from tests.factories import inside
from tests.pages import count_queries
from tests.racing import race

HEADER = [
    "工单编号",
    "诉求内容",
    "事发地址",
    "经度",
    "纬度",
    "来电时间",
    "办结时限",
    "问题分类",
    "来电人",
    "联系电话",
    "备注",
]
GOOD = [
    "GD001",
    "井盖破损",
    "桂澜路 1 号",
    "",
    "",
    "2026-11-22 09:00",
    "2026/11/30",
    "路灯",
    "王先生",
    "13800138000",
    "",
]
LIST = reverse("cases:request_file_list")


@pytest.fixture
def source(cast: Cast) -> RequestSource:
    return RequestSource.objects.create(
        code="12345", name="12345 热线", channel="hotline", organisation=cast.city.community_centre
    )


def as_csv(*rows: list[str], encoding: str = "gb18030") -> SimpleUploadedFile:
    text = "\r\n".join(",".join(row) for row in (HEADER, *rows))
    return SimpleUploadedFile("热线.csv", text.encode(encoding))


def upload(client, cast: Cast, source: RequestSource, file: SimpleUploadedFile):
    client.force_login(cast.operator)
    return client.post(LIST, {"source": source.pk, "file": file}, headers={"Accept-Language": "en"})


def taken(client, cast: Cast, source: RequestSource, *rows: list[str]) -> RequestFile:
    """A file uploaded and taken over, its rows reported by a worker."""
    upload(client, cast, source, as_csv(*rows))
    found = RequestFile.objects.latest("pk")
    client.post(reverse("cases:take_request_file", args=[found.pk]))
    work_on_request_file(found.pk)
    found.refresh_from_db()
    return found


def test_whoever_registers_below_the_source_takes_nothing_of_it_and_reads_nothing(client, cast, source):
    upload(client, cast, source, as_csv(GOOD))
    source.organisation = cast.city.district_centre
    source.save()
    file = RequestFile.objects.get()
    assert client.get(reverse("cases:request_file", args=[file.pk])).status_code == 404
    assert GOOD[1] not in client.get(LIST).content.decode()
    assert "12345" not in client.get(LIST).content.decode()
    sent = {"source": "12345", "number": "GD9", "text": "井盖破损"}
    assert client.post("/api/v1/hotline/requests/", sent, content_type="application/json").status_code == 400
    assert not Case.objects.exists()


# Files


def test_a_file_is_shown_with_its_columns_guessed_before_anything_is_reported(client, cast, source):
    response = upload(client, cast, source, as_csv(GOOD, ["", "没有编号"]))
    page = client.get(response.url, headers={"Accept-Language": "en"}).content.decode()
    assert not Case.objects.exists()
    found = RequestFile.objects.get()
    assert found.mapping == {
        "0": "number", "1": "text", "2": "address", "3": "longitude", "4": "latitude", "5": "called_at",
        "6": "due_at", "7": "case_class", "8": "contact_name", "9": "contact_phone",
    }  # fmt: skip
    assert "井盖破损" in page
    assert "number is missing" in page


def test_the_preview_counts_what_is_new_known_and_refused(client, cast, source):
    taken(client, cast, source, GOOD)
    response = upload(
        client, cast, source, as_csv(GOOD, ["GD2", "路灯不亮"], ["GD2", "路灯不亮"], ["", "没有编号"])
    )
    assert client.get(response.url).context["expected"] == (1, 2, 1)


def test_an_excel_file_is_read_too(client, cast, source):
    book, content = Workbook(), BytesIO()
    for row in (HEADER, GOOD):
        book.active.append(row)
    book.save(content)
    assert (
        upload(client, cast, source, SimpleUploadedFile("热线.xlsx", content.getvalue())).status_code == 302
    )
    assert RequestFile.objects.get().rows.get().cells[:2] == ["GD001", "井盖破损"]


def test_taken_over_each_row_is_a_case_with_its_number_promise_and_contact(client, cast, source):
    found = taken(client, cast, source, GOOD)
    case = Case.objects.get()
    assert (case.channel, case.external_id, case.description) == ("hotline", "GD001", "井盖破损")
    assert case.case_class == cast.city.case_class
    # "2026/11/30" is promised until the end of that day.
    assert timezone.localtime(case.promised_due_at).isoformat(timespec="minutes") == "2026-11-30T23:59+08:00"
    assert case.contact.masked_phone == "138****8000"
    assert found.state == "done"
    row = found.rows.get()
    assert (row.outcome, row.case, row.cells) == (RequestOutcome.TAKEN, case, [])
    page = client.get(reverse("cases:case_list"), {"search": "GD001"}).content.decode()
    assert case.number in page


def test_a_bad_row_starves_nobody_and_says_why(client, cast, source):
    found = taken(
        client, cast, source, ["GD1", "甲", "", "x", "y"], ["GD2", "乙", "", "", "", "昨天"], ["GD3", "丙"]
    )
    assert [row.outcome for row in found.rows.all()] == ["refused", "refused", "taken"]
    assert all(row.problems for row in found.rows.all()[:2])


def test_a_phone_that_nobody_could_call_stands_behind_the_name(client, cast, source):
    taken(client, cast, source, [*GOOD[:-2], "匿名", ""])
    contact = Case.objects.get().contact
    assert (contact.name, contact.phone) == ("王先生 匿名", "")


def test_each_column_shows_an_example(client, cast, source):
    page = client.get(upload(client, cast, source, as_csv(GOOD)).url)
    assert page.context["columns"][1] == (1, "诉求内容", "井盖破损", "text")
    assert "王先生" not in page.content.decode()


def test_handed_over_twice_it_is_one_case(client, cast, source):
    taken(client, cast, source, GOOD)
    found = taken(client, cast, source, GOOD, ["GD002", "路灯不亮"])
    assert [row.outcome for row in found.rows.all()] == ["known", "taken"]
    assert Case.objects.count() == 2


def test_columns_are_chosen_by_hand_and_remembered_for_the_next_file(client, cast, source):
    upload(client, cast, source, SimpleUploadedFile("a.csv", "甲,乙\nGD1,井盖破损".encode()))
    found = RequestFile.objects.get()
    page = reverse("cases:request_file", args=[found.pk])
    take = reverse("cases:take_request_file", args=[found.pk])
    assert client.post(take).status_code == 400
    twice = client.post(page, {"column-0": "number", "column-1": "number"}, headers={"Accept-Language": "en"})
    assert twice.status_code == 422
    assert "one column only" in twice.content.decode()
    assert client.post(page, {"column-0": "number", "column-1": "text"}).status_code == 302
    assert client.post(take).status_code == 302
    upload(client, cast, source, SimpleUploadedFile("b.csv", "甲,乙\nGD2,路灯不亮".encode()))
    assert RequestFile.objects.latest("pk").mapping == {"0": "number", "1": "text"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", "工单编号,诉求内容".encode()])
def test_a_file_without_rows_or_that_can_t_be_read_is_refused_in_words(client, cast, source, content):
    response = upload(client, cast, source, SimpleUploadedFile("a.csv", content))
    assert response.status_code == 422
    assert not RequestFile.objects.exists()


def test_too_many_rows_are_refused(client, cast, source, monkeypatch):
    monkeypatch.setattr("cases.services.forwarded.MOST_ROWS", 2)
    assert upload(client, cast, source, as_csv(GOOD, GOOD, GOOD)).status_code == 422


def test_only_operators_of_the_sources_district_see_its_files(client, cast, source):
    upload(client, cast, source, as_csv(GOOD))
    page = reverse("cases:request_file", args=[RequestFile.objects.get().pk])
    for person in (cast.handler, cast.stranger, cast.citizen):
        client.force_login(person)
        assert client.get(page).status_code == 404
    client.force_login(cast.stranger)
    sent = client.post(LIST, {"source": source.pk, "file": as_csv(GOOD)})
    assert sent.status_code == 422


def test_a_file_may_be_thrown_away_until_it_is_taken_over(client, cast, source):
    upload(client, cast, source, as_csv(GOOD))
    found = RequestFile.objects.get()
    assert client.post(reverse("cases:discard_request_file", args=[found.pk])).status_code == 302
    assert not RequestFile.objects.exists()
    done = taken(client, cast, source, GOOD)
    assert client.post(reverse("cases:discard_request_file", args=[done.pk])).status_code == 409


def test_a_lost_worker_is_followed_by_another_and_old_files_go(client, cast, source):
    upload(client, cast, source, as_csv(GOOD))
    found = RequestFile.objects.get()
    client.post(reverse("cases:take_request_file", args=[found.pk]))
    assert files_that_stand_still(clock.now()) == [found.pk]
    work_on_request_file(found.pk)
    assert forget_request_files(clock.now()) == 1
    assert Case.objects.count() == 1


def test_more_rows_take_no_more_queries(client, cast, source, django_assert_max_num_queries):
    upload(client, cast, source, as_csv(*[[f"GD{n}", "井盖破损"] for n in range(40)]))
    with django_assert_max_num_queries(20):
        client.get(reverse("cases:request_file", args=[RequestFile.objects.get().pk]))


# API


def send(client, cast, **fields):
    client.force_login(cast.operator)
    body = {"source": "12345", "number": "GD9", "text": "井盖不见了", **fields}
    return client.post("/api/v1/hotline/requests/", body, content_type="application/json")


def test_the_list_of_files_takes_as_many_queries_for_many_as_for_one(client, cast, source):
    upload(client, cast, source, as_csv(GOOD))
    one = count_queries(client, LIST)
    for _ in range(3):
        upload(client, cast, source, as_csv(GOOD))
    assert count_queries(client, LIST) == one


def test_the_api_takes_a_number_once_and_says_what_became_of_it(client, cast, source):
    point = inside(cast.city.grid)
    first = send(client, cast, point={"lon": point.x, "lat": point.y}, contact_phone="13800138000")
    assert first.status_code == 201
    assert send(client, cast).status_code == 200
    assert Case.objects.get().number == first.json()["case"]
    read = client.get("/api/v1/hotline/requests/12345/GD9/")
    assert (read.status_code, read.json()["status"]) == (200, "reported")


def test_the_api_says_by_when_it_is_to_be_solved_and_not_by_when_somebody_looks_at_it(client, cast, source):
    promised = clock.now().replace(microsecond=0) + timedelta(days=7)
    answer = send(client, cast, due_at=promised.isoformat())
    assert datetime.fromisoformat(answer.json()["due_at"]) == promised
    assert Case.objects.get().stage_due_at < promised


@pytest.mark.parametrize(
    "fields",
    [{"source": "unknown"}, {"number": ""}, {"text": ""}, {"contact_phone": "abc"}, {"number": "a\x00b"}],
)
def test_the_api_says_what_is_wrong(client, cast, source, fields):
    assert send(client, cast, **fields).status_code == 400
    assert not Case.objects.exists()


def test_strangers_neither_hand_over_nor_read(client, cast, source):
    send(client, cast)
    client.force_login(cast.stranger)
    assert client.get("/api/v1/hotline/requests/12345/GD9/").status_code == 404
    client.force_login(cast.handler)
    assert client.post("/api/v1/hotline/requests/", {}, content_type="application/json").status_code == 403
    client.logout()
    assert client.get("/api/v1/hotline/requests/12345/GD9/").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_the_same_number_ten_times_at_once_is_one_case(cast, source):
    hand_over = partial(receive_request, actor=cast.operator, source=source, number="GD1", text="井盖破损")
    results = race(*[hand_over] * 10)
    assert sum(is_new for _request, is_new in results) == 1
    assert len({request.case_id for request, _is_new in results}) == 1
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_report_each_row_of_a_file_once(client, cast, source, monkeypatch):
    monkeypatch.setattr(forwarded, "CHUNK", 2)
    upload(client, cast, source, as_csv(*([f"GD{n}", *GOOD[1:]] for n in range(7))))
    found = RequestFile.objects.get()
    take = partial(take_request_file, found.pk, actor=cast.operator)
    assert sum(isinstance(one, StepNotAllowed) for one in race(take, take)) == 1
    assert race(*[partial(work_on_request_file, found.pk)] * 3) == [None] * 3
    found.refresh_from_db()
    assert found.state == FileState.DONE
    assert set(found.rows.values_list("outcome", flat=True)) == {RequestOutcome.TAKEN}
    assert Case.objects.count() == 7


# Replies


@pytest.fixture
def hears(settings, source: RequestSource) -> RequestSource:
    settings.NOTICE_CHANNELS = ["webhook"]
    NoticeAddress.objects.create(
        organisation=source.organisation, channel=Channel.WEBHOOK, address="https://hotline.example/replies"
    )
    return source


def replies() -> list[str]:
    found = Delivery.objects.filter(notice__event__startswith="source_").order_by("pk")
    assert all(delivery.notice.recipient is None for delivery in found)
    return [delivery.notice.event for delivery in found]


def handed_over(cast: Cast, source: RequestSource, number: str = "GD1") -> Case:
    request, _is_new = receive_request(
        actor=cast.operator, source=source, number=number, text="路灯不亮", point=inside(cast.city.grid),
        case_class=cast.city.case_class,
    )  # fmt: skip
    return request.case


def test_the_source_hears_that_it_is_accepted_and_that_it_is_closed(cast, hears):
    case = handed_over(cast, hears)
    register_case(case.pk, actor=cast.operator)
    case.refresh_from_db()
    carried_on(case, Status.CLOSED, cast)
    assert replies() == ["source_register", "source_closed"]
    assert Notice.objects.filter(event="source_closed").get().params["number"] == "GD1"


def test_the_source_hears_why_it_is_refused(cast, hears):
    refuse_case(handed_over(cast, hears).pk, actor=cast.operator, reason="不属于受理范围")
    assert replies() == ["source_refuse"]
    assert "不属于受理范围" in Notice.objects.get(event="source_refuse").params["note"]


def test_the_source_of_a_merged_request_hears_how_the_other_ended(cast, hears):
    into = make_case(cast)
    merge_case(handed_over(cast, hears).pk, actor=cast.operator, into_id=into.pk)
    carried_on(into, Status.CLOSED, cast)
    assert replies() == ["source_merge", "source_closed"]


def test_cases_of_other_channels_reply_to_nobody(cast, hears):
    carried_on(make_case(cast), Status.CLOSED, cast)
    assert replies() == []
    assert not ForwardedRequest.objects.exists()
