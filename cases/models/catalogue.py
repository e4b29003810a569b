"""What a case can be about, and how long it may take."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models.case_triggers import take_back
from gridgov.worktime import Unit, span_words
from grids.models import AreaLevel, ManagementGrade

COMMAND_LEVEL_CHOICES = [
    (level, level.label) for level in (AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY)
]


class ClassKind(models.TextChoices):
    COMPONENT = "component", _("component")
    EVENT = "event", _("event")


class MajorClass(models.Model):
    """A major class of a standard's catalogue, such as 市容环境; its standard and kind belong to the key."""

    standard = models.CharField(_("standard"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=ClassKind)
    code = models.CharField(_("code"), max_length=8)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("major class")
        verbose_name_plural = _("major classes")
        ordering = ["standard", "kind", "code"]
        constraints = [models.UniqueConstraint(fields=["standard", "kind", "code"], name="major_class_key")]

    def __str__(self) -> str:
        return self.name


class Publicity(models.TextChoices):
    """How exactly strangers see where cases of a class lie, on the public map and list."""

    PLACE = "place", _("its place")
    STREET = "street", _("its street or town only")
    PRIVATE = "private", _("not at all")


@pghistory.track()
class CaseClass(models.Model):
    """A minor class: what a case is about, such as 路灯 or 暴露垃圾."""

    major = models.ForeignKey(
        MajorClass, models.PROTECT, related_name="classes", verbose_name=_("major class")
    )
    code = models.CharField(_("code"), max_length=8)
    name = models.CharField(_("name"), max_length=80)
    # The standard's own full code; lengths differ between standards.
    full_code = models.CharField(_("full code"), max_length=16)
    # "found" in the published standard, or "derived" / "memory": not normative.
    provenance = models.CharField(_("provenance"), max_length=10, default="found")
    is_active = models.BooleanField(_("in use"), default=True)
    # Reports of this class that may be of the same matter: how near, and how far back.
    similar_m = models.PositiveSmallIntegerField(
        _("similar within (m)"), default=200, validators=[MaxValueValidator(2000)]
    )
    similar_days = models.PositiveSmallIntegerField(
        _("similar within (days)"), default=14, validators=[MaxValueValidator(365)]
    )
    # What concerns people rather than the street is private, until somebody decides otherwise.
    publicity = models.CharField(
        _("strangers see"), max_length=8, choices=Publicity, default=Publicity.PRIVATE
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["major__standard", "major__kind", "full_code"]
        constraints = [models.UniqueConstraint(fields=["major", "code"], name="case_class_key")]
        triggers = [
            # Words and photos were chosen for people who see the place anyway: they may tell it.
            pgtrigger.Trigger(
                name="looked_over_anew",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("publicity"),
                condition=pgtrigger.Q(old__publicity=Publicity.PLACE)
                & ~pgtrigger.Q(new__publicity=Publicity.PLACE),
                func=f"{take_back('IN (SELECT id FROM cases_case WHERE case_class_id = NEW.id)')} RETURN NULL;",  # noqa: S608
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Condition(models.Model):
    """When a class's case is filed and when it counts as solved; the time limits hang on it."""

    case_class = models.ForeignKey(
        CaseClass, models.CASCADE, related_name="conditions", verbose_name=_("class")
    )
    text = models.CharField(_("filed when"), max_length=200)
    closing_text = models.CharField(_("solved when"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["case_class", "position"]
        constraints = [models.UniqueConstraint(fields=["case_class", "position"], name="condition_position")]

    def __str__(self) -> str:
        return self.text


class _TimeSpan(models.Model):
    amount = models.DecimalField(
        _("amount"),
        max_digits=8,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.0001"))],
        help_text=_("Empty: no limit."),
    )
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)

    class Meta:
        abstract = True


@pghistory.track()
class Limit(_TimeSpan):
    """How long handling may take under a condition; empty level or grade means any, an empty amount no limit."""

    condition = models.ForeignKey(
        Condition, models.CASCADE, related_name="limits", verbose_name=_("condition")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=COMMAND_LEVEL_CHOICES, null=True, blank=True)
    grade = models.CharField(_("management grade"), max_length=1, choices=ManagementGrade, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["condition", "level", "grade"]
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "level", "grade"], nulls_distinct=False, name="limit_key"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="limit_takes_time"),
        ]

    def __str__(self) -> str:
        return _span(self)


class Stage(models.TextChoices):
    """A stretch of a case's life that has its own limit."""

    INTAKE = "intake", _("intake")
    CHECK = "check", _("check")
    DISPATCH = "dispatch", _("dispatch")
    ACCEPT = "accept", _("accept")
    HANDLING = "handling", _("handling, where no condition says otherwise")
    VERIFICATION = "verification", _("verification")
    RING = "ring", _("ringing again at the top level")
    # Round the clock, at every stage, from the moment it is declared.
    EMERGENCY = "emergency", _("any stage of an emergency")


@pghistory.track()
class StageLimit(_TimeSpan):
    """How long a stage may take; empty district or level means any, an empty amount no limit at all."""

    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    district_code = models.CharField(_("district"), max_length=15, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=COMMAND_LEVEL_CHOICES, null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("stage limit")
        verbose_name_plural = _("stage limits")
        ordering = ["district_code", "stage", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "district_code", "level"], nulls_distinct=False, name="stage_limit_key"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="stage_limit_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {_span(self)}"


@pghistory.track()
class EscalationRule(models.Model):
    """What happens to what is late: after how long it moves up, to which level, and how often it rings at the top.

    The rule for the class beats the one for its major class, which beats the one for any; then the one for the
    level. Without a rule it moves to the next centre up as soon as it is due, and rings by the stage limit.
    """

    district_code = models.CharField(_("district"), max_length=15, blank=True)
    level = models.PositiveSmallIntegerField(
        _("level of the holder"), choices=COMMAND_LEVEL_CHOICES, null=True, blank=True
    )
    major = models.ForeignKey(
        MajorClass, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("major class")
    )
    case_class = models.ForeignKey(
        CaseClass, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("class")
    )
    # Of the stage's own clock; none: as soon as it is due.
    after_amount = models.DecimalField(
        _("moves up so long after it was due"), max_digits=8, decimal_places=4, default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    after_unit = models.CharField(_("unit"), max_length=12, choices=Unit, default=Unit.WORKING_HOUR)
    to_level = models.PositiveSmallIntegerField(
        _("to the centre of"),
        choices=COMMAND_LEVEL_CHOICES,
        null=True,
        blank=True,
        help_text=_("Empty: the next one up."),
    )
    ring_amount = models.DecimalField(
        _("rings every"), max_digits=8, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.0001"))], help_text=_("At the top. Empty: as the stage limit says."),
    )  # fmt: skip
    ring_unit = models.CharField(_("unit"), max_length=12, choices=Unit, default=Unit.WORKING_HOUR)
    is_active = models.BooleanField(_("in force"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("escalation rule")
        verbose_name_plural = _("escalation rules")
        ordering = ["district_code", "level", "major", "case_class"]
        constraints = [
            models.CheckConstraint(
                condition=Q(major=None) | Q(case_class=None),
                name="escalation_rule_class_or_major",
                violation_error_message=_("Name a class or a major class, not both."),
            ),
            models.UniqueConstraint(
                fields=["district_code", "level", "major", "case_class"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="escalation_rule_one",
                violation_error_message=_("There is a rule for this already."),
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(to_level=None) | Q(to_level__lt=models.F("level")),
                name="escalation_rule_leads_up",
                violation_error_message=_("It must lead up."),
            ),
            models.CheckConstraint(
                condition=Q(after_amount__gte=0) & (Q(ring_amount=None) | Q(ring_amount__gt=0)),
                name="escalation_rule_takes_time",
            ),
        ]

    def __str__(self) -> str:
        about = self.case_class or self.major or gettext("every class")
        return f"{about} · {self.get_level_display() or gettext('every level')}"


def _span(limit: _TimeSpan) -> str:
    return "–" if limit.amount is None else span_words(limit.amount, Unit(limit.unit))
