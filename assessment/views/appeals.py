"""Appeals: one's own and those to review, one with its case beside it, and the form they are made with."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import appeals as reading
from assessment.indicators import INDICATORS
from assessment.models import Appeal, AppealState, PeriodState, Score
from assessment.permissions import can_appeal, can_review_some, can_see_appeal, has_appeals, scores_opened_by
from assessment.services import appeals as services
from assessment.services.appeals import LONGEST, NotCounted
from cases.models import Case
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.requests import StaffRequest

ON_A_PAGE = 30
MINE, TO_REVIEW, REVIEWED = "mine", "to_review", "reviewed"
# How a state is shown, with an icon beside its words.
TONES = {
    AppealState.FILED: ("waiting", "hourglass"),
    AppealState.REVIEWED: ("active", "hourglass"),
    AppealState.GRANTED: ("done", "circle-check"),
    AppealState.REFUSED: ("off", "circle-x"),
}


class ReasonForm(forms.Form):
    """Why a case should not count."""

    reason = forms.CharField(
        label=gettext_lazy("Why it should not count"),
        help_text=gettext_lazy("What happened, and where one can see it. Two people read it."),
        # The service says in our words when it is longer.
        widget=forms.Textarea({"rows": 5, "maxlength": LONGEST}),
    )


class ReviewForm(forms.Form):
    """A review: to grant or to refuse, and why."""

    grants = forms.TypedChoiceField(
        label=gettext_lazy("Your review"),
        choices=[
            ("yes", gettext_lazy("Grant it: the case does not count")),
            ("no", gettext_lazy("Refuse it")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=pgettext_lazy("of a review", "Reason"),
        help_text=gettext_lazy("Those it concerns read it. To refuse it needs one."),
        required=False,
        widget=forms.Textarea({"rows": 4, "maxlength": LONGEST}),
    )


@require_safe
def appeal_list(request: StaffRequest) -> HttpResponse:
    """One's own appeals, those that wait for one's review, and those one has reviewed; `?show=`, `?from=` an id."""
    if not has_appeals(request.user):
        raise NotFoundForYou("appeals")
    lists: dict[str, tuple[str, Callable[[int | None], list[Appeal]]]] = {
        MINE: (_("Mine"), lambda start: _older(reading.appeals_of(request.user), start)),
    }
    if can_review_some(request.user):
        lists[TO_REVIEW] = (_("To review"), lambda start: _waiting(request, start))
        lists[REVIEWED] = (
            _("Reviewed by me"),
            lambda start: _older(reading.appeals_reviewed_by(request.user), start),
        )
    usual = TO_REVIEW if TO_REVIEW in lists else MINE
    show = request.GET.get("show", "")
    show = show if show in lists else usual
    start = number_asked(request.GET.get("from", ""))
    found = lists[show][1](start)
    context = {
        "rows": [_row(appeal) for appeal in found[:ON_A_PAGE]],
        "tabs": [
            {"label": label, "url": f"?show={name}", "current": name == show}
            for name, (label, _rows) in lists.items()
        ],
        "show": show,
        "older": f"?show={show}&from={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "newest": f"?show={show}" if start is not None else "",
        "layout": layout_of(request),
    }
    return render(request, "assessment/appeal_list.html", context)


@require_safe
def appeal(request: StaffRequest, appeal_id: int) -> HttpResponse:
    """One appeal with the rows of the case's timeline in question beside it."""
    return _page(request, _appeal_for(request, appeal_id))


