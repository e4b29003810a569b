"""The schema says what the API does, and its page shows it."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from playwright.sync_api import Page, sync_playwright

from tests.cases.api.caller import Caller, schema
from tests.racing import at_once

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


def operations():
    return [
        (path, method, operation)
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_valid_and_made_without_a_warning():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_it_is_there_for_everybody(db):
    response = Caller.__base__().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})

    assert response.status_code == 200
    assert response.json()["info"]["title"] == "GridGov API"


def test_many_may_ask_a_new_server_for_it_at_once(db, monkeypatch):
    for kind in (OpenApiAuthenticationExtension, OpenApiSerializerExtension):
        for (
            extension
        ) in kind._registry:  # as they are before the first schema: names of what may not even be there
            monkeypatch.setattr(extension, "target_class", "nowhere.Nothing")

    answers = at_once(6, lambda: Caller.__base__().get("/api/schema/").status_code)

    assert answers == [200] * 6


def test_every_operation_is_described_and_has_an_id_of_its_own():
    ids = [operation["operationId"] for _, _, operation in operations()]

    assert len(ids) == len(set(ids))
    assert [path for path, _, operation in operations() if not operation.get("summary")] == []


def test_every_operation_says_that_one_must_log_in_but_for_what_is_public():
    open_ones = [path for path, _, operation in operations() if "401" not in operation["responses"]]

    assert [path for path in open_ones if "/public/" not in path] == ["/api/v1/auth/token/"]
    assert [path for path, _, _ in operations() if "/public/" in path and path not in open_ones] == []


def test_every_public_write_says_how_it_may_fail_with_an_example():
    for path, method, operation in operations():
        if method == "post" and "/public/" in path:
            assert {"400", "409", "429"} <= set(operation["responses"]), path
            assert "examples" in operation["requestBody"]["content"]["application/json"], path


def test_every_write_says_how_it_may_fail_and_takes_a_key():
    for path, method, operation in operations():
        if method == "get" or "auth" in path or "/public/" in path:
            continue
        assert {"400", "401", "403", "409", "422"} <= set(operation["responses"]), path
        assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}, path


def test_all_errors_have_one_shape():
    for path, _, operation in operations():
        for status, answer in operation["responses"].items():
            if status >= "400":
                shape = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                # The conflicts of steps say besides what was done meanwhile.
                assert shape == "ErrorAnswer" or (status, shape) == ("409", "ConflictAnswer"), path


@pytest.fixture
def page(live_server) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser.new_page(base_url=live_server.url)
        browser.close()


@pytest.mark.browser
def test_the_page_shows_every_operation_and_breaks_no_policy(page: Page):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    wanted = len(operations())  # before the page asks for the same in another thread
    page.goto("/api/docs/")
    page.wait_for_selector(".opblock")
    # It draws what is in view: scrolled through, every operation comes by.
    seen: set[str] = set()
    height = page.evaluate("document.body.scrollHeight")
    for top in range(0, height, 400):
        page.evaluate(f"window.scrollTo(0, {top})")
        page.wait_for_timeout(60)
        seen.update(page.eval_on_selector_all(".opblock", "all => all.map((one) => one.id)"))
    assert len(seen) == wanted
    page.evaluate("window.scrollTo(0, 0)")
    page.locator(".opblock-summary-control").first.click()
    page.get_by_text("Try it out").wait_for()
    assert complaints == []
