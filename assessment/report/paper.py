"""Pages as PDF: set by WeasyPrint from a template and our own static files; nothing is fetched from anywhere else."""

import logging
import mimetypes
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

# Each property of the screen's style sheets that it leaves out is a warning to it.
logging.getLogger("weasyprint").setLevel(logging.ERROR)

_TOKENS = "gridgov/css/tokens.css"
_LIGHT_OF = re.compile(r"light-dark\(\s*([^,()]+?)\s*,[^()]*\)")
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{3,8})\s*;")


def pdf_of(template: str, context: dict[str, Any], *, site: str) -> bytes:
    """A template as PDF; `site` is our own address, with which its links begin."""
    # Takes Pango along: only who makes a PDF waits for it.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OurFiles(URLFetcher):  # type: ignore[misc]
        """Hands out our static files alone, whatever an address asks for."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            content, content_type = our_file(url, site)
            return URLFetcherResponse(url, content, {"Content-Type": content_type})

    html = render_to_string(template, {**context, "ink": ink()})
    document = HTML(string=html, base_url=site, url_fetcher=OurFiles())
    pdf: bytes = document.write_pdf()
    return pdf


def our_file(url: str, site: str) -> tuple[bytes, str]:
    """Content and type of one of our static files by its address; raises ValueError for any other address."""
    prefix = site.rstrip("/") + "/" + settings.STATIC_URL.lstrip("/")
    name = url.removeprefix(prefix)
    if name == url or ".." in name or "%" in name:
        raise ValueError("A PDF is made of our own files alone.")
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError("There is no such file of ours.")
    content = Path(found).read_bytes()
    if name.endswith(".css"):
        # Paper is light; the two-coloured tokens are not known to WeasyPrint.
        content = _LIGHT_OF.sub(r"\1", content.decode()).encode()
    return content, mimetypes.guess_type(name)[0] or "application/octet-stream"


@cache
def ink() -> dict[str, str]:
    """The light colours of the tokens, for drawings: WeasyPrint reaches no drawing with a style sheet."""
    found = finders.find(_TOKENS)
    assert isinstance(found, str)
    light = _LIGHT_OF.sub(r"\1", Path(found).read_text(encoding="utf-8"))
    return {name.replace("-", "_"): colour for name, colour in _TOKEN.findall(light)}
