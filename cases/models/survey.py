"""Short surveys of citizens: questions, and answers that belong to nobody."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Area

SCALE = (1, 5)
LONGEST_WORDS = 500

_FROZEN = """
    IF EXISTS (
        SELECT 1 FROM cases_surveyresponse
        WHERE survey_id = CASE WHEN TG_OP = 'INSERT' THEN NEW.survey_id ELSE OLD.survey_id END
    ) THEN
        RAISE EXCEPTION 'a survey that was answered keeps its questions';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class SurveyQuerySet(models.QuerySet["Survey"]):
    def public(self) -> SurveyQuerySet:
        return self.filter(is_public=True)

    def open(self, at: datetime) -> SurveyQuerySet:
        """Those that take answers at a moment."""
        return self.public().filter(opens_at__lte=at, closes_at__gt=at)


@pghistory.track()
class Survey(models.Model):
    """A few questions to the citizens of an area, for a time; once somebody has answered, they stay as they are."""

    title = models.CharField(pgettext_lazy("survey", "title"), max_length=80)
    intro = models.TextField(_("introduction"), max_length=1000, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))
    is_public = models.BooleanField(
        _("published"), default=False, help_text=_("Until then only staff see it in the admin.")
    )
    has_public_results = models.BooleanField(
        _("results for everybody"),
        default=False,
        help_text=_("Numbers alone, after the end; words that people wrote are never shown."),
    )

    objects: ClassVar = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="survey_ends_after_it_begins",
                violation_error_message=_("It closes after it opens."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answered_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("title", "intro", "area_id"),
                func="""
                    IF EXISTS (SELECT 1 FROM cases_surveyresponse WHERE survey_id = OLD.id) THEN
                        RAISE EXCEPTION 'a survey that was answered keeps its words';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.title


class QuestionKind(models.TextChoices):
    SINGLE = "single", pgettext_lazy("survey", "one of several")
    MULTIPLE = "multiple", pgettext_lazy("survey", "any of several")
    SCALE = "scale", pgettext_lazy("survey", "from 1 to 5")
    TEXT = "text", pgettext_lazy("survey", "in words")


@pghistory.track()
class SurveyQuestion(models.Model):
    """One question of a survey, with the choices that it offers."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name=_("survey"))
    position = models.PositiveSmallIntegerField(_("position"), default=1, validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind)
    text = models.CharField(pgettext_lazy("survey", "question"), max_length=200)
    choices = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        verbose_name=_("choices"),
        help_text=_("Only for one or any of several."),
    )
    is_required = models.BooleanField(_("has to be answered"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of a survey")
        ordering = ["survey_id", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[QuestionKind.SINGLE, QuestionKind.MULTIPLE], choices__len__gte=2)
                | Q(kind__in=[QuestionKind.SCALE, QuestionKind.TEXT], choices=[]),
                name="survey_question_choices",
                violation_error_message=_("Offer at least two choices, and none for a scale or words."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answered_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_FROZEN,
            )
        ]

    def __str__(self) -> str:
        return self.text


class SurveyResponse(models.Model):
    """One survey filled in by one device; nothing says by whom, and after the end not even by which device."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", verbose_name=_("survey"))
    # The day alone: a moment could be laid beside a log.
    sent_on = models.DateField(_("sent on"))
    # A keyed hash; cleared after the end of the survey.
    device_hash = models.CharField(max_length=64, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("answered survey")
        verbose_name_plural = _("answered surveys")
        ordering = ["survey_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "device_hash"],
                condition=~Q(device_hash=""),
                name="survey_response_once_per_device",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="sent_stays", fields=["survey", "sent_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.sent_on}"


class SurveyAnswer(models.Model):
    """What was answered to one question: the numbers of choices from 0, a step of the scale, or words."""

    response = models.ForeignKey(
        SurveyResponse, models.PROTECT, related_name="answers", verbose_name=_("answered survey")
    )
    question = models.ForeignKey(
        SurveyQuestion,
        models.PROTECT,
        related_name="answers",
        verbose_name=pgettext_lazy("survey", "question"),
    )
    chosen = ArrayField(models.PositiveSmallIntegerField(), default=list, verbose_name=_("chosen"))
    words = models.CharField(_("words"), max_length=LONGEST_WORDS, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ["response_id", "question_id"]
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="survey_answer_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.question_id}"
