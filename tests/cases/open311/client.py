"""A client written from the GeoReport v2 specification alone: urllib, xml.etree and json, nothing of ours."""

import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree

# The Spark convention: what holds children of one kind is a list.
LISTS = {"services", "attributes", "values", "service_requests", "endpoints", "formats", "errors"}


class Refused(Exception):
    """An answer that is no success, with the pairs of code and description in it."""

    def __init__(self, status: int, errors: list[tuple[int, str]]) -> None:
        super().__init__(status, errors)
        self.status, self.errors = status, errors


@dataclass
class GeoReport:
    """An endpoint as the discovery file names it."""

    base: str
    format: str = "xml"
    api_key: str = ""
    # Only where an endpoint serves several.
    jurisdiction_id: str = ""

    @classmethod
    def discovered(cls, discovery_url: str, **known: str) -> "GeoReport":
        """The endpoint of GeoReport v2 in a discovery file, and the format of that file."""
        format_ = discovery_url.rpartition(".")[2]
        found = cls("", format_)._ask(discovery_url)
        [url] = [
            each["url"]
            for each in found["endpoints"]
            if each["specification"] == "http://wiki.open311.org/GeoReport_v2"
            and {"xml": "text/xml", "json": "application/json"}[format_] in each["formats"]
        ]
        return cls(url, format_, **known)

    def services(self) -> list[dict[str, Any]]:
        return self._get("services")

    def definition(self, code: str) -> dict[str, Any]:
        return self._get(f"services/{quote(code)}")

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        return self._get("requests", **filters)

    def request(self, number: str) -> dict[str, Any]:
        [found] = self._get(f"requests/{quote(number)}")
        return found

    def token(self, token: str) -> str:
        [found] = self._get(f"tokens/{quote(token)}")
        return found["service_request_id"]

    def post(self, media: list[bytes] | None = None, **arguments: Any) -> dict[str, Any]:
        """File a request; `attributes` are pairs of code and value, `media` makes it multipart."""
        attributes = arguments.pop("attributes", {})
        fields = {**self._always(), **arguments}
        fields |= {f"attribute[{code}]": value for code, value in attributes.items()}
        if media is None:
            body, content_type = (
                urlencode(fields).encode(),
                "application/x-www-form-urlencoded; charset=utf-8",
            )
        else:
            body, content_type = _multipart(fields, media)
        [made] = self._ask(f"{self.base}/requests.{self.format}", body, content_type)
        return made

    def _get(self, resource: str, **arguments: str) -> Any:
        asked = {**self._always(), **arguments}
        return self._ask(f"{self.base}/{resource}.{self.format}" + (f"?{urlencode(asked)}" if asked else ""))

    def _always(self) -> dict[str, str]:
        names = ("api_key", "jurisdiction_id")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def _ask(self, url: str, body: bytes | None = None, content_type: str = "") -> Any:
        headers = {"Content-Type": content_type} if content_type else {}
        try:
            with urlopen(Request(url, body, headers), timeout=30) as answer:
                return self._read(answer.headers["Content-Type"], answer.read())
        except HTTPError as error:
            told = self._read(error.headers["Content-Type"], error.read())
            raise Refused(error.code, [(int(each["code"]), each["description"]) for each in told]) from error

    def _read(self, content_type: str, content: bytes) -> Any:
        if self.format == "json":
            assert content_type == "application/json; charset=utf-8"
            return json.loads(content)
        assert content_type == "text/xml; charset=utf-8"
        assert content.startswith(b"<?xml")
        return _spark(ElementTree.fromstring(content))


def _spark(element: ElementTree.Element) -> Any:
    if element.tag in LISTS:
        return [_spark(child) for child in element]
    return {child.tag: _spark(child) for child in element} if len(element) else element.text


def _multipart(fields: dict[str, str], media: list[bytes]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    lines: list[bytes] = []
    for name, value in fields.items():
        lines += [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()]
    for number, content in enumerate(media):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="{number}.jpg"\r\n'
        lines += [head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + content]
    return b"\r\n".join([*lines, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"
