"""A person's saved filters: keep one, change them, count them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import SavedFilter
from cases.saved_filters import TooSlow, count_filters, count_name, filters_of, kept_part, words_of
from cases.services import saved_filters as services
from gridgov.forms import add_errors
from gridgov.idempotency import once
from grids.requests import StaffRequest


class SavedFilterForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=services.LONGEST_NAME, error_messages={"required": _("Give it a name.")}
    )
    query = forms.CharField(widget=forms.HiddenInput, max_length=2000)


@once
@require_http_methods(["GET", "HEAD", "POST"])
def saved_filter_list(request: StaffRequest) -> HttpResponse:
    """What this person has saved, and the form of one to save; sent, it is kept and shown."""
    form = SavedFilterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_filter(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. It stands in the navigation, with its count."))
            return HttpResponseRedirect(f"{reverse('cases:case_list')}?{saved.query}")
    return _listed(request, form if form.is_bound else None)


@require_POST
def change_saved_filter(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename, move or remove one: the button says which."""
    do = request.POST.get("do", "rename")
    try:
        if do in ("up", "down"):
            services.move_filter(pk, actor=request.user, up=do == "up")
        elif do == "remove":
            services.remove_filter(pk, actor=request.user)
            messages.success(request, _("Removed."))
        else:
            services.rename_filter(pk, actor=request.user, name=request.POST.get("name", ""))
            messages.success(request, _("Renamed."))
    except ValidationError as error:
        return _listed(request, None, wrong={pk: (request.POST.get("name", ""), " ".join(error.messages))})
    return HttpResponseRedirect(reverse("cases:saved_filter_list"))


@require_safe
def count_saved_filters(request: StaffRequest) -> HttpResponse:
    """How many cases each one finds now, put where each count stands."""
    try:
        counts = count_filters(request)
    except TooSlow:
        counts = {}
    named = [{"name": count_name(one), "count": count} for one, count in counts.items()]
    return render(request, "cases/saved_filter_counts.html", {"counts": named})


def _listed(
    request: StaffRequest, form: SavedFilterForm | None, wrong: dict[int, tuple[str, str]] | None = None
) -> HttpResponse:
    wrong = wrong or {}
    rows = [_row(one, *wrong.get(one.pk, (one.name, ""))) for one in filters_of(request)]
    words = words_of(kept_part(form["query"].value() or "")) if form else ""
    context = {"rows": rows, "form": form, "words": words, "most": services.MOST_FILTERS}
    failed = wrong or (form and form.errors)
    return render(request, "cases/saved_filter_list.html", context, status=422 if failed else 200)


def _row(saved: SavedFilter, name: str, error: str) -> dict[str, object]:
    return {"saved": saved, "name": name, "error": error, "words": words_of(saved.query)}
