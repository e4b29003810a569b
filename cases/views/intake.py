"""The steps of intake: check, register, refuse, correct, merge."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import services
from cases.deadlines import deadline_under, limit_of, limit_span
from cases.forms.register import AmendForm, ClassForm, MergeForm, RegisterForm, amend_form
from cases.forms.steps import AnswerCheckForm, NoteForm, ReasonForm, StepForm
from cases.keywords import Proposal, propose_classes, proposed_class, proposed_condition
from cases.models import Case, CaseClass, Stage
from cases.placing import grids_near
from cases.selectors import case_for, classes_used_around, search_classes
from cases.similar import similar_cases
from cases.story import essentials_of
from cases.views.steps import step_view
from cases.workflow import Action, Status
from gridgov import clock
from gridgov.idempotency import once
from gridgov.worktime import calendar_note
from grids.requests import StaffRequest


@once
def order_check(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ORDER_CHECK,
        form_class=NoteForm,
        service=services.order_check,
        done=_("The inspectors of the place are asked to go and look."),
    )


@once
def answer_check(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.ANSWER_CHECK,
        form_class=AnswerCheckForm,
        service=services.answer_check,
        done=_("Answered. The operator decides what follows."),
    )


@once
def register_case(request: StaffRequest, number: str) -> HttpResponse:
    """Fix class and condition; the limit they bring is shown before the click."""
    return step_view(
        request,
        number,
        action=Action.REGISTER,
        form_class=RegisterForm,
        service=services.register_case,
        done=_("Registered. It waits to be dispatched."),
        context=_register_context(request),
    )


@once
def refuse_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.REFUSE,
        form_class=ReasonForm,
        service=services.refuse_case,
        done=_("Refused. The reporter is told the reason."),
    )


@once
def amend_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.AMEND,
        form_class=amend_form,
        service=services.amend_case,
        done=_("Corrected. The clock did not move."),
        context=_amend_context(request),
    )


@once
def merge_case(request: StaffRequest, number: str) -> HttpResponse:
    """Merge into another case: one of those nearby, or any by its number."""
    return step_view(
        request,
        number,
        action=Action.MERGE,
        form_class=MergeForm,
        service=services.merge_case,
        done=_("Merged. Both reporters are told how it ends."),
        context=lambda case, form: {"similar": similar_cases(request.user, case)},
    )


@once
def unmerge_case(request: StaffRequest, number: str) -> HttpResponse:
    return step_view(
        request,
        number,
        action=Action.UNMERGE,
        form_class=NoteForm,
        service=services.unmerge_case,
        done=_("Taken apart. It goes on as before, with a fresh clock."),
    )


@require_safe
def class_limit(request: StaffRequest, number: str) -> HttpResponse:
    """The conditions of a class and the limit the chosen one brings, for the form of `register_case`."""
    case = case_for(request.user, number)
    form = ClassForm(request.GET, case=case, user=request.user)
    form.is_valid()
    chosen = form.cleaned_data.get("case_class")
    condition = form.cleaned_data.get("condition")
    return render(
        request, "cases/class_limit.html", {"case": case, **_limit_context(case, chosen, condition)}
    )


@require_safe
def similar_list(request: StaffRequest, number: str) -> HttpResponse:
    """What may be of the same matter, were the case of the chosen class; for the form of `register_case`."""
    case = case_for(request.user, number)
    form = ClassForm(request.GET, case=case, user=request.user)
    form.is_valid()
    chosen = form.cleaned_data.get("case_class")
    context = {"case": case, "similar": similar_cases(request.user, case, chosen), **essentials_of(case)}
    return render(request, "cases/similar.html", {**context, "in_sheet": "in_sheet" in request.GET})


@require_safe
def class_proposal(request: StaffRequest) -> HttpResponse:
    """The classes that a description speaks for, each with the words that say so."""
    proposals = propose_classes(request.GET.get("description", ""))
    return render(request, "cases/class_proposal.html", {"proposals": proposals})


@require_safe
def class_search(request: StaffRequest) -> HttpResponse:
    """The classes whose name, major class or code holds what was typed."""
    words = request.GET.get("class_words", "").strip()
    return render(
        request,
        "cases/class_found.html",
        {"found": search_classes(words) if words else [], "words": words},
    )


def _class_context(request: StaffRequest) -> Any:
    def context(case: Case, form: StepForm) -> Mapping[str, Any]:
        words = request.GET.get("class_words", "").strip()
        proposals = propose_classes(case.description)
        chosen = _chosen_class(form) or _proposed(form, proposals)
        spoken_for = [proposal.case_class for proposal in proposals]
        used = [one for one in classes_used_around(request.user, limit=4) if one not in spoken_for]
        offered = [one for one in (*spoken_for, *used) if one != chosen]
        return {
            "classes": [chosen, *offered] if chosen else offered,
            "chosen_class": chosen,
            "proposals": proposals,
            "found": search_classes(words) if words else [],
            "words": words,
            **_limit_context(case, chosen, form["condition"].value()),
        }

    return context


def _register_context(request: StaffRequest) -> Any:
    classes = _class_context(request)

    def context(case: Case, form: StepForm) -> Mapping[str, Any]:
        found = classes(case, form)
        return {
            **found,
            "similar": similar_cases(request.user, case, found["chosen_class"]),
            "grids_near": grids_near(case.point) if case.point else [],
        }

    return context


def _proposed(form: StepForm, proposals: list[Proposal]) -> CaseClass | None:
    """What the words of a report without a class speak for, while nobody has chosen otherwise."""
    proposal = None if form.is_bound else proposed_class(proposals)
    return proposal.case_class if proposal else None


def _amend_context(request: StaffRequest) -> Any:
    classes = _class_context(request)
    return lambda case, form: classes(case, form) if isinstance(form, AmendForm) else {}


def _chosen_class(form: StepForm) -> CaseClass | None:
    value = str(form["case_class"].value() or "")
    found = CaseClass.objects.filter(is_active=True).select_related("major")
    return found.filter(pk=value).first() if value.isdecimal() else None


def _limit_context(case: Case, chosen: CaseClass | None, condition: Any) -> dict[str, Any]:
    """The conditions to choose from and what the chosen one would mean, were the case accepted now."""
    if chosen is None:
        return {"conditions": []}
    conditions = list(chosen.conditions.filter(is_active=True))
    wanted = str(getattr(condition, "pk", condition) or proposed_condition(case.description, chosen) or "")
    found = next((one for one in conditions if str(one.pk) == wanted), conditions[0] if conditions else None)
    trial = copy(case)
    trial.case_class, trial.condition, trial.status = chosen, found, Status.HANDLING
    limit = limit_of(trial, Stage.HANDLING)
    deadline = deadline_under(limit, trial.working_time, clock.now()) if limit else None
    return {
        "conditions": conditions,
        "chosen_condition": found,
        "deadline": deadline,
        "limit_words": limit_span(limit) if limit else "",
        "level_name": case.get_level_display(),
        "limit_note": calendar_note(deadline.due_at, case.district.district_code) if deadline else "",
    }
