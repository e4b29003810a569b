"""Keeping out for a time whoever sent what is no report, from the page of the case."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.followers import followers_of
from cases.models import Follower
from cases.permissions import can_block_sender
from cases.selectors import case_for
from cases.services import senders as services
from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.templatetags.ui import moment
from gridgov.views.home import layout_of
from grids.requests import StaffRequest

_DAYS = (1, 7, 30, 90)


class BlockSenderForm(forms.Form):
    follower = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Kept with your name; whoever is kept out reads no reason."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how many days"), coerce=int, initial=7, choices=[(n, n) for n in _DAYS]
    )
    with_address = forms.BooleanField(
        label=gettext_lazy("Their network too"),
        required=False,
        help_text=gettext_lazy(
            "Many may be in it who have done nothing: only where devices are changed to go on."
        ),
    )

    def __init__(self, *args: Any, followers: list[Follower], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["follower"]
        assert isinstance(who, forms.TypedChoiceField)
        who.choices = [(one.pk, _said(one)) for one in followers]
        self.initial.setdefault("follower", followers[0].pk)


@once
@require_http_methods(["GET", "HEAD", "POST"])
def block_sender(request: StaffRequest, number: str) -> HttpResponse:
    """Choose among those who reported or joined a case; strangers and other seats find nothing here."""
    case = case_for(request.user, number)
    followers = followers_of(case).everybody
    if not followers or not can_block_sender(request.user, case):
        raise NotFoundForYou(number)
    sent = request.method == "POST"
    form = BlockSenderForm(request.POST if sent else None, followers=followers)
    if sent and form.is_valid():
        try:
            services.block_sender(
                form.cleaned_data["follower"],
                actor=request.user,
                reason=form.cleaned_data["reason"],
                until=clock.now() + timedelta(days=form.cleaned_data["days"]),
                with_address=form.cleaned_data["with_address"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Nothing more is taken from there for this time."))
            return HttpResponseRedirect(reverse("cases:case_detail", args=[number]))
    context = {"case": case, "form": form, "layout": layout_of(request)}
    return render(request, "cases/block_sender.html", context, status=422 if form.errors else 200)


def _said(follower: Follower) -> str:
    told = _("reported it, %(at)s") if follower.has_reported else _("joined it, %(at)s")
    note = f" · “{follower.note[:60]}”" if follower.note else ""
    return told % {"at": moment(follower.since)} + note
