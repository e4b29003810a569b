"""The web's entry point, asked as a server asks it."""

import asyncio
import logging
import threading

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from gridgov.asgi import application
from gridgov.errors import AlreadyTaken
from gridgov.urls import urlpatterns as our_urlpatterns

threads: list[int] = []


def here(request: HttpRequest) -> HttpResponse:
    threads.append(threading.get_ident())
    return HttpResponse(request.body[::-1])


def broken(request: HttpRequest) -> HttpResponse:
    raise AlreadyTaken


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def lines():
        for number in range(3):
            await asyncio.sleep(0)
            yield f"{number}\n"

    return StreamingHttpResponse(lines())


urlpatterns = [
    path("here/", here),
    path("broken/", broken),
    path("stream/", stream),
    # What every page of ours leads to.
    *our_urlpatterns,
]
for view in (here, broken, stream):
    view.login_required = False  # what @login_not_required sets

pytestmark = pytest.mark.urls(__name__)


def ask(address: str, body: bytes = b"") -> tuple[int, bytes]:
    async def talk() -> tuple[int, bytes]:
        scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": []}
        server = ApplicationCommunicator(application, {**scope, "headers": [(b"host", b"localhost")]})
        await server.send_input({"type": "http.request", "body": body})
        start = await server.receive_output(timeout=10)
        content, more = b"", True
        while more:
            part = await server.receive_output(timeout=10)
            content += part.get("body", b"")
            more = part.get("more_body", False)
        await server.wait(timeout=10)
        return start["status"], content

    return asyncio.run(talk())


def test_a_view_gets_the_request_and_answers():
    assert ask("/here/", b"abc") == (200, b"cba")


def test_a_view_runs_beside_the_event_loop():
    threads.clear()
    ask("/here/")
    assert threads != [threading.get_ident()]


def test_what_a_view_raises_becomes_a_page():
    status, content = ask("/broken/")
    assert status == 409
    assert b"<html" in content


def test_an_async_view_may_stream():
    assert ask("/stream/") == (200, b"0\n1\n2\n")


def test_what_is_searched_for_stands_in_no_access_log(caplog):
    log = logging.getLogger("uvicorn.access")
    log.addHandler(caplog.handler)
    try:
        asked = ("127.0.0.1:50000", "GET", "/cases/?q=13800138000", "1.1", 200)
        log.warning('%s - "%s %s HTTP/%s" %d', *asked)  # as uvicorn writes a line
    finally:
        log.removeHandler(caplog.handler)
    assert '"GET /cases/ HTTP/1.1" 200' in caplog.text
    assert "13800138000" not in caplog.text
