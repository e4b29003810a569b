"""Handing over a shift and taking it over."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dispatch.models import Shift
from dispatch.permissions import SEAT_ROLES, can_hand_over, can_take_over
from dispatch.rota import centre_asked, counts_of, last_shifts, people_at, shift_for
from dispatch.seat import in_words, sum_of
from dispatch.services import handover as services
from gridgov import clock
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.models import User
from grids.requests import StaffRequest

SHOWN = 30
# Handed over longer than this before the end, one is asked whether that is meant.
EARLY = timedelta(minutes=30)


class HandOverForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What the next one must know"),
        widget=forms.Textarea({"rows": 4}),
        max_length=1000,
        required=False,
    )
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who takes over"),
        required=False,
        empty_label=gettext_lazy("Whoever comes"),
    )

    def __init__(self, *args: Any, shift: Shift, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"to": _next_at(shift)}
        to = self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)
        people = [post.user_id for post in people_at(shift.organisation, *SEAT_ROLES)]
        to.queryset = User.objects.filter(pk__in=people).exclude(pk=shift.user_id).order_by("display_name")


@once
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest, shift_id: int) -> HttpResponse:
    """What is open at the seat, and the note for who comes; once handed over, as it was then."""
    shift = shift_for(request.user, shift_id)
    form = HandOverForm(request.POST if request.method == "POST" else None, shift=shift)
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_over(shift_id, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Handed over."))
            return redirect(request.path)
    context = {
        "shift": shift,
        "form": form,
        "open": in_words(counts_of(shift), shift.organisation, request.user),
        "early": clock.now() < shift.ends_at - EARLY,
        "may_hand_over": shift.can_be_handed_over and can_hand_over(request.user, shift),
        "may_take_over": shift.waits_for_signature and can_take_over(request.user, shift),
        "home": home_of(request.user),
        "layout": layout_of(request),
    }
    return render(request, "dispatch/hand_over.html", context, status=422 if form.errors else 200)


@once
@require_POST
def take_over(request: StaffRequest, shift_id: int) -> HttpResponse:
    shift = services.take_over(shift_id, actor=request.user)
    messages.success(request, _("You have taken over from %(who)s.") % {"who": shift.user})
    return redirect("dispatch:hand_over", shift_id)


@require_safe
def handover_list(request: StaffRequest) -> HttpResponse:
    """The last shifts of `?centre=` that were handed over, or ought to have been."""
    centre = centre_asked(request.user, request.GET.get("centre", ""))
    shifts = last_shifts(centre)[:SHOWN]
    rows = [(shift, sum_of(shift.open_counts)) for shift in shifts]
    context = {"centre": centre, "rows": rows, "layout": layout_of(request), "home": home_of(request.user)}
    return render(request, "dispatch/handover_list.html", context)


def _next_at(shift: Shift) -> int | None:
    """Who comes next by the rota."""
    after = Shift.objects.filter(
        organisation=shift.organisation_id, area=None, starts_at__gte=shift.ends_at
    ).exclude(user=shift.user_id)
    return after.order_by("starts_at", "id").values_list("user", flat=True).first()
