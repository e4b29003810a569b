"""Every refusal, at every address and in both formats, has the form of the specification."""

from typing import Any

import pytest
from django.test import Client

from cases.api.open311 import requests
from tests.case_factories import Cast
from tests.cases.open311.conftest import read


def refused(response: Any, status: int) -> list[str]:
    """The words of a refusal, after a look at its form."""
    answer = read(response)
    assert answer.status == status, answer.raw
    if isinstance(answer.content, list):
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert all(list(each) == ["code", "description"] for each in answer.content)
        assert {each["code"] for each in answer.content} == {status}
        words = [each["description"] for each in answer.content]
    else:
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert answer.content.tag == "errors"
        assert {each.findtext("code") for each in answer.content.findall("error")} == {str(status)}
        words = [each.findtext("description") or "" for each in answer.content.findall("error")]
    assert all(words)
    return words


@pytest.mark.parametrize("format_", ["xml", "json"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "v2",
        "v2/",
        "v3/services",
        "v2/service",
        "v2/requests/a/b",
        "v2/tokens",
        "v2/services/",
        "v2/requests/1.2",
        "x",
    ],
)
def test_an_address_that_is_not_there_is_404(db: None, client: Client, path: str, format_: str) -> None:
    refused(client.get(f"/open311/{path}.{format_}"), 404)


@pytest.mark.parametrize("path", ["", "v2/", "v2/nothing", "v2/services/x/", "v2/requests/"])
def test_without_a_format_the_refusal_is_xml(db: None, client: Client, path: str) -> None:
    response = client.get(f"/open311/{path}")
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    refused(response, 404)


@pytest.mark.parametrize("format_", ["xml", "json"])
@pytest.mark.parametrize(
    "path", ["discovery", "v2/services", "v2/services/x", "v2/requests/x", "v2/tokens/x"]
)
def test_a_method_that_it_has_not_is_405(db: None, client: Client, path: str, format_: str) -> None:
    refused(client.post(f"/open311/{path}.{format_}"), 405)
    refused(client.delete(f"/open311/{path}.{format_}"), 405)
    refused(client.options(f"/open311/{path}.{format_}"), 405)


@pytest.mark.parametrize(
    "path", ["v2/services.csv", "v2/requests.html", "discovery.yaml", "v2/services/x.txt"]
)
def test_another_format_is_406(db: None, client: Client, path: str) -> None:
    refused(client.get(f"/open311/{path}"), 406)


@pytest.mark.parametrize(
    "path", ["v2/requests/%00.json", "v2/requests.json?status=%00", "v2/requests.xml?%00=1", "%00"]
)
def test_a_damaged_address_is_400(db: None, client: Client, path: str) -> None:
    refused(client.get(f"/open311/{path}"), 400)


def test_what_cannot_be_read_as_a_form_is_400(db: None, client: Client) -> None:
    broken = client.post("/open311/v2/requests.xml", b"--x\r\nnonsense", "multipart/form-data; boundary=")
    refused(broken, 400)
    many = "&".join(f"a{number}=1" for number in range(1100))
    refused(client.post("/open311/v2/requests.xml", many, "application/x-www-form-urlencoded"), 400)


@pytest.mark.parametrize("format_", ["xml", "json"])
def test_our_own_fault_is_500_and_says_nothing_of_it(shown: Cast, monkeypatch: Any, format_: str) -> None:
    def breaks(*_asked: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(requests, "narrowed", breaks)
    response = Client(raise_request_exception=False).get(f"/open311/v2/requests.{format_}")
    assert "secret" not in " ".join(refused(response, 500))


def test_a_client_that_accepts_json_alone_gets_it_without_an_extension(shown: Cast, client: Client) -> None:
    assert client.get("/open311/v2/services", headers={"Accept": "application/json"}).json()
    assert client.get("/open311/v2/services")["Content-Type"] == "text/xml; charset=utf-8"


def test_pages_of_other_sites_may_ask_without_cookies(shown: Cast, client: Client) -> None:
    for path in ("v2/services.json", "v2/nothing.json"):
        response = client.get(f"/open311/{path}")
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert not response.cookies
