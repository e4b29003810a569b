"""A survey to be filled in, made from its questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import QuestionKind, Survey, SurveyQuestion
from cases.models.survey import LONGEST_WORDS
from cases.public_challenge import GuardedForm
from cases.surveys import choices_of

_REQUIRED = {"required": _("Please answer this question.")}


class SurveyForm(GuardedForm):
    """One field for each question, named question_ID."""

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(survey.questions.all())
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = _field(question)

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[f"question_{question.pk}"] for question in self.questions]

    def answers(self) -> dict[int, Any]:
        """Question → what was answered, as the service takes it."""
        return {question.pk: self.cleaned_data[f"question_{question.pk}"] for question in self.questions}


def _field(question: SurveyQuestion) -> forms.Field:
    shared: dict[str, Any] = {
        "label": question.text,
        "required": question.is_required,
        "error_messages": _REQUIRED,
    }
    if question.kind == QuestionKind.TEXT:
        return forms.CharField(max_length=LONGEST_WORDS, widget=forms.Textarea({"rows": 3}), **shared)
    choices = choices_of(question)
    if question.kind == QuestionKind.MULTIPLE:
        return forms.TypedMultipleChoiceField(
            choices=choices, coerce=int, widget=forms.CheckboxSelectMultiple, **shared
        )
    help_text = _("1: not at all, 5: very much") if question.kind == QuestionKind.SCALE else ""
    return forms.TypedChoiceField(
        choices=choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        help_text=help_text,
        **shared,
    )
