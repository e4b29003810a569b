"""An app with its key, a city whose cases are public, and a way to ask in either format."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client

from cases.models import CaseClass, Publicity
from grids.models import Scope, User
from tests.case_factories import Cast
from tests.key_factories import make_key

V2 = "/open311/v2/"


@dataclass
class Answer:
    status: int
    # As JSON has it.
    content: Any
    headers: Any
    raw: bytes

    @property
    def descriptions(self) -> str:
        """What an error says, all of it."""
        return " ".join(each["description"] for each in self.content)


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def app(db: None) -> User:
    """The account of an app for citizens: no post, no password."""
    account: User = User(username="citizens-app", display_name="随手拍")
    account.set_unusable_password()
    account.save()
    return account


@pytest.fixture
def api_key(app: User) -> str:
    return make_key(app, Scope.OPEN311_WRITE)[1]


@pytest.fixture
def shown(cast: Cast) -> Cast:
    """The city, each of its classes shown to strangers with its place."""
    CaseClass.objects.update(publicity=Publicity.PLACE)
    return cast


def get(path: str, client: Client | None = None, **asked: Any) -> Answer:
    """What an address under v2/ answers; a path without its format asks for JSON."""
    where = path if path.startswith("/") else V2 + (path if "." in path else f"{path}.json")
    return read((client or Client(raise_request_exception=False)).get(where, asked))


def post(fields: dict[str, Any], path: str = "requests.json", **headers: str) -> Answer:
    """Send a request as a form with files where there are any, else urlencoded."""
    if any(hasattr(value, "read") for each in fields.values() for value in _each(each)):
        return read(Client().post(V2 + path, fields, headers=headers))
    body = urlencode(fields, doseq=True)
    sent = Client().post(V2 + path, body, "application/x-www-form-urlencoded", headers=headers)
    return read(sent)


def read(response: Any) -> Answer:
    raw = response.content
    is_json = response["Content-Type"].startswith("application/json")
    content = json.loads(raw) if is_json else ElementTree.fromstring(raw)
    return Answer(response.status_code, content, response.headers, raw)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
