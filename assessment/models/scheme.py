"""Schemes of assessment (考核方案): who is scored by what, with which weights; data that administrators keep."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.kinds import NOT_FOR_STRANGERS, Kind
from gridgov.language import in_language
from grids.models import User


class Length(models.TextChoices):
    """How long a period is."""

    WEEK = "week", _("week")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class Scheme(models.Model):
    """Who is scored, over how long; by what stands in its versions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    kind = models.CharField(_("who is scored"), max_length=12, choices=Kind)
    length = models.CharField(_("period"), max_length=8, choices=Length, default=Length.MONTH)
    is_active = models.BooleanField(_("in use"), default=True)
    # Areas and units only; scores of people, and of grids, which are one person's, are theirs.
    is_public = models.BooleanField(_("strangers may see it"), default=False)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("scheme of assessment")
        verbose_name_plural = _("schemes of assessment")
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=False) | ~Q(kind__in=NOT_FOR_STRANGERS),
                name="scheme_of_people_is_not_public",
                violation_error_message=_("Scores of people and of grids are not shown to strangers."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="scores_its_kind",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("kind"),
                condition=pgtrigger.Condition("OLD.kind <> NEW.kind"),
                func=(
                    "IF EXISTS (SELECT FROM assessment_period WHERE scheme_id = OLD.id) THEN "
                    "RAISE EXCEPTION 'who is scored by a scheme with periods stays as it is' "
                    "USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


def frozen(versions: str) -> pgtrigger.Trigger:
    """No row of a version that is in force is added, changed or taken away; `versions` is the SQL of the ids in OLD and NEW.

    A row that is being written keeps its version from being put in force until it is committed, and the other way round.
    """
    named = f"FROM assessment_schemeversion WHERE id IN ({versions})"
    return pgtrigger.Trigger(
        name="stays_as_it_was_in_force",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"PERFORM {named} FOR SHARE; "
            f"IF EXISTS (SELECT {named} AND in_force_at IS NOT NULL) THEN "
            "RAISE EXCEPTION 'a version in force stays as it is' USING ERRCODE = 'check_violation'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )


class SchemeVersion(models.Model):
    """What a scheme said from a moment on: once it is in force nothing of it changes; another version follows it."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions", verbose_name=_("scheme"))
    number = models.PositiveSmallIntegerField(_("version"))
    note = models.CharField(_("what is new"), max_length=200, blank=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    in_force_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("put in force by")
    )

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("version of a scheme")
        verbose_name_plural = _("versions of schemes")
        ordering = ["scheme_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once")]
        triggers = [
            pgtrigger.Trigger(
                name="stays_as_it_was_in_force",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__in_force_at__isnull=False),
                func="RAISE EXCEPTION 'a version in force stays as it is' USING ERRCODE = 'check_violation';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} · {self.number}"


class Way(models.TextChoices):
    """How a value becomes points, 0 to 100."""

    VALUE = "value", _("the rate × 100")
    INVERSE = "inverse", _("(1 − the rate) × 100")
    BANDS = "bands", _("by bands")
    TYPED = "typed", _("typed in, with a reason")


class SchemeItem(models.Model):
    """One indicator of a version with its weight in percent, or points that somebody types in."""

    version = models.ForeignKey(
        SchemeVersion, models.CASCADE, related_name="items", verbose_name=_("version")
    )
    # Of `assessment.indicators`; empty where points are typed in.
    indicator = models.CharField(_("indicator"), max_length=40, blank=True)
    label = models.CharField(_("name of what is typed in"), max_length=60, blank=True)
    way = models.CharField(_("becomes points by"), max_length=8, choices=Way, default=Way.VALUE)
    weight = models.DecimalField(
        _("weight (%)"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("item of a scheme")
        verbose_name_plural = _("items of schemes")
        ordering = ["version_id", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="scheme_item_weight"),
            models.CheckConstraint(
                condition=Q(way=Way.TYPED, indicator="") & ~Q(label="")
                | ~Q(way=Way.TYPED) & ~Q(indicator=""),
                name="scheme_item_counts_or_is_typed",
            ),
            models.UniqueConstraint(fields=["version", "indicator", "label"], name="scheme_item_once"),
        ]
        triggers = [frozen("OLD.version_id, NEW.version_id")]

    def __str__(self) -> str:
        return self.indicator or self.label


class Band(models.Model):
    """From a value to before the next band's: so many points."""

    item = models.ForeignKey(SchemeItem, models.CASCADE, related_name="bands", verbose_name=_("item"))
    at_least = models.DecimalField(_("from"), max_digits=10, decimal_places=4)
    points = models.DecimalField(
        _("points"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        ordering = ["item_id", "at_least"]
        constraints = [
            models.UniqueConstraint(fields=["item", "at_least"], name="band_once"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=100), name="band_points"),
        ]
        triggers = [
            frozen("SELECT version_id FROM assessment_schemeitem WHERE id IN (OLD.item_id, NEW.item_id)")
        ]

    def __str__(self) -> str:
        return f"{self.at_least} → {self.points}"


class Adjustment(models.Model):
    """Points on top, or off, for each one counted; never more than the cap."""

    version = models.ForeignKey(
        SchemeVersion, models.CASCADE, related_name="adjustments", verbose_name=_("version")
    )
    indicator = models.CharField(_("indicator"), max_length=40)
    # Below 0 it takes points off.
    each = models.DecimalField(_("points for each"), max_digits=5, decimal_places=2)
    cap = models.DecimalField(
        _("at most"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("bonus or deduction")
        verbose_name_plural = _("bonuses and deductions")
        ordering = ["version_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "indicator"], name="adjustment_once"),
            models.CheckConstraint(condition=Q(cap__gt=0) & ~Q(each=0), name="adjustment_is_one"),
        ]
        triggers = [frozen("OLD.version_id, NEW.version_id")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.each:+}"


class Colour(models.TextChoices):
    """The five colours of the assessment, best first."""

    GREEN = "green", _("green")
    BLUE = "blue", _("blue")
    YELLOW = "yellow", _("yellow")
    RED = "red", _("red")
    BLACK = "black", _("black")


class Level(models.Model):
    """A level of the whole score: from so many points to before the next one's."""

    version = models.ForeignKey(
        SchemeVersion, models.CASCADE, related_name="levels", verbose_name=_("version")
    )
    letter = models.CharField(_("letter"), max_length=2)
    colour = models.CharField(_("colour"), max_length=8, choices=Colour)
    at_least = models.DecimalField(
        _("from"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["version_id", "-at_least"]
        constraints = [
            models.UniqueConstraint(fields=["version", "letter"], name="level_letter"),
            models.UniqueConstraint(fields=["version", "at_least"], name="level_once"),
        ]
        triggers = [frozen("OLD.version_id, NEW.version_id")]

    def __str__(self) -> str:
        return self.letter

    @property
    def look(self) -> str:
        """The look of its colour, best first: a to e."""
        return "abcde"[Colour.values.index(self.colour)]
