"""Whom a call or a letter came from: masked, and whole once for a stated purpose; supervisors see who looked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from cases.models import Case, CaseContact, ContactLook
from cases.permissions import areas_of_contact_looks, posts_for_contact
from cases.selectors import case_for
from cases.services import contact as services
from cases.services.contact import LEAST_PURPOSE, LONGEST_PURPOSE
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.models import User
from grids.requests import StaffRequest

# In the session: the looks whose contacts have not been shown yet.
_TO_SHOW = "contact_looks_to_show"
_MOST_TO_SHOW = 10
LOOKS_A_PAGE = 50


class ContactLookForm(forms.Form):
    """What a whole contact is needed for."""

    usual_purposes = (
        gettext_lazy("Asking where exactly it is"),
        gettext_lazy("Arranging when to come"),
        gettext_lazy("Telling how it ended"),
        gettext_lazy("Asking whether it is solved"),
    )
    purpose = forms.CharField(
        label=gettext_lazy("What do you need it for?"),
        min_length=LEAST_PURPOSE,
        max_length=LONGEST_PURPOSE,
        help_text=gettext_lazy("It is written down with your name and the time."),
    )


def contact_part(user: User, case: Case) -> dict[str, Any]:
    """What the page of a case says of its contact: masked, with the form of a look for whoever may; one query."""
    contact = CaseContact.objects.filter(case=case).exclude(name="", phone="").first()
    if contact is None:
        return {}
    may_look = bool(posts_for_contact(user, case))
    return {"contact": contact, "contact_form": ContactLookForm() if may_look else None}


@once
@require_POST
@never_cache
def look_at_contact(request: StaffRequest, number: str) -> HttpResponse:
    """Write a look down and lead to it; a purpose that is missing comes back with the form."""
    case = case_for(request.user, number)
    contact = CaseContact.objects.filter(case=case).first()
    form = ContactLookForm(request.POST)
    if form.is_valid():
        try:
            look = services.look_at_contact(case.pk, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            waiting = request.session.get(_TO_SHOW, [])
            request.session[_TO_SHOW] = [*waiting, look.pk][-_MOST_TO_SHOW:]
            return HttpResponseRedirect(reverse("cases:contact_look", args=[number, look.pk]))
    elif contact is None or not posts_for_contact(request.user, case):
        raise NotFoundForYou(number)
    return _contact_page(request, case, {"contact": contact, "contact_form": form}, status=422)


@require_GET  # Asking for the head alone would use up the one look.
@never_cache
def contact_look(request: StaffRequest, number: str, look_id: int) -> HttpResponse:
    """The contact that a look was written down for: shown once, to whoever looked."""
    case = case_for(request.user, number)
    look = ContactLook.objects.filter(pk=look_id, user=request.user, contact__case=case).first()
    if look is None:
        raise NotFoundForYou(look_id)
    waiting = request.session.get(_TO_SHOW, [])
    if look_id not in waiting:
        messages.info(request, _("That contact was shown once. Say what you need it for to see it again."))
        return HttpResponseRedirect(reverse("cases:case_detail", args=[number]))
    request.session[_TO_SHOW] = [pk for pk in waiting if pk != look_id]
    return _contact_page(request, case, {"contact": look.contact, "look": look})


def _contact_page(
    request: StaffRequest, case: Case, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The contact alone in its place for htmx, else a page."""
    phone = layout_of(request) == "phone.html"
    context |= {
        "case": case,
        "layout": "cases/phone_page.html" if phone else "cases/page.html",
        "home": home_of(request.user),
    }
    template = "cases/case_contact.html" if request.htmx else "cases/look_at_contact.html"
    return render(request, template, context, status=status)


@require_safe
def contact_look_list(request: StaffRequest) -> HttpResponse:
    """All looks at contacts in the areas that one supervises, newest first: who, under which post, what for."""
    where = areas_of_contact_looks(request.user)
    if where is None:
        raise NotFoundForYou(request.user)
    looks = (
        ContactLook.objects.filter(contact__case__in=Case.objects.filter(where))
        .select_related("user", "post__organisation", "contact__case")
        .order_by("-id")
    )
    page = Paginator(looks, LOOKS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "layout": layout_of(request), "home": home_of(request.user)}
    return render(request, "cases/contact_look_list.html", context)
