"""The list of cases as a file, and what narrows it besides the selects."""

import csv
import io

import pytest
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from cases import case_file
from cases.case_file import masked
from cases.models import CaseFile
from cases.workflow import Status
from tests.case_factories import case_in, make_case

pytestmark = pytest.mark.django_db
URL = "/cases/file/"


def rows_of(client, **asked):
    answer = client.get(URL, {"format": "csv", **asked})
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_it_holds_what_the_list_shows(client, cast):
    case_in(Status.CLOSED, cast)
    handling = case_in(Status.HANDLING, cast)
    client.force_login(cast.leader)
    header, *rows = rows_of(client, was="registered", open="true")
    assert [row[0] for row in rows] == [handling.number]
    assert len(header) == len(rows[0])
    client.force_login(cast.stranger)
    assert len(rows_of(client)) == 1


def test_no_reporter_no_whole_phone_number_and_no_formula(client, cast):
    make_case(
        cast, description="=HYPERLINK() 电话13812345678，身份证44060519800101123X", address="+桂澜路 1 号"
    )
    client.force_login(cast.leader)
    _header, row = rows_of(client)
    assert "13812345678" not in str(row)
    assert "44060519800101123X" not in str(row)
    assert str(cast.inspector) not in row
    assert row[8].startswith("'+")
    assert row[9].startswith("'=")


def test_what_is_too_much_is_said(client, cast, monkeypatch):
    monkeypatch.setattr(case_file, "MOST_ROWS", 2)
    for _ in range(3):
        make_case(cast)
    client.force_login(cast.leader)
    *_, last = rows_of(client)
    assert len(rows_of(client)) == 4
    assert "2" in last[0]
    assert len(last) == 1


def test_excel_too_and_nothing_else(client, cast):
    make_case(cast)
    client.force_login(cast.leader)
    answer = client.get(URL, {"format": "xlsx"})
    assert load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.max_row == 2
    assert client.get(URL, {"format": "pdf"}).status_code == 400
    assert client.get(URL, {"format": "csv", "since": "tomorrow"}).status_code == 400


def test_long_numbers_are_masked_short_ones_stay():
    assert masked("桂澜路 128 号 13812345678") == "桂澜路 128 号 138******78"


@pytest.mark.parametrize(
    "number", ["138 0013 8000", "0757-8633 5533", "138-0013-8000", "440605 19800101 123X", "+86 13800138000"]
)
def test_grouped_numbers_are_masked_too(number):
    shown = masked(f"找张三，电话{number}。")
    assert number[-7:] not in shown
    assert sum(sign.isdigit() for sign in shown) <= 5


@pytest.mark.parametrize(
    "text", ["2026-11-22 10:30 又来", "见 440605-20261122-000015", "桂澜路 12-14 号 301 房"]
)
def test_dates_numbers_of_cases_and_houses_stay(text):
    assert masked(text) == text


def test_a_phone_after_a_date_is_masked():
    assert masked("2026-11-22 13800138000") == "2026-11-22 138******00"


def test_who_took_the_file_is_kept_for_good(client, cast):
    client.force_login(cast.leader)
    client.head(URL, {"format": "csv"})
    client.get(URL, {"format": "pdf"})
    assert not CaseFile.objects.exists()
    rows_of(client, was="registered")
    taken = CaseFile.objects.get()
    assert (taken.user, taken.asked) == (cast.leader, "format=csv&was=registered")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        CaseFile.objects.update(user=cast.stranger)


def test_further_filters_are_said_kept_and_taken_away(client, cast):
    make_case(cast)
    client.force_login(cast.leader)
    page = client.get(
        "/cases/", {"was": "late", "weekday": "3", "hour": "25x", "area": cast.city.district.code}
    )
    further = page.context["further"]
    assert [each.name for each in further] == ["was", "weekday"]
    content = page.content.decode()
    assert '<input type="hidden" name="was" value="late">' in content
    assert "was=late" not in further[0].url
    assert "weekday=3" in further[0].url
