"""The pages of departments' feeds, and delivering by file and by API."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from grids.models import DepartmentForm, DepartmentRecord, FeedRun
from tests.grids.test_deliver_records import DAY, FIELDS, deliver, department, form, officer, row  # noqa: F401
from tests.pages import count_queries
from tests.registry_factories import make_object

LIST, PAGE, API = (
    "/registry/feeds/",
    "/registry/feeds/fire-permit/",
    "/api/v1/registry/forms/fire-permit/records/",
)


def upload(client, content: bytes, **fields):
    file = SimpleUploadedFile("许可.csv", content)
    return client.post(PAGE, {"file": file, "as_of": DAY.isoformat(), **fields}, follow=True)


def test_an_officer_delivers_a_file_and_sees_what_became_of_it(client, cast, form, officer):  # noqa: F811
    make_object(cast.city.grid, code="S-1")
    client.force_login(officer)
    assert "消防许可" in client.get(LIST).content.decode()
    page = upload(client, b"code,number\nS-1,F-1\n")
    assert page.status_code == 200
    assert DepartmentRecord.objects.get().data == {"number": "F-1"}
    page = upload(client, b"code,number\nS-404,F-1\n").content.decode()
    assert "S-404" in page
    assert [run.state for run in FeedRun.objects.order_by("id")] == ["good", "broken"]
    assert DepartmentRecord.objects.count() == 1
    assert client.post(PAGE, {"as_of": "x"}).status_code == 422


def test_columns_that_nobody_knows_are_named_and_what_was_typed_stays(client, cast, form, officer):  # noqa: F811
    make_object(cast.city.grid, code="S-1")
    client.force_login(officer)
    page = upload(client, "code,number,颜色\nS-1,F-1,红\n".encode())
    assert "颜色" in page.content.decode()
    page = upload(client, b"code,number\nS-404,F-1\n", as_of="2026-11-05", complete="on")
    assert FeedRun.objects.latest("id").state == "broken"
    shown = page.context["form"]
    assert (shown["as_of"].value(), shown["complete"].value()) == (date(2026, 11, 5), True)
    assert 'value="2026-11-05"' in page.content.decode()
    # After a good one the form is fresh.
    page = upload(client, b"code,number\nS-1,F-1\n", as_of="2026-11-05", complete="on")
    assert page.context["form"]["complete"].value() is False
    for address in (f"{PAGE}?as_of=x&complete=on", f"{PAGE}?as_of=%00"):
        assert client.get(address).status_code in (200, 400)


def test_a_complete_file_removes_only_what_was_asked_and_confirmed(client, cast, form, officer):  # noqa: F811
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    for code in ("S-1", "S-2"):
        make_object(cast.city.grid, code=code)
    deliver(form, [row(1, "S-1"), row(2, "S-2")], actor=officer)
    client.force_login(officer)
    asked = upload(client, b"code,number\nS-1,F-9\n", complete="on")
    words = asked.content.decode()
    assert asked.status_code == 422
    assert "1 of the 2 records that are there would be removed." in words
    assert 'type="checkbox" name="removing" value="1"' in words
    assert (DepartmentRecord.objects.count(), FeedRun.objects.count()) == (2, 1)
    done = upload(client, b"code,number\nS-1,F-9\n", complete="on", removing="1")
    assert "1 record removed" in done.content.decode()
    assert (DepartmentRecord.objects.count(), FeedRun.objects.latest("id").removed) == (1, 1)


def test_the_page_names_the_columns_and_gives_an_empty_table(client, cast, form, officer):  # noqa: F811
    client.force_login(officer)
    table = f"{PAGE}template.csv"
    assert table in client.get(PAGE).content.decode()
    text = b"".join(client.get(table, headers={"Accept-Language": "zh-Hans"})).decode()
    assert text.strip("\ufeff\r\n") == "编码,许可证号,有效期至"
    client.force_login(cast.inspector)
    assert client.get(table).status_code == 404


def test_strangers_find_neither_list_nor_form(client, cast, form):  # noqa: F811
    for person in (cast.inspector, cast.officer, cast.stranger):
        client.force_login(person)
        assert "消防许可" not in client.get(LIST).content.decode()
        assert client.get(PAGE).status_code == 404


def test_the_list_costs_the_same_for_one_form_and_for_thirty(client, cast, form, officer, administrator):  # noqa: F811
    make_object(cast.city.grid, code="S-1")
    deliver(form, [row(2, "S-1")], actor=officer)
    client.force_login(officer)
    one = count_queries(client, LIST)
    for n in range(29):
        other = DepartmentForm.objects.create(
            department=form.department, code=f"form-{n}", name="x", fields=FIELDS, expected_every_days=1
        )
        deliver(other, [row(2, "S-1")], actor=officer)
    assert count_queries(client, LIST) == one <= 12


def test_a_system_delivers_by_api_once_per_key(cast, form, officer):  # noqa: F811
    make_object(cast.city.grid, code="S-1")
    api = APIClient()
    api.force_authenticate(officer)
    body = {
        "as_of": DAY.isoformat(),
        "source": "消防业务系统",
        "records": [{"code": "S-1", "values": {"number": "F-1"}}],
    }
    first = api.post(API, body, headers={"Idempotency-Key": "d-1"})
    assert (first.status_code, first.json()["state"], first.json()["taken"]) == (201, "good", 1)
    assert (first.json()["unknown_columns"], first.json()["removed"]) == ([], 0)
    make_object(cast.city.grid, code="S-2")
    other = {**body, "complete": True, "records": [{"code": "S-2", "values": {"number": "F-2"}}]}
    refused = api.post(API, {**other, "removing": 0})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "removes_more")
    again = api.post(API, body, headers={"Idempotency-Key": "d-1"})
    assert again.json() == first.json()
    assert FeedRun.objects.count() == 1
    broken = api.post(API, {**body, "records": []}, headers={"Idempotency-Key": "d-2"})
    assert (broken.status_code, broken.json()["state"]) == (201, "broken")
    assert FeedRun.objects.count() == 2
    wrong = api.post(API, {**body, "records": [{"code": "S-1", "values": {"number": ["F"]}}]})
    assert wrong.status_code == 400
    api.force_authenticate(cast.inspector)
    assert api.post(API, body).status_code == 404
