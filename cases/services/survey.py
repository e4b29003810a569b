"""Filling in a survey, and forgetting by which device."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.models import QuestionKind, Survey, SurveyAnswer, SurveyQuestion, SurveyResponse
from cases.models.survey import LONGEST_WORDS
from cases.surveys import choices_of, is_open
from gridgov import clock
from gridgov.errors import DomainError, NotFoundForYou, invalid


class SurveyClosed(DomainError):
    """The survey takes no answers now."""

    code = "survey_closed"
    message = _("This survey is over.")
    advice = _("Nothing was sent. Thank you all the same.")


class AnsweredSurvey(DomainError):
    """This device has filled it in."""

    code = "answered_survey"
    message = _("This survey was filled in on this device already.")
    advice = _("Nothing was changed: each answers once.")


@transaction.atomic
def answer_survey(survey_id: int, *, device_hash: str, answers: Mapping[int, Any]) -> SurveyResponse:
    """Keep the answers of one device: question → number, numbers or words; what is left out is not answered.

    Raises `NotFoundForYou`, `SurveyClosed`, `AnsweredSurvey` the second time, ValidationError by "question_ID".
    """
    survey = Survey.objects.public().filter(pk=survey_id).first()
    if survey is None:
        raise NotFoundForYou(survey_id)
    if not is_open(survey):
        raise SurveyClosed(survey_id)
    given = [(question, _checked(question, answers.get(question.pk))) for question in survey.questions.all()]
    try:
        with transaction.atomic():
            kept = SurveyResponse.objects.create(
                survey=survey, sent_on=clock.today(), device_hash=device_hash
            )
    except IntegrityError:
        raise AnsweredSurvey(survey_id) from None
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(response=kept, question=question, chosen=chosen, words=words)
        for question, (chosen, words) in given
        if chosen or words
    )
    return kept


def forget_survey_devices() -> int:
    """Clear the devices of surveys that are over; returns of how many answers."""
    known = SurveyResponse.objects.filter(survey__closes_at__lt=clock.now()).exclude(device_hash="")
    return int(known.update(device_hash=""))


def _checked(question: SurveyQuestion, answer: Any) -> tuple[list[int], str]:
    """An answer as it is kept: what was chosen, and words."""
    field = f"question_{question.pk}"
    if question.kind == QuestionKind.TEXT:
        words = str(answer or "").strip()
        if question.is_required and not words:
            raise invalid(field, str(_("Please answer this question.")), "required")
        return [], words[:LONGEST_WORDS]
    chosen = answer if isinstance(answer, list) else [] if answer in (None, "") else [answer]
    allowed = {value for value, _label in choices_of(question)}
    if not set(chosen) <= allowed or (question.kind != QuestionKind.MULTIPLE and len(chosen) > 1):
        raise invalid(field, str(_("Choose one of the answers.")), "no_choice")
    if question.is_required and not chosen:
        raise invalid(field, str(_("Please answer this question.")), "required")
    return sorted(set(chosen)), ""
