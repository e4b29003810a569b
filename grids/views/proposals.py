"""Proposed changes: saying what is otherwise in the street, and deciding what is written."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou, NotPermitted, PhotoRefused
from gridgov.evidence import Size, serve_photo, stored_photos
from gridgov.idempotency import once
from gridgov.models import Photo
from gridgov.views.home import home_of, layout_of
from grids.errors import ObjectMovedOn
from grids.forms.proposals import ATTRIBUTE, AcceptForm, ProposalForm, RefuseForm
from grids.models import ChangeKind, GridObject, ObjectKind, ObjectType, ProposalState, ProposedChange
from grids.permissions import (
    can_change_objects,
    can_decide_proposal,
    can_propose_change,
    can_withdraw_proposal,
)
from grids.proposals import before_and_after, changed_meanwhile, proposals_for
from grids.registry import object_for, place_data
from grids.requests import StaffRequest
from grids.services import proposals as services

ROWS_SHOWN = 50
_CHOICES = {
    ChangeKind.CHANGED: (
        "pencil",
        gettext_lazy("Something about it has changed"),
        gettext_lazy("Name, business, state, details"),
    ),
    ChangeKind.CLOSED: (
        "ban",
        gettext_lazy("It has closed or is gone"),
        gettext_lazy("It will no longer be visited"),
    ),
    ChangeKind.MOVED: (
        "map-pin",
        gettext_lazy("It stands somewhere else"),
        gettext_lazy("Its place on the map is wrong"),
    ),
}


@once
def propose_change(request: StaffRequest, code: str) -> HttpResponse:
    """What is otherwise about an object: first what kind of change, then only what that touches."""
    there = object_for(request.user, code)
    if not can_propose_change(request.user, there.area):
        raise NotPermitted("propose_change")
    kind = request.GET.get("kind", "")
    if kind not in _CHOICES:
        choices = [(each.value, *looks) for each, looks in _CHOICES.items()]
        context = {"object": there, "choices": choices, **_layout(request)}
        return render(
            request, "grids/propose_change.html", context, status=422 if request.method == "POST" else 200
        )
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProposalForm(*sent, kind=ChangeKind(kind), type=there.type, there=there)
    context = {"object": there, "what": _CHOICES[ChangeKind(kind)][1]}
    return _proposing(request, form, context, object_id=there.pk)


@once
def propose_object(request: StaffRequest) -> HttpResponse:
    """Something new that is not in the registry: what it is, then where and what is known of it."""
    if not request.user.current_posts:
        raise NotPermitted("propose_object")
    types = ObjectType.objects.filter(is_active=True, is_private=False)
    type = types.filter(code=request.GET.get("type", "")).first()
    if type is None:
        context = {"types": types.exclude(kind=ObjectKind.DWELLING), **_layout(request)}
        return render(
            request, "grids/propose_object.html", context, status=422 if request.method == "POST" else 200
        )
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProposalForm(*sent, kind=ChangeKind.NEW, type=type)
    return _proposing(request, form, {"what": type, "type": type}, type=type)


def _proposing(
    request: StaffRequest, form: ProposalForm, context: dict[str, Any], **about: Any
) -> HttpResponse:
    if form.is_valid():
        proposal = _proposed(request, form, about)
        if proposal is not None:
            messages.success(request, _("Sent to %(unit)s, who decides.") % {"unit": proposal.owner})
            return _lead_to(request, reverse("grids:proposal_detail", args=[proposal.pk]))
    context |= {
        "form": form,
        "needs_place": form.kind in (ChangeKind.NEW, ChangeKind.MOVED),
        "map_home": request.user.current_posts[0].area.code,
        "queue_done": reverse("grids:proposal_detail", args=[0]).replace("/0/", "/{id}/"),
        **_layout(request),
    }
    return render(request, "grids/propose_form.html", context, status=422 if form.errors else 200)


def _proposed(request: StaffRequest, form: ProposalForm, about: dict[str, Any]) -> ProposedChange | None:
    """The new proposal; None when it was refused, with the reason on the form."""
    files = form.cleaned_data["photos"]
    try:
        with stored_photos(files, actor=request.user) as photos:
            return services.propose_change(
                actor=request.user,
                kind=form.kind,
                values=form.values(),
                point=form.point(),
                note=form.cleaned_data["note"],
                photos=photos,
                seen_version=form.cleaned_data["seen_version"],
                **about,
            )
    except PhotoRefused as refused:
        form.add_error("photos", refused.words(len(files)))
    except ValidationError as error:
        _put_on_form(form, error)
    return None


def _put_on_form(form: Form, error: ValidationError) -> None:
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, texts in by_field.items():
        known = name if name in form.fields and name not in ("longitude", "latitude") else None
        for text in texts:
            form.add_error(
                known or (f"{ATTRIBUTE}{name}" if f"{ATTRIBUTE}{name}" in form.fields else None), text
            )


@require_safe
def proposal_list(request: StaffRequest) -> HttpResponse:
    """What waits for one to decide, what was decided, and what one has proposed; `?before=`/`?after=` an id."""
    show = request.GET.get("show", "")
    rows = proposals_for(request.user, mine=show == "mine", decided=show == "decided")
    newest_first = show in ("mine", "decided")
    place = number_asked(request.GET.get("from", ""))
    if place is not None:
        rows = rows.filter(**{"id__lt" if newest_first else "id__gt": place})
    found = list(rows[: ROWS_SHOWN + 1])
    shown = found[:ROWS_SHOWN]
    tabs = [
        {"label": label, "url": f"{request.path}{query}", "current": current, "count": None}
        for label, query, current in (
            (_("Waiting for me"), "", not newest_first),
            (_("Proposed by me"), "?show=mine", show == "mine"),
            (_("Decided"), "?show=decided", show == "decided"),
        )
    ]
    context = {
        "tabs": tabs,
        "proposals": shown,
        "show": show,
        "next": shown[-1].pk if len(found) > ROWS_SHOWN else None,
        "first": place is not None,
        **_layout(request),
    }
    return render(request, "grids/proposal_list.html", context)


@require_safe
def proposal_detail(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """What would change, before and after side by side, with photos and map, and the decision."""
    proposal = _proposal_for(request, proposal_id)
    return _detail(request, proposal, AcceptForm(), RefuseForm())


@once
@require_POST
def accept_proposal(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """Write what was proposed."""
    proposal = _proposal_for(request, proposal_id)
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            services.accept_proposal(proposal_id, actor=request.user, **form.cleaned_data)
        except ObjectMovedOn as error:
            form.add_error(None, f"{error.message} {error.advice}")
        except ValidationError as error:
            _put_on_form(form, error)
        else:
            messages.success(request, _("Accepted: it stands in the registry now."))
            return HttpResponseRedirect(reverse("grids:proposal_detail", args=[proposal_id]))
    return _detail(request, proposal, form, RefuseForm(), status=422)


@once
@require_POST
def refuse_proposal(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """Leave the registry as it is, with a reason."""
    proposal = _proposal_for(request, proposal_id)
    form = RefuseForm(request.POST)
    if form.is_valid():
        try:
            services.refuse_proposal(proposal_id, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            _put_on_form(form, error)
        else:
            messages.success(request, _("Refused: the registry stays as it is."))
            return HttpResponseRedirect(reverse("grids:proposal_detail", args=[proposal_id]))
    return _detail(request, proposal, AcceptForm(), form, status=422)


@once
@require_POST
def withdraw_proposal(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """Take one's own proposal back."""
    services.withdraw_proposal(proposal_id, actor=request.user)
    messages.success(request, _("Withdrawn: nobody has to decide on it any more."))
    return HttpResponseRedirect(reverse("grids:proposal_detail", args=[proposal_id]))


