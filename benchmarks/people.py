"""People at their browsers, and programs with their tokens: each a connection that stays open."""

import json
import time
import uuid
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import psycopg
import urllib3

PASSWORD = "demo-grid-2026"
# Whose lists are measured: at the top all cases are theirs, in a community one in three hundred.
DISTRICT_OPERATOR = "440605-command-operator-02"
DISTRICT_DISPATCHER = "440605-command-dispatcher-02"
SUPERVISOR = "supervisor"
COMMUNITY_OPERATOR = "440605011004-command-operator-01"
COMMUNITY_DISPATCHER = "440605011004-command-dispatcher-01"
Files = dict[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took from the first byte sent to the last one read."""

    status: int
    headers: Any
    body: bytes
    milliseconds: float

    def json(self) -> Any:
        return json.loads(self.body)


class Person:
    """One person on one connection, logged in through the page or with a token of the API."""

    def __init__(self, address: str, username: str) -> None:
        place = urlsplit(address)
        self._connection = urllib3.HTTPConnectionPool(
            str(place.hostname), place.port, maxsize=1, block=True, retries=False, timeout=60
        )
        self._username = username
        self._headers: dict[str, str] = {}
        self._cookies: dict[str, str] = {}

    @classmethod
    def at_browser(cls, address: str, username: str) -> Self:
        """Logged in through the log-in page."""
        person = cls(address, username)
        person.get("/login/")
        person.send("/login/", {"username": username, "password": PASSWORD})
        return person

    @classmethod
    def with_token(cls, address: str, username: str) -> Self:
        """Logged in through the API."""
        person = cls(address, username)
        answer = person.send_json("/api/v1/auth/token/", {"username": username, "password": PASSWORD})
        person._headers["Authorization"] = f"Token {answer.json()['token']}"
        return person

    @classmethod
    def with_key(cls, address: str, username: str, key: str) -> Self:
        """With a token of the API that is there already."""
        person = cls(address, username)
        person._headers["Authorization"] = f"Token {key}"
        return person

    @property
    def headers(self) -> dict[str, str]:
        """What says who asks, for connections of one's own."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {**self._headers, **({"Cookie": cookies} if cookies else {})}

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("GET", path, 200, headers=headers)

    def send(self, path: str, fields: dict[str, str], files: Files | None = None) -> Answer:
        """Send a page's form, which succeeds by leading somewhere else."""
        return self._ask("POST", path, 302, **_form({**fields, "idempotency_key": str(uuid.uuid4())}, files))

    def send_json(self, path: str, data: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
        kind = {"Content-Type": "application/json", **(headers or {})}
        return self._ask("POST", path, None, body=json.dumps(data).encode(), headers=kind)

    def send_form(self, path: str, fields: dict[str, str], files: Files) -> Answer:
        """Send fields and photos to the API."""
        return self._ask("POST", path, None, **_form(fields, files))

    def _ask(
        self,
        method: str,
        path: str,
        wanted: int | None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Raises RuntimeError for another status than the wanted one, or than a success."""
        sent = {**self.headers, **(headers or {})}
        if method == "POST" and "csrftoken" in self._cookies:
            sent["X-CSRFToken"] = self._cookies["csrftoken"]
        start = time.perf_counter()
        response = self._connection.request(method, path, body=body, headers=sent, redirect=False)
        milliseconds = (time.perf_counter() - start) * 1000
        good = response.status == wanted if wanted else response.status < 300
        if not good:
            raise RuntimeError(
                f"{self._username}: {method} {path} → {response.status} {response.data[:300]!r}"
            )
        for cookie in response.headers.getlist("Set-Cookie"):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return Answer(response.status, response.headers, response.data, milliseconds)


def let_log_in(connection: psycopg.Connection, *usernames: str) -> None:
    """Give people of the demo city, who have no password, that of those who can log in."""
    changed = connection.execute(
        "UPDATE grids_user SET password = (SELECT password FROM grids_user WHERE username = 'operator') "
        "WHERE username = ANY (%s)",
        [list(usernames)],
    )
    if changed.rowcount != len(usernames):
        raise LookupError(usernames)


def _form(fields: dict[str, str], files: Files | None) -> dict[str, Any]:
    if not files:
        kind = "application/x-www-form-urlencoded"
        return {"body": urlencode(fields).encode(), "headers": {"Content-Type": kind}}
    body, kind = urllib3.encode_multipart_formdata({**fields, **files})
    return {"body": body, "headers": {"Content-Type": kind}}
