"""Surveys: filling one in without an account, and what came of it."""

from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms.public_survey import SurveyForm
from cases.models import Survey
from cases.permissions import can_see_survey_results
from cases.public_limits import count_once, for_everybody, is_challenged, sender_of
from cases.services.survey import AnsweredSurvey, answer_survey
from cases.surveys import is_open, open_surveys, results_of, shows_results
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from grids.downloads import CSV
from grids.registry_files import csv_lines


@for_everybody
@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """What can be filled in now, and what came of those that are over."""
    over = [one for one in Survey.objects.public().filter(has_public_results=True)[:20] if shows_results(one)]
    return render(request, "cases/public/survey_list.html", {"surveys": open_surveys(), "over": over})


@for_everybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in_survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The questions of a survey; filled in once on each device."""
    survey = _survey(survey_id)
    sender = sender_of(request)
    context: dict[str, Any] = {
        "survey": survey,
        "is_open": is_open(survey),
        "has_results": shows_results(survey),
    }
    context["is_answered"] = survey.responses.filter(device_hash=sender.device_hash).exists()
    if not context["is_open"] or (context["is_answered"] and request.method != "POST"):
        return render(
            request, "cases/public/survey.html", context, status=200 if request.method != "POST" else 409
        )
    challenged = is_challenged(request, "survey")
    form = SurveyForm(request.POST or None, survey=survey, challenged=challenged)
    if request.method == "POST" and form.is_valid():
        count_once(request, "survey")
        try:
            answer_survey(survey.pk, device_hash=sender.device_hash, answers=form.answers())
        except ValidationError as error:
            form.give_back()
            add_errors(form, error)
        except AnsweredSurvey:
            context["is_answered"] = True
            return render(request, "cases/public/survey.html", context, status=409)
        else:
            return redirect("cases:survey", survey.pk)
    context["form"] = form
    return render(
        request, "cases/public/survey.html", context, status=422 if request.method == "POST" else 200
    )


@for_everybody
@require_safe
def survey_results(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Bars that read as tables: for staff of the place at any time, for everybody after the end where it says so."""
    survey, is_staff = _results_for(request, survey_id)
    context = {
        "survey": survey,
        "results": results_of(survey, with_words=is_staff),
        "responses": survey.responses.count(),
        "is_staff": is_staff,
        "is_over": not is_open(survey),
    }
    return render(request, "cases/public/survey_results.html", context)


@for_everybody
@require_safe
def survey_file(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The same as CSV, words too; for staff alone."""
    survey, is_staff = _results_for(request, survey_id)
    if not is_staff:
        raise NotFoundForYou(survey_id)
    rows: list[list[Any]] = [[pgettext("survey", "question"), _("answer"), _("number"), _("percent")]]
    for result in results_of(survey, with_words=True):
        rows += [[result.question.text, bar.label, bar.number, bar.percent] for bar in result.bars]
        rows += [[result.question.text, words, 1, ""] for words in result.words]
    # A few lines: no need to send them one by one.
    disposition = f"attachment; filename*=UTF-8''{quote(survey.title)}.csv"
    return HttpResponse(
        "".join(csv_lines(rows)), content_type=CSV, headers={"Content-Disposition": disposition}
    )


def _survey(survey_id: int) -> Survey:
    survey = Survey.objects.public().select_related("area").filter(pk=survey_id).first()
    if survey is None:
        raise NotFoundForYou(survey_id)
    return survey


def _results_for(request: HttpRequest, survey_id: int) -> tuple[Survey, bool]:
    survey = Survey.objects.select_related("area").filter(pk=survey_id).first()
    if survey is None:
        raise NotFoundForYou(survey_id)
    is_staff = request.user.is_authenticated and can_see_survey_results(request.user, survey)
    if not is_staff and not shows_results(survey):
        raise NotFoundForYou(survey_id)
    return survey, is_staff
