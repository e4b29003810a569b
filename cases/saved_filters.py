"""What saved filters find, and what they say of themselves."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.api.inputs import classes_named
from cases.filters import CaseListFilter
from cases.models import Case, MajorClass, SavedFilter
from cases.queues import count_each
from gridgov.asked import number_asked
from gridgov.context_processors import Entry, Link
from grids.models import Area, Organisation
from grids.requests import StaffRequest

# What counts longer than this for all of somebody's filters together is not counted: no page waits for it.
PATIENCE_MS = 1500
_KEPT = (*CaseListFilter.base_filters, "order")
_GROUP = gettext_lazy("My filters")


def kept_part(query: str) -> str:
    """Of an address of the list of all cases, what narrows and orders it, always written the same way."""
    asked = QueryDict(query.removeprefix("?"))
    return urlencode(
        [(name, value) for name in sorted(set(_KEPT)) for value in sorted(set(asked.getlist(name))) if value]
    )


def filters_of(request: HttpRequest) -> list[SavedFilter]:
    """The filters of whoever asks, in their order; read once for a page."""
    if not hasattr(request, "_saved_filters"):
        request._saved_filters = list(SavedFilter.objects.filter(user=request.user.pk))  # type: ignore[attr-defined]
    found: list[SavedFilter] = request._saved_filters  # type: ignore[attr-defined]
    return found


def shown_here(request: HttpRequest) -> SavedFilter | None:
    """The saved filter that the page shows."""
    if request.path != reverse("cases:case_list"):
        return None
    here = kept_part(request.META.get("QUERY_STRING", ""))
    return next((one for one in filters_of(request) if one.query == here), None)


def links(request: HttpRequest) -> list[Link]:
    """A person's filters as places to go to, counted once the page stands."""
    here, address = shown_here(request), reverse("cases:case_list")
    return [
        Link(
            Entry(one.name, count_name(one), "sliders-horizontal", _GROUP, str(place) if place < 10 else ""),
            f"{address}?{one.query}",
            current=one == here,
            counts_url=reverse("cases:count_saved_filters"),
        )
        for place, one in enumerate(filters_of(request), start=1)
    ]


def count_name(saved: SavedFilter) -> str:
    """Where its count stands in the navigation."""
    return f"saved_filter:{saved.pk}"


def count_filters(request: StaffRequest) -> dict[SavedFilter, int | None]:
    """How many cases each of a person's filters finds, up to `MOST_COUNTED` + 1; one query counts them all.

    None stands for a filter that no longer makes sense. Raises `TooSlow` when counting takes too long.
    """
    mine = filters_of(request)
    found = {
        str(one.pk): cases_of(request, one.query) for one in mine if not lost_parts(QueryDict(one.query))
    }
    with _at_most(PATIENCE_MS):
        counts = count_each(found)
    return {one: counts.get(str(one.pk)) for one in mine}


def cases_of(request: StaffRequest, query: str) -> QuerySet[Case]:
    """The cases that the list shows at this address, on all its pages."""
    asked = QueryDict(query)
    seen = Case.objects.visible_to(request.user)
    cases: QuerySet[Case] = CaseListFilter(
        asked, seen.open() if asked.get("order") == "due" else seen, request=request
    ).qs
    return cases


def lost_parts(asked: QueryDict) -> list[str]:
    """The names of the filters in an address that name nothing any more: an area that is gone, a class out of use."""
    bound = CaseListFilter(asked, Case.objects.none()).form
    checks: dict[str, QuerySet] = {  # type: ignore[type-arg]
        "area": Area.objects.current().filter(code=asked.get("area", "")),
        "holder": Organisation.objects.filter(code=asked.get("holder", ""), is_active=True),
        "unit": Organisation.objects.filter(code=asked.get("unit", ""), is_active=True),
        "case_class": classes_named(asked.get("case_class", "")),
        "major": MajorClass.objects.filter(pk=number_asked(asked.get("major", "")) or 0),  # of no row
    }
    gone = [name for name, rows in checks.items() if asked.get(name) and not rows.exists()]
    return [
        str(_LABELS.get(name) or bound.fields[name].label) for name in dict.fromkeys([*bound.errors, *gone])
    ]


_LABELS = {
    "area": gettext_lazy("Area"),
    "holder": gettext_lazy("Holder"),
    "unit": gettext_lazy("Unit"),
    "case_class": gettext_lazy("Class"),
}


def words_of(query: str) -> str:
    """What a filter narrows by, for people: "Area: 桂城街道 · Status: registered"."""
    return " · ".join(f"{label}: {', '.join(values)}" for label, values in _words(QueryDict(query)))


def _words(asked: QueryDict) -> Iterator[tuple[str, list[str]]]:
    if asked.get("order") == "due":
        yield _("Order"), [_("Open, by time left")]
    fields = CaseListFilter(asked, Case.objects.none()).form.fields
    for name in (name for name in asked if name in fields):
        values = asked.getlist(name)
        choices = {str(value): str(words) for value, words in getattr(fields[name], "choices", ())}
        label = str(_LABELS.get(name) or fields[name].label)
        yield label, [choices.get(value) or _name_of(name, value) for value in values]


def _name_of(name: str, value: str) -> str:
    """What a code or id stands for; itself where it stands for nothing."""
    rows: Iterable[object] = ()
    if name == "area":
        rows = Area.objects.filter(code=value)[:1]
    elif name in ("holder", "unit"):
        rows = Organisation.objects.filter(code=value)[:1]
    elif name == "case_class":
        rows = classes_named(value)[:1]
    elif name == "major" and value.isdecimal():
        rows = MajorClass.objects.filter(pk=value)[:1]
    elif value == "true":
        return _("yes")
    return next((str(row) for row in rows), value)


class TooSlow(Exception):
    """Counting takes longer than anybody waits."""


@contextmanager
def _at_most(milliseconds: int) -> Iterator[None]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [milliseconds])
            yield
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError as error:
        raise TooSlow from error
