"""Putting right what was typed in for a published score."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from assessment.indicators import label_of
from assessment.permissions import can_run_assessment, scores_seen_by
from assessment.score_page import shown_parts
from assessment.services import corrections as services
from assessment.services.typed_points import LONGEST_REASON, item_of
from assessment.views.score_detail import score_for
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.requests import StaffRequest


class PointsForm(forms.Form):
    """The points that are right, and why."""

    # The service says in our words what are no points.
    points = forms.CharField(
        label=gettext_lazy("Points of 100"), widget=forms.TextInput({"inputmode": "decimal", "maxlength": 6})
    )
    reason = forms.CharField(
        label=pgettext_lazy("of a correction", "Why"),
        help_text=gettext_lazy("It is shown to those it concerns."),
        widget=forms.Textarea({"rows": 4, "maxlength": LONGEST_REASON}),
    )


@once
@require_http_methods(["GET", "HEAD", "POST"])
def correct_points(request: StaffRequest, score_id: int, item_id: int) -> HttpResponse:
    """Put points right that were typed in: what was published stays, beside it who, why, before and after."""
    if not can_run_assessment(request.user):
        raise NotFoundForYou("score")
    score = score_for(score_id, scores_seen_by(request.user))
    if not score.period.is_shown:
        raise NotFoundForYou("score")
    item = item_of(score.period, item_id)
    form = PointsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_points(score_id, item_id, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Corrected. Those it concerns are told."))
            return redirect(f"{reverse('assessment:score_detail', args=[score_id])}#corrections")
    context = {
        "score": score,
        "period": score.period,
        "label": label_of(item),
        "part": next(part for part in shown_parts(score)[0] if part.item_id == item_id),
        "form": form,
        "layout": layout_of(request),
    }
    return render(request, "assessment/correct_points.html", context, status=422 if form.errors else 200)
