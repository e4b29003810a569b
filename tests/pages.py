"""What tests of pages share."""

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

HTMX = {"HX-Request": "true"}


def part(client: Client, path: str, target: str = "sheet", current: str = "") -> HttpResponse:
    """What htmx gets for one of its targets; `current` is the address of the page around it."""
    headers = {**HTMX, "HX-Target": target, "HX-Current-URL": f"http://testserver{current or path}"}
    return client.get(path, headers=headers)


def count_queries(client: Client, path: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
