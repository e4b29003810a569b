"""What all lists of cases share: filters, keyset pages, and the part that is swapped in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise

from cases.actions import OFFERS
from cases.bulk import BULK
from cases.filter_choices import class_choices, organisation_choices
from cases.filters import LIGHTS, CaseListFilter
from cases.further import further_filters
from cases.models import Case, Channel
from cases.models.catalogue import COMMAND_LEVEL_CHOICES
from cases.paging import BY_TIME_LEFT, PAGE_SIZE, Order, page_of
from cases.presence import show_who_has_open
from cases.queues import count_each, for_rows
from cases.workflow import OPEN, ReturnKind, Status
from gridgov import clock
from grids.area_choices import area_choices
from grids.models import AreaLevel, User
from grids.requests import StaffRequest

# What in an address is not a filter; all but the page stays when the filters change.
_NOT_FILTERS = ("order", "show", "page")
# Counting new rows stops here.
_MOST_ARRIVALS = 99
# Choosing one of these offers other choices further down.
_LEADING = ("area", "major")


def list_view(
    request: StaffRequest,
    cases: QuerySet[Case],
    template: str,
    *,
    empty: str | Promise,
    order: Order = BY_TIME_LEFT,
    ways: Sequence[Q] = (Q(),),
    all_filters: bool = False,
    **context: Any,
) -> HttpResponse:
    """One page of cases, narrowed as the address says; htmx gets the table alone, or the counts around it.

    `empty` says what would be here. `ways` are the reasons to see one of `cases` (`ways_to_see`), where not all of
    them are to be seen. `all_filters` offers those too that make no sense where all cases are alike: status,
    holder, unit.
    """
    chosen = _chosen(request)
    narrowed = CaseListFilter(chosen, cases, request=request)
    if request.htmx and request.htmx.target == "arrivals":
        return arrivals(request, narrowed.qs.filter(reduce(or_, ways)))
    pieces = [for_rows(narrowed.qs.filter(way)) for way in ways]
    page = page_of(pieces, order, chosen.get("page", ""), PAGE_SIZE)
    kept = [(name, chosen[name]) for name in _NOT_FILTERS[:-1] if name in chosen]
    show_who_has_open(page.rows, request.user)
    context |= {
        "chosen": chosen,
        "cases": page.rows,
        "page": page,
        "errors": narrowed.form.errors,
        "empty": empty,
        "kept": kept,
        "further": list(further_filters(chosen)),
        "clear_url": f"?{urlencode(kept)}",
        "shown_at": clock.now().isoformat(),
        "hits": _hits(narrowed, ways),
        "step_keys": "".join(offer.key for offer in OFFERS.values()),
        "bulk_keys": "".join(step.offer.key for step in BULK.values()),
        "is_narrowed": any(value for name, value in chosen.items() if name not in _NOT_FILTERS),
    }
    if request.htmx and request.htmx.target == "counts":
        return render(request, "cases/counts.html", context)
    if request.htmx and request.htmx.target == "cases":
        template = "cases/case_table.html"
        context["new_choices"] = any(
            chosen.get(name, "") != value for name, value in _shown_before(request).items()
        )
    if template != "cases/case_table.html" or context["new_choices"]:
        context |= choices_above(request.user, chosen, all_filters)
    response = render(request, template, context)
    # The same address answers with the page and with the table: the browser must not take one for the other.
    patch_vary_headers(response, ["HX-Request"])
    if chosen.urlencode() != request.GET.urlencode():
        response["HX-Push-Url"] = f"{request.path}?{chosen.urlencode()}"
    return response


def tabbed_list_view(
    request: StaffRequest,
    parts: Mapping[str, tuple[str | Promise, str | Promise]],
    queue: Callable[[User, str], QuerySet[Case]],
    template: str,
    **context: Any,
) -> HttpResponse:
    """A list in parts, each with its count: `?show=` names one, the first is shown without.

    A part has its label, and words for what would be there.
    """
    asked = request.GET.get("show", "")
    show = asked if asked in parts else next(iter(parts))
    counted = not request.htmx or request.htmx.target == "counts"
    counts = count_each({name: queue(request.user, name) for name in parts}) if counted else {}
    return list_view(
        request,
        queue(request.user, show),
        template,
        empty=parts[show][1],
        tabs=[
            {"label": label, "url": f"?show={name}", "current": name == show, "count": counts.get(name)}
            for name, (label, _empty) in parts.items()
        ],
        **context,
    )


def _hits(narrowed: CaseListFilter, ways: Sequence[Q]) -> int | None:
    """How many a search found of what may be seen; None without one, or with too many to name."""
    if narrowed.found is None or narrowed.found.ids is None:
        return None
    return int(narrowed.qs.filter(reduce(or_, ways)).count())


def arrivals(request: StaffRequest, cases: QuerySet[Case]) -> HttpResponse:
    """How many cases came into the list since it was shown: nothing jumps, a press shows them."""
    since = _moment(request.GET.get("shown_at", ""))
    # What is over does not come in: saying so spares looking at all the cases there ever were.
    arrived = (
        cases.filter(status__in=OPEN, stage_started_at__gt=since)[:_MOST_ARRIVALS].count() if since else 0
    )
    kept = request.GET.copy()
    for name in ("shown_at", "page"):
        kept.pop(name, None)
    return render(
        request, "components/new_rows.html", {"n": arrived, "url": f"{request.path}?{kept.urlencode()}"}
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _chosen(request: StaffRequest) -> QueryDict:
    """The address's parameters; a class chosen under another major class is let go."""
    chosen = request.GET.copy()
    before = _shown_before(request)
    if chosen.get("case_class") and before and before["major"] != chosen.get("major", ""):
        del chosen["case_class"]
    return chosen


def _shown_before(request: StaffRequest) -> dict[str, str]:
    """What the page that htmx asks from had chosen; empty for a whole page."""
    if not request.htmx:
        return {}
    before = QueryDict(urlsplit(request.htmx.current_url or "").query)
    return {name: before.get(name, "") for name in _LEADING}


def choices_above(user: User, chosen: QueryDict, all_filters: bool) -> dict[str, Any]:
    """What the selects above a list or a map of cases offer."""
    majors, classes = class_choices(chosen.get("major", ""), chosen.get("case_class", ""))
    found = {
        "areas": area_choices(user, chosen.get("area", "")),
        "majors": majors,
        "classes": classes,
        "lights": LIGHTS,
        "all_filters": all_filters,
    }
    if all_filters:
        holders, units = organisation_choices(user, chosen)
        found |= {
            "holders": holders,
            "units": units,
            "statuses": Status.choices,
            "chosen_statuses": chosen.getlist("status"),
            "channels": Channel.choices,
            "given_back_kinds": ReturnKind.choices,
            "levels": [(AreaLevel(level).name.lower(), label) for level, label in COMMAND_LEVEL_CHOICES],
        }
    return found
