"""Periods as those run them who publish the scores: open, compute, publish, close."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from assessment.computing_runs import are_computing, begin_computing, how_far, is_computing
from assessment.models import Appeal, AppealState, Period, PeriodState, Scheme, TypedPoints
from assessment.period_notices import told_of_scores
from assessment.permissions import can_change_schemes, can_run_assessment, can_type_points
from assessment.ranks import as_now, levels_of, shares_of
from assessment.services import periods as services
from assessment.services.periods import NotComputed, are_points_outdated, is_whole
from assessment.services.typed_points import typed_items
from gridgov import clock
from gridgov.days import plausible_day
from gridgov.errors import DomainError, NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from grids.models import User
from grids.requests import StaffRequest

ROWS_A_PAGE = 50
# A state as a chip: tone and icon.
CHIPS = {
    PeriodState.OPEN: ("waiting", "hourglass"),
    PeriodState.COMPUTED: ("active", "eye"),
    PeriodState.PUBLISHED: ("done", "megaphone"),
    PeriodState.CLOSED: ("off", "lock"),
}


class BeingComputed(DomainError):
    """Its scores are just being worked out anew."""

    code = "period_being_computed"
    message = gettext_lazy("The scores of this period are just being computed.")
    advice = gettext_lazy("Wait until that is done, look at the scores, then publish them.")


class OpenForm(forms.Form):
    """Which period is opened: that of a scheme in which a day lies."""

    scheme = forms.ModelChoiceField(
        label=gettext_lazy("Scheme"),
        queryset=Scheme.objects.filter(is_active=True, versions__in_force_at__isnull=False).distinct(),
    )
    day = forms.DateField(
        label=gettext_lazy("A day in it"),
        help_text=gettext_lazy("The whole week, month, quarter or year around it, as the scheme says."),
        validators=[plausible_day],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def period_list(request: StaffRequest) -> HttpResponse:
    """All periods, newest first, with what is to be done next, `?state=&scheme=&page=`; sent, one is opened."""
    _require(request.user)
    form = OpenForm(request.POST or None, initial={"day": clock.today() - timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        try:
            period = services.open_period(
                form.cleaned_data["scheme"].pk, actor=request.user, day=form.cleaned_data["day"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return HttpResponseRedirect(_url(period))
    state, scheme = request.GET.get("state", ""), request.GET.get("scheme", "")
    found = Period.objects.select_related("scheme", "version")
    if scheme:
        found = found.filter(scheme__code=scheme)
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    page = Paginator(found.filter(state=state) if state in CHIPS else found, ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    at_work = are_computing([period.pk for period in page])
    context = {
        "form": form,
        "may_run": can_run_assessment(request.user),
        "rows": [_row(period, is_computing=period.pk in at_work) for period in page],
        "page": page,
        "tabs": _tabs(state, scheme, counts),
        "schemes": [(each.code, each.name, each.code == scheme) for each in Scheme.objects.all()],
        "state": state,
        "scheme": scheme,
    }
    return render(request, "assessment/period_list.html", context, status=422 if form.errors else 200)


@require_safe
def period_detail(request: StaffRequest, period_id: int) -> HttpResponse:
    """One period: how it stands, and what may be done with it; htmx asks by the clock how far the computing is."""
    period = _period_for(request.user, period_id)
    far = how_far(period.pk)
    at_work = is_computing(period.pk)
    if request.htmx and request.htmx.target == "period-progress":
        if not at_work:
            return HttpResponseClientRefresh()
        return render(request, "assessment/period_detail.html#progress", {**far, "period": period})
    may_run = can_run_assessment(request.user)
    context = {
        **_about(period),
        **_row(period, is_computing=at_work),
        **far,
        "at_work": at_work,
        "has_failed": "failed" in far and not period.is_shown,
        "may_run": may_run,
        "may_compute": may_run and not period.is_shown and not at_work,
        "may_publish": may_run and period.state == PeriodState.COMPUTED and is_whole(period) and not at_work,
        "may_close": may_run and period.state == PeriodState.PUBLISHED,
        "may_see_scheme": can_change_schemes(request.user) and request.user.is_staff,
    }
    return render(request, "assessment/period_detail.html", context)


@require_POST
@once
def compute_period(request: StaffRequest, period_id: int) -> HttpResponse:
    """Have the scores worked out anew, in the background; the page of the period says how far it is."""
    period = _period_to_run(request.user, period_id)
    begin_computing(period.pk, actor=request.user)
    return HttpResponseRedirect(_url(period))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def publish_period(request: StaffRequest, period_id: int) -> HttpResponse:
    """Says what follows, then shows the scores to those who were scored."""
    period = _period_to_run(request.user, period_id)
    if is_computing(period.pk):
        raise BeingComputed()
    if request.method == "POST":
        services.publish_period(period.pk, actor=request.user)
        messages.success(request, _("Published. Those who were scored are told."))
        return HttpResponseRedirect(_url(period))
    if period.is_shown:
        return HttpResponseRedirect(_url(period))
    if not is_whole(period):
        raise NotComputed()
    context = {**_about(period), "told": told_of_scores(period).count()}
    return render(request, "assessment/publish_period.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def close_period(request: StaffRequest, period_id: int) -> HttpResponse:
    """Says what follows, then takes no more appeals."""
    period = _period_to_run(request.user, period_id)
    if request.method == "POST":
        services.close_period(period.pk, actor=request.user)
        messages.success(request, _("Closed. No more appeals are taken."))
        return HttpResponseRedirect(_url(period))
    if period.state != PeriodState.PUBLISHED:
        return HttpResponseRedirect(_url(period))
    waiting = Appeal.objects.filter(
        score__period=period, state__in=[AppealState.FILED, AppealState.REVIEWED]
    ).count()
    return render(request, "assessment/close_period.html", {"period": period, "waiting": waiting})


def _about(period: Period) -> dict[str, Any]:
    """What there is to know of a period before it is published."""
    items = typed_items(period)
    shares = shares_of(as_now(period.scores.order_by()), levels_of(period)) if period.computed_at else []
    computed = period.computed_at is not None
    return {
        "period": period,
        "scored": period.scores.count(),
        "shares": shares,
        "has_scores": any(share.count for share in shares if share.level),
        "typed_items": items,
        "typed": TypedPoints.objects.filter(period=period, item__in=items).count() if items else 0,
        "is_outdated": computed and not period.is_shown and are_points_outdated(period),
    }


def _row(period: Period, *, is_computing: bool) -> dict[str, Any]:
    tone, icon = CHIPS[PeriodState(period.state)]
    return {
        "period": period,
        "tone": tone,
        "icon": icon,
        "is_computing": is_computing,
        "next": _("is being computed") if is_computing else _next(period),
        "waits": _waits(period) and not is_computing,
    }


def _waits(period: Period) -> bool:
    """Whether somebody has to do something now."""
    return not period.is_shown and period.last_day < clock.today()


def _next(period: Period) -> str:
    """What comes next, in a few words."""
    if period.state == PeriodState.CLOSED:
        return _("nothing: it is closed")
    if period.state == PeriodState.PUBLISHED:
        return _("takes appeals until it is closed")
    if not _waits(period):
        return _("goes on until %(day)s") % {"day": f"{period.last_day:%Y-%m-%d}"}
    return _("look at the scores, then publish") if is_whole(period) else _("compute it: it is over")


def _tabs(state: str, scheme: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    narrowed = f"&scheme={scheme}" if scheme else ""
    return [
        {"label": _("All"), "url": f"?state={narrowed}", "current": not state, "count": sum(counts.values())},
        *(
            {
                "label": each.label,
                "url": f"?state={each}{narrowed}",
                "current": state == each,
                "count": counts.get(each, 0),
            }
            for each in PeriodState
        ),
    ]


def _require(user: User) -> None:
    if not can_type_points(user):
        raise NotFoundForYou("periods")


def _period_for(user: User, period_id: int) -> Period:
    _require(user)
    found: Period | None = (
        Period.objects.select_related("scheme", "version", "computed_by", "published_by")
        .filter(pk=period_id)
        .first()
    )
    if found is None:
        raise NotFoundForYou(period_id)
    return found


def _period_to_run(user: User, period_id: int) -> Period:
    if not can_run_assessment(user):
        raise NotFoundForYou(period_id)
    return _period_for(user, period_id)


def _url(period: Period) -> str:
    return reverse("assessment:period_detail", args=[period.pk])
