"""A page of several lists: each begins there, and goes on by itself on pages of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.paging import Order, page_of
from cases.selectors import for_cards
from grids.requests import StaffRequest

MOST_SHOWN = 50


@dataclass(frozen=True)
class Part:
    """One of the lists: cases ready for cards, and the addresses before and after them ("" where there is none)."""

    cases: list[Case]
    newer: str
    older: str


def parts_of(request: StaffRequest, lists: Mapping[str, tuple[CaseQuerySet, Order]]) -> dict[str, Part]:
    """The lists by name; only the one that `?part=` names, from its `&page=` on; two queries each."""
    asked, place = request.GET.get("part", ""), request.GET.get("page", "")
    if asked in lists:
        return {asked: _part(request, asked, *lists[asked], place)}
    return {name: _part(request, name, *lists[name], "") for name in lists}


def _part(request: StaffRequest, name: str, cases: CaseQuerySet, order: Order, place: str) -> Part:
    page = page_of([for_cards(cases)], order, place, MOST_SHOWN)
    if place and not page.rows:  # what stood there has been done meanwhile
        return _part(request, name, cases, order, "")

    def address(place: str) -> str:
        return f"{request.path}?{urlencode({'part': name, 'page': place})}" if place else ""

    return Part(page.rows, newer=address(page.previous), older=address(page.next))
