"""The diary of people's matters (民情日记)."""

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.views.steps import lead_to
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou, NotPermitted, PhotoRefused
from gridgov.evidence import Size, serve_photo, stored_photos
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.models import User
from grids.requests import StaffRequest
from inspections.forms.diary import EntryForm, RatingForm
from inspections.models import DiaryEntry
from inspections.permissions import can_lead, can_rate_entry, can_walk
from inspections.services.diary import rate_entry as rate
from inspections.services.diary import write_entry as write

ON_A_PAGE = 20


@once
@require_http_methods(["GET", "HEAD", "POST"])
def diary(request: StaffRequest) -> HttpResponse:
    """One's own diary, newest first, with room for today's page; for leaders also `?of=team`."""
    user = request.user
    if request.method == "POST" and not can_walk(user):
        raise NotPermitted("write_entry")
    form = EntryForm(request.POST, request.FILES) if request.method == "POST" else None
    if form and form.is_valid() and _written(form, user):
        messages.success(request, _("It stands in your diary."))
        return lead_to(request, request.path)
    leads = can_lead(user)
    of_team = leads and (request.GET.get("of") == "team" or not can_walk(user))
    return _page(request, form, of_team=of_team, leads=leads)


@once
@require_POST
def rate_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Rate a page of the diary of somebody whom one leads."""
    form = RatingForm(request.POST)
    if form.is_valid():
        rate(entry_id, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Rated."))
        return redirect(f"{reverse('inspections:diary')}?of=team#entry-{entry_id}")
    return _page(request, None, of_team=True, leads=True, rating=(entry_id, form))


@require_safe
def diary_photo(request: StaffRequest, entry_id: int, photo_id: UUID, size: Size) -> HttpResponseBase:
    """A photo of a page, for whoever may see the page."""
    entry = DiaryEntry.objects.visible_to(request.user).filter(pk=entry_id, photos=photo_id).first()
    if entry is None or size not in ("display", "thumb"):
        raise NotFoundForYou(entry_id, photo_id, size)
    return serve_photo(request, entry.photos.get(pk=photo_id), size)


def _written(form: EntryForm, actor: User) -> bool:
    data = form.cleaned_data
    try:
        with stored_photos(data["photos"], actor=actor) as photos:
            write(actor=actor, client_uuid=data["client_uuid"], text=data["text"], photos=photos)
    except PhotoRefused as refused:
        form.add_error("photos", refused.words(len(data["photos"])))
    except ValidationError as error:
        form.add_error(None, error)
    return form.is_valid()


def _page(
    request: StaffRequest,
    form: EntryForm | None,
    *,
    of_team: bool,
    leads: bool,
    rating: tuple[int, RatingForm] | None = None,
) -> HttpResponse:
    user = request.user
    entries = DiaryEntry.objects.visible_to(user)
    entries = entries.exclude(author=user) if of_team else entries.filter(author=user)
    rows, older = _page_of(entries, number_asked(request.GET.get("before", "")))
    context = {
        "rows": [_row(user, entry, rating) for entry in rows],
        "older": f"{request.path}?{'of=team&' if of_team else ''}before={older}" if older else "",
        "form": form or EntryForm(initial={"client_uuid": uuid.uuid4()}),
        "of_team": of_team,
        "can_lead": leads,
        "can_walk": can_walk(user),
        "home": home_of(user),
        "layout": layout_of(request),
    }
    failed = bool(rating or (form and form.errors))
    return render(request, "inspections/diary.html", context, status=422 if failed else 200)


def _page_of(entries: QuerySet[DiaryEntry], before: int | None) -> tuple[list[DiaryEntry], int | None]:
    """The newest pages, or those before an id; and where the next ones begin."""
    if before is not None:
        entries = entries.filter(pk__lt=before)
    rows = list(
        entries.select_related("author", "area", "rated_by")
        .prefetch_related("photos")
        .order_by("-pk")[: ON_A_PAGE + 1]
    )
    return rows[:ON_A_PAGE], rows[ON_A_PAGE - 1].pk if len(rows) > ON_A_PAGE else None


def _row(user: User, entry: DiaryEntry, rating: tuple[int, RatingForm] | None) -> dict[str, Any]:
    may_rate = can_rate_entry(user, entry) and entry.rated_by in (None, user)
    sent = rating[1] if rating and rating[0] == entry.pk else None
    return {
        "entry": entry,
        "photos": [
            {
                "url": reverse("inspections:diary_photo", args=[entry.pk, photo.pk, "display"]),
                "thumb_url": reverse("inspections:diary_photo", args=[entry.pk, photo.pk, "thumb"]),
                "alt": entry.text[:80],
                "caption": "",
                "photo": photo,
            }
            for photo in entry.photos.all()
        ],
        "form": (
            sent
            or RatingForm(initial={"rating": entry.rating, "remark": entry.remark}, auto_id=f"{entry.pk}-%s")
        )
        if may_rate
        else None,
    }
