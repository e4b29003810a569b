"""The page of one case, and its photos."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cases.actions import Offer, offers
from cases.case_page import alarming, clock_words, limit_words, map_data, more_areas_of, object_of
from cases.followers import followers_of
from cases.models import Case, CasePhoto
from cases.parts import parts_in
from cases.permissions import can_block_sender, can_publish_case
from cases.placing import areas_of
from cases.presence import open_case
from cases.queues import for_rows
from cases.selectors import case_for
from cases.similar import similar_cases
from cases.story import check_answer, events_of, in_pairs, photos_of, story_of
from cases.views.contacts import contact_part
from gridgov.errors import NotFoundForYou
from gridgov.evidence import Size, serve_photo
from gridgov.views.home import home_of, layout_of
from gridgov.worktime import calendar_note
from grids.requests import StaffRequest
from grids.selectors import responsible_for

# What does not carry the case on goes into a menu beyond so many buttons.
MOST_BUTTONS = 3
MOST_BUTTONS_PHONE = 1
# The original keeps its metadata, so it is not for pages.
_SHOWN_SIZES = ("display", "thumb")


@require_safe
def case_detail(request: StaffRequest, number: str) -> HttpResponse:
    """What a case is, where it stands, how it came there, and what this person may do; htmx gets the sheet.

    `?after=step` says that a step led here: the row in the list beside the sheet is shown anew.
    """
    case = case_for(request.user, number)
    phone = layout_of(request) == "phone.html"
    context = _context(request, case, MOST_BUTTONS_PHONE if phone else MOST_BUTTONS)
    context |= {
        "home": home_of(request.user),
        "layout": "cases/phone_page.html" if phone else "cases/page.html",
        # Phones say nothing of it: a heartbeat costs battery.
        "open_with": None if phone else open_case(case, request.user),
    }
    template = "cases/case_detail.html"
    if request.htmx:
        template = "cases/case_sheet.html"
        context["from_list"] = (request.htmx.trigger or "").startswith("open-")
        if request.GET.get("after"):
            context["row"] = for_rows(Case.objects.filter(pk=case.pk)).get()
            context["row"].open_with = context["open_with"] or []
    response = render(request, template, context)
    if "row" in context:
        # The list beside it asks for its counts again.
        response["HX-Trigger"] = "case-changed"
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def case_photo(request: StaffRequest, number: str, photo_id: UUID, size: Size) -> HttpResponseBase:
    """One copy of a photo, to those who may see its case."""
    if size not in _SHOWN_SIZES:
        raise NotFoundForYou(size)
    hung = (
        CasePhoto.objects.filter(
            photo=photo_id, case__in=Case.objects.visible_to(request.user).filter(number=number)
        )
        .select_related("photo")
        .first()
    )
    if hung is None:
        raise NotFoundForYou(photo_id)
    return serve_photo(request, hung.photo, size)


def _context(request: StaffRequest, case: Case, most_buttons: int) -> dict[str, Any]:
    events = events_of(case)
    areas = areas_of(case)
    offered = offers(request.user, case)
    merged = list(case.merged_cases.only("number"))
    buttons, more = _laid_out(offered, most_buttons)
    return {
        "case": case,
        "areas": areas,
        "more_areas": more_areas_of(case),
        "alarming": alarming(case, merged),
        "about": object_of(request.user, case),
        **contact_part(request.user, case),
        **in_pairs(photos_of(case, events)),
        "story": story_of(case, events),
        "parts": parts_in(events),
        "check_answer": check_answer(case, events),
        "map_data": map_data(case),
        "can_publish": can_publish_case(request.user, case),
        "limit": limit_words(case),
        "left_then": clock_words(case, case.minutes_left),
        "calendar_note": calendar_note(case.stage_due_at, case.district.district_code)
        if case.stage_due_at
        else "",
        "responsible": responsible_for(areas[-1]),
        "followers": followers_of(case),
        "can_block": can_block_sender(request.user, case),
        "merged_cases": merged,
        "similar": similar_cases(request.user, case) if _asks_for_similar(offered) else None,
        "buttons": buttons,
        "more": more,
    }


def _laid_out(offered: list[Offer], most: int) -> tuple[list[Offer], list[Offer]]:
    """What stands as a button, and what in the menu after them."""
    forward = [offer for offer in offered if offer.forward]
    other = [offer for offer in offered if not offer.forward]
    room = max(most - len(forward), 0)
    if len(other) == room + 1:  # a menu of one line is a button
        room += 1
    shown = [offer for offer in other[:room] if not offer.danger]
    return forward + shown, [offer for offer in other if offer not in shown]


def _asks_for_similar(offered: list[Offer]) -> bool:
    """Whoever may merge wants to know what with."""
    return any(offer.url_name == "cases:merge_case" for offer in offered)
