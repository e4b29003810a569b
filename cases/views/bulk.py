"""One step with all the cases that are selected in a list."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from cases import queues
from cases.bulk import BULK, MOST, BulkStep, NotDone, Outcome, step_named, steps_for, take_each
from cases.forms.steps import StepForm
from cases.models import Case
from cases.replies import replies_context
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.idempotency import FIELD, Answer, answer_once, fingerprint_of, form_fields
from gridgov.progress import how_far, say_how_far
from grids.models import User
from grids.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """What may be done with the cases `?number=…&number=…`; sent, it is done with each, and what became of them is told."""
    sent = request.method == "POST"
    numbers = list(dict.fromkeys((request.POST if sent else request.GET).getlist("number")))
    if not numbers or len(numbers) > MOST:
        return _shown(request, {"too_many": len(numbers), "most": MOST}, status=422 if sent else 200)
    if not sent:
        return _shown(request, _asking(request.user, numbers, request.GET.dict()))
    step = BULK.get(request.POST.get("step", ""))
    cases = _seen(request.user, numbers)
    if step is None or not cases:
        raise NotFoundForYou(request.POST.get("step", ""))
    form = step.form(request.POST, cases=cases, user=request.user)
    if not form.is_valid():
        context = _asking(request.user, numbers, {"step": step.name}, form)
        # A form that only lacks something still shows the cases as they were seen.
        context["seen"] |= _versions_seen(request)
        return _shown(request, context, status=422)
    return _told(request, step, numbers, _done_once(request, step, numbers, form))


def _done_once(request: StaffRequest, step: BulkStep, numbers: Sequence[str], form: StepForm) -> Outcome:
    """What became of each case; the second click on the same button is told the same and does nothing."""
    key = request.POST.get(FIELD) or str(uuid4())

    def handle() -> Answer:
        outcome = take_each(
            step.service,
            numbers,
            actor=request.user,
            values=form.values(),
            seen=_versions_seen(request),
            tell=lambda through: say_how_far(request.user, key, through, len(numbers)),
        )
        return Answer(200, body=json.dumps(asdict(outcome)))

    answer = answer_once(
        owner=request.user,
        key=key,
        fingerprint=fingerprint_of("POST", request.path, form_fields(request.POST), request.FILES),
        handle=handle,
    )
    told = json.loads(answer.body if answer else "{}")
    return Outcome(told["done"], [NotDone(**each) for each in told["not_done"]])


def _versions_seen(request: StaffRequest) -> dict[str, int]:
    """The versions of the cases that a sent form was shown with, by number."""
    pairs = [each.rpartition(":") for each in request.POST.getlist("seen")]
    found = {number: number_asked(version) for number, _, version in pairs}
    return {number: version for number, version in found.items() if version is not None}


@require_safe
def bulk_progress(request: StaffRequest) -> HttpResponse:
    """With how many of the cases a step was taken so far, of the form that was sent with this key."""
    far = how_far(request.user, request.GET.get(FIELD, ""))
    return render(request, "cases/bulk_progress.html", far) if far else HttpResponse(status=204)


def _told(request: StaffRequest, step: BulkStep, numbers: Sequence[str], outcome: Outcome) -> HttpResponse:
    """What was done, and below it the same form again, filled in, for those with which it could not be done."""
    context: dict[str, Any] = {"outcome": outcome, "did": step.offer}
    if outcome.not_done:
        left = [each.number for each in outcome.not_done]
        context |= _asking(request.user, left, {**request.POST.dict(), "step": step.name})
    if request.htmx:
        changed = Case.objects.visible_to(request.user).filter(number__in=outcome.done)
        context["rows"] = queues.for_rows(changed)
    response = _shown(request, context)
    # The list beside it asks for its counts again.
    response["HX-Trigger"] = "case-changed"
    return response


def _asking(
    user: User, numbers: Sequence[str], asked: Mapping[str, str], form: StepForm | None = None
) -> dict[str, Any]:
    """The steps that suit some of these cases, and the form of the one that was asked for."""
    cases = _seen(user, numbers)
    suits = steps_for(user, cases)
    step = step_named(asked.get("step", ""), asked.get("key", ""), suits)
    if step and not form and cases:
        form = step.form(cases=suits.get(step) or cases, user=user, initial=dict(asked))
    foretells = getattr(form, "foretells", None)
    return {
        "numbers": numbers,
        "cases": cases,
        "seen": {case.number: case.version for case in cases},
        "steps": [{"step": one, "suits": len(suited)} for one, suited in suits.items()],
        "step": step,
        "suits": len(suits.get(step, [])) if step else 0,
        "form": form,
        "foretells": foretells() if foretells else [],
        **(replies_context(form, user, step.action) if form and step else {}),
    }


def _seen(user: User, numbers: Sequence[str]) -> list[Case]:
    """Those of the cases that the person may see."""
    seen = Case.objects.visible_to(user).filter(number__in=numbers)
    return list(seen.select_related("case_class").order_by("pk"))


def _shown(request: HttpRequest, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Beside the list for htmx, else as a page."""
    template = "cases/bulk_sheet.html" if getattr(request, "htmx", False) else "cases/bulk.html"
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
