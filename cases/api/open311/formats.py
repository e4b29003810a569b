"""XML and JSON as GeoReport v2 writes them, and which of the two an address asks for."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

# What the members of each list are called in XML; in JSON they have no name (the Spark convention).
MEMBERS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
# What XML 1.0 can't say, escaped or not.
_UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlRenderer(BaseRenderer):
    """An answer, {name of the root: content}, as XML without attributes or namespaces."""

    media_type = "text/xml"
    format = "xml"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if not data:
            return b""
        [(root, content)] = data.items()
        xml: bytes = ElementTree.tostring(_element(root, content), encoding="utf-8", xml_declaration=True)
        return xml


class JsonRenderer(BaseRenderer):
    """The same answer as JSON: its content alone."""

    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if not data:
            return b""
        [(_root, content)] = data.items()
        return json.dumps(content, cls=JSONEncoder, ensure_ascii=False).encode("utf-8", "replace")


class ByExtension(BaseContentNegotiation):
    """`.xml` or `.json` at the end of the address decides; without either, JSON where only that is accepted, else XML."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        wanted = format_suffix or _accepted(request)
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, str(renderer.media_type)
        raise NotAcceptable(_("Ask for .xml or .json."))


def _accepted(request: Request) -> str:
    accepted = request.headers.get("Accept", "")
    return "json" if "application/json" in accepted and "xml" not in accepted else "xml"


def _element(name: str, content: object) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, Sequence) and not isinstance(content, str):
        element.extend(_element(MEMBERS[name], value) for value in content)
    elif content is not None:
        element.text = _text(content)
    return element


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _UNSPEAKABLE.sub("", str(value)) if isinstance(value, str | Promise) else str(value)