@require_safe
def proposal_photo(request: StaffRequest, proposal_id: int, photo_id: UUID, size: Size) -> HttpResponseBase:
    """One copy of a photo, to those who may see its proposal."""
    photo = _proposal_for(request, proposal_id).photos.filter(pk=photo_id).first()
    if photo is None or size not in ("display", "thumb"):
        raise NotFoundForYou(photo_id)
    return serve_photo(request, photo, size)


def _proposal_for(request: StaffRequest, proposal_id: int) -> ProposedChange:
    found = (
        ProposedChange.objects.visible_to(request.user)
        .select_related("type", "area", "district", "owner", "proposed_by", "decided_by")
        .select_related("object__type", "object__area", "object__owner", "object__part_of")
        .filter(pk=proposal_id)
        .first()
    )
    if found is None:
        raise NotFoundForYou(proposal_id)
    return found


def _detail(
    request: StaffRequest,
    proposal: ProposedChange,
    accept: AcceptForm,
    refuse: RefuseForm,
    *,
    status: int = 200,
) -> HttpResponse:
    waits = proposal.state == ProposalState.WAITING
    meanwhile = changed_meanwhile(proposal) if waits else []
    context = {
        "proposal": proposal,
        "object": proposal.object,
        "fields": before_and_after(proposal),
        "photos": [_shown_photo(proposal, photo) for photo in proposal.photos.order_by("stored_at")],
        "place_data": _place_data(proposal),
        "waits": waits,
        "can_decide": waits and can_decide_proposal(request.user, proposal),
        "can_withdraw": waits and can_withdraw_proposal(request.user, proposal),
        "sees_object": proposal.object_id
        and GridObject.objects.visible_to(request.user).filter(pk=proposal.object_id).exists(),
        "meanwhile": meanwhile,
        # Whoever presses has seen the object in this version.
        "seen_version": proposal.object.version if proposal.object and meanwhile else "",
        "is_new": proposal.kind == ChangeKind.NEW,
        "accept": accept,
        "refuse": refuse,
        **_layout(request),
    }
    return render(request, "grids/proposal_detail.html", context, status=status)


def _shown_photo(proposal: ProposedChange, photo: Photo) -> dict[str, Any]:
    urls = {
        size: reverse("grids:proposal_photo", args=[proposal.pk, photo.pk, size])
        for size in ("display", "thumb")
    }
    return {
        "url": urls["display"],
        "thumb_url": urls["thumb"],
        "caption": str(proposal.proposed_by),
        "alt": "",
        "photo": photo,
    }


def _place_data(proposal: ProposedChange) -> str:
    """The small map: where it would stand, with where it stands now as a ring."""
    there = proposal.object
    if proposal.point is None:
        return place_data(there) if there else ""
    shown = GridObject(point=proposal.point, area=proposal.area)
    data = json.loads(place_data(shown))
    if there and there.point and proposal.state == ProposalState.WAITING:
        data["device"] = [round(there.point.y, 6), round(there.point.x, 6)]
    return json.dumps(data)


def _layout(request: StaffRequest) -> dict[str, Any]:
    phone = layout_of(request) == "phone.html"
    return {
        "phone": phone,
        "layout": "grids/registry_phone.html" if phone else "grids/registry_desk.html",
        "home": home_of(request.user),
        "sees_all": can_change_objects(request.user),
    }


def _lead_to(request: StaffRequest, address: str) -> HttpResponse:
    """The module that sends forms with photos asks for the address alone, and loads it itself."""
    if request.headers.get("X-Sent-By") == "upload-form":
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)
