"""Cases as rows of a file: what a list shows, without reporters, and with long numbers in people's words masked.

Only in the file: pages and the API show such words as they were written.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import Case, Channel
from cases.workflow import Status
from gridgov.templatetags.ui import moment

MOST_ROWS = 50_000
_COLUMNS = (
    "number", "case_class__major__name", "case_class__name", "status", "channel", "street__name", "community__name",
    "grid__name", "address", "description", "reported_at", "stage_due_at", "closed_at", "holder__name", "unit__name",
)  # fmt: skip
# A phone's or an identity card's number, wherever somebody wrote it down, also in groups: 138 0013-8000. Dates and the
# numbers of cases are left.
_LONG_NUMBER = re.compile(
    r"(?P<left>(?<!\d)(?:\d{6}-\d{8}-\d{6}|(?:19|20)\d\d-\d{1,2}-\d{1,2})(?![\d-]))"
    r"|\d(?:[\s\-‐-―－]?\d){6,}[Xx]?"
)


def file_rows(cases: QuerySet[Case]) -> Iterator[list[Any]]:
    """The header, then a row for each case, the newest first, and a last one that says so where there are more."""
    yield [
        _("Number"), _("Major class"), _("Class"), _("Status"), _("Channel"), _("Street"), _("Community"), _("Grid"),
        _("Place"), _("Description"), _("Reported"), _("Due"), _("Closed"), _("Holder"), _("Unit"),
    ]  # fmt: skip
    found = cases.order_by("-pk").values_list(*_COLUMNS)[: MOST_ROWS + 1]
    for n, row in enumerate(found.iterator(chunk_size=2_000)):
        if n == MOST_ROWS:
            yield [_("There are more than %(most)d cases: narrow the list.") % {"most": MOST_ROWS}]
            return
        yield [_cell(name, value) for name, value in zip(_COLUMNS, row, strict=True)]


def masked(text: str) -> str:
    """Words in which long numbers keep only their beginning and end."""

    def mask(found: re.Match[str]) -> str:
        number = found[0]
        return number if found["left"] else f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"

    return _LONG_NUMBER.sub(mask, text)


def _cell(name: str, value: Any) -> Any:
    match name:
        case "status":
            return str(Status(value).label)
        case "channel":
            return str(Channel(value).label)
        case "address" | "description":
            return masked(value)
    return moment(value) if isinstance(value, datetime) else value or ""