@once
@require_http_methods(["GET", "HEAD", "POST"])
def new_appeal(request: StaffRequest) -> HttpResponse:
    """Appeal against a case in an item of a score: `?score=&item=&case=`, the item by id or by its indicator."""
    score, indicator, case = _asked(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.file_appeal(
                score.pk, actor=request.user, indicator=indicator, case_id=case.pk, **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("The appeal is on its way: two people look at it, one after the other.")
            )
            return redirect("assessment:appeal", made.pk)
    known = Appeal.objects.filter(score=score, case=case).first()
    if known and request.method != "POST":
        return redirect("assessment:appeal", known.pk)
    context = {
        "form": form,
        "score": score,
        "is_closed": score.period.state == PeriodState.CLOSED,
        **_beside(request, score, indicator, case),
    }
    return render(
        request, "assessment/new_appeal.html", context, status=422 if request.method == "POST" else 200
    )


@once
@require_POST
def review_appeal(request: StaffRequest, appeal_id: int) -> HttpResponse:
    return _review(request, appeal_id, services.review_appeal, _("Reviewed: the second review follows."))


@once
@require_POST
def decide_appeal(request: StaffRequest, appeal_id: int) -> HttpResponse:
    return _review(request, appeal_id, services.decide_appeal, _("Decided; everybody concerned is told."))


def _review(request: StaffRequest, appeal_id: int, service: Callable[..., Appeal], done: str) -> HttpResponse:
    found = _appeal_for(request, appeal_id)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            service(appeal_id, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, done)
            return redirect("assessment:appeal", appeal_id)
    return _page(request, found, form=form, status=422)


def _older(rows: Any, start: int | None) -> list[Appeal]:
    if start is not None:
        rows = rows.filter(pk__lt=start)
    return list(rows.order_by("-pk")[: ON_A_PAGE + 1])


def _waiting(request: StaffRequest, start: int | None) -> list[Appeal]:
    return list(islice(reading.appeals_to_review(request.user, after=start or 0), ON_A_PAGE + 1))


def _row(found: Appeal) -> dict[str, Any]:
    tone, icon = TONES[AppealState(found.state)]
    return {"appeal": found, "indicator": INDICATORS[found.indicator].label, "tone": tone, "icon": icon}


def _appeal_for(request: StaffRequest, appeal_id: int) -> Appeal:
    found = reading.appeals().select_related("first_by", "second_by").filter(pk=appeal_id).first()
    if found is None or not can_see_appeal(request.user, found):
        raise NotFoundForYou("appeal")
    return found


def _page(
    request: StaffRequest, found: Appeal, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **_row(found),
        **_beside(request, found.score, found.indicator, found.case),
        "score": found.score,
        # Its own score first.
        "corrections": sorted(
            found.corrections.select_related("score__period__scheme"),
            key=lambda each: (each.score_id != found.score_id, each.pk),
        ),
        "form": form or ReviewForm(),
        "can_review": reading.can_review(request.user, found),
    }
    return render(request, "assessment/appeal.html", context, status=status)


def _beside(request: StaffRequest, score: Score, indicator: str, case: Case) -> dict[str, Any]:
    """The case and what is in question of it."""
    rows = reading.rows_in_question(score, indicator, case.pk)
    is_seen = Case.objects.visible_to(request.user).filter(pk=case.pk).exists()
    return {
        "case": case,
        "sees_case": is_seen,
        "sees_score": Score.objects.filter(scores_opened_by(request.user), pk=score.pk).exists(),
        "indicator": INDICATORS[indicator],
        "story": reading.timeline_in_question(case, rows, is_whole=is_seen),
        "layout": layout_of(request),
    }


def _asked(request: StaffRequest) -> tuple[Score, str, Case]:
    """The score, the indicator and the case of an address; what does not belong together is not there."""
    score_id, case_id = (number_asked(request.GET.get(name, "")) or 0 for name in ("score", "case"))
    score = (
        Score.objects.select_related("period__scheme", "period__version", "user", "organisation", "area")
        .filter(pk=score_id)
        .first()
    )
    if score is None or not score.period.is_shown or not can_appeal(request.user, score):
        raise NotFoundForYou("score")
    indicator = _indicator_of(score, request.GET.get("item", ""))
    case = Case.objects.filter(pk=case_id).select_related("case_class").first()
    if case is None or not reading.is_asked(score, indicator):
        raise NotFoundForYou("item")
    if not reading.rows_in_question(score, indicator, case.pk):
        raise NotCounted()
    return score, indicator, case


def _indicator_of(score: Score, item: str) -> str:
    """An item is named by its id or by what it counts, as a bonus or deduction is."""
    pk = number_asked(item)
    if pk is None:
        return item
    found = score.period.version.items.filter(pk=pk).first()
    return found.indicator if found else ""
