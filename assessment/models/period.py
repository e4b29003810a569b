"""Periods of assessment and the scores of those who were scored in them."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.models.scheme import Adjustment, Level, Scheme, SchemeItem, SchemeVersion
from grids.models import Area, Organisation, User


class PeriodState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of a period", "open")
    COMPUTED = "computed", pgettext_lazy("state of a period", "computed")
    PUBLISHED = "published", pgettext_lazy("state of a period", "published")
    CLOSED = "closed", pgettext_lazy("state of a period", "closed")


# What is shown to others stays as it is.
SHOWN = (PeriodState.PUBLISHED, PeriodState.CLOSED)


def kept(periods: str) -> list[pgtrigger.Trigger]:
    """Rows of a published period can't be added, changed or taken away; `periods` selects its ids from `{rows}`.

    What is being written keeps its period from being published until it is committed, and the other way round. Judged
    once for each statement: row by row the scores of a city's grids would take minutes.
    """
    written, gone = periods.format(rows="written"), periods.format(rows="gone")
    return [
        _judged(pgtrigger.Insert, pgtrigger.Referencing(new="written"), written),
        _judged(
            pgtrigger.Update, pgtrigger.Referencing(old="gone", new="written"), f"{written} UNION {gone}"
        ),
        _judged(pgtrigger.Delete, pgtrigger.Referencing(old="gone"), gone),
    ]


def _judged(
    operation: pgtrigger.Operation, referencing: pgtrigger.Referencing, periods: str
) -> pgtrigger.Trigger:
    named = f"FROM assessment_period WHERE id IN ({periods})"
    return pgtrigger.Trigger(
        name=f"stays_as_published_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=(
            f"PERFORM {named} FOR SHARE; "
            f"IF EXISTS (SELECT {named} AND state IN ('published', 'closed')) THEN "
            "RAISE EXCEPTION 'a published score stays as it is' USING ERRCODE = 'check_violation'; END IF; "
            "RETURN NULL;"
        ),
    )


def not_emptied() -> pgtrigger.Trigger:
    """A table that tells of a published period is not emptied, whatever it is emptied along with."""
    return pgtrigger.Trigger(
        name="not_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=(
            "IF EXISTS (SELECT FROM assessment_period WHERE state IN ('published', 'closed')) THEN "
            "RAISE EXCEPTION 'a published score stays as it is' USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
        ),
    )


class Period(models.Model):
    """A week, month, quarter or year of a scheme: open, computed as often as one likes, published once, closed."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="periods", verbose_name=_("scheme"))
    version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="+", verbose_name=_("version"))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=10, choices=PeriodState, default=PeriodState.OPEN)
    # The timeline as it stood then: what it told later is late, and listed, never mixed in.
    known_until = models.DateTimeField(_("known until"), null=True)
    computed_at = models.DateTimeField(_("computed"), null=True)
    computed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("computed by")
    )
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    # After it no appeal is taken.
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("period of assessment")
        verbose_name_plural = _("periods of assessment")
        ordering = ["-first_day", "scheme_id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "first_day", "last_day"], name="period_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="period_days"),
            models.CheckConstraint(
                condition=Q(state=PeriodState.OPEN) | Q(known_until__isnull=False, computed_at__isnull=False),
                name="period_is_computed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PeriodState.OPEN, PeriodState.COMPUTED], published_at=None)
                | Q(state__in=SHOWN, published_at__isnull=False),
                name="period_is_published",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=SHOWN),
                # But for being closed, once.
                func=(
                    "IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'closed' "
                    "AND to_jsonb(NEW) - '{state,closed_at}'::text[] = to_jsonb(OLD) - '{state,closed_at}'::text[] "
                    "THEN RETURN NEW; END IF; "
                    "RAISE EXCEPTION 'a published period stays as it is' USING ERRCODE = 'check_violation';"
                ),
            ),
            not_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} · {self.first_day} – {self.last_day}"

    @property
    def is_shown(self) -> bool:
        return self.state in SHOWN


class Score(models.Model):
    """How well one did in a period: a snapshot once the period is published; `Correction` rows correct it."""

    period = models.ForeignKey(
        Period, models.CASCADE, related_name="scores", db_index=False, verbose_name=_("period")
    )
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="scores", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="scores", verbose_name=_("organisation")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="scores", verbose_name=_("area"))
    # None where nothing applied.
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True)
    level = models.ForeignKey(Level, models.PROTECT, null=True, related_name="+", verbose_name=_("level"))
    rank = models.PositiveIntegerField(_("rank"), null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["period_id", "rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "user", "organisation", "area"], nulls_distinct=False, name="score_once"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, organisation=None, area=None)
                | Q(user=None, organisation__isnull=False, area=None)
                | Q(user=None, organisation=None, area__isnull=False),
                name="score_of_one",
            ),
        ]
        indexes = [models.Index(fields=["period", "rank"], name="score_ranking")]
        triggers = [*kept("SELECT period_id FROM {rows}"), not_emptied()]

    def __str__(self) -> str:
        return f"{self.whose}: {self.points}"

    @property
    def whose(self) -> User | Organisation | Area:
        found = self.user or self.organisation or self.area
        assert found is not None
        return found


class ScorePart(models.Model):
    """One item of a score with what it was made of, or one bonus or deduction."""

    score = models.ForeignKey(Score, models.CASCADE, related_name="parts", verbose_name=_("score"))
    item = models.ForeignKey(SchemeItem, models.PROTECT, null=True, related_name="+", verbose_name=_("item"))
    adjustment = models.ForeignKey(
        Adjustment, models.PROTECT, null=True, related_name="+", verbose_name=_("bonus or deduction")
    )
    numerator = models.DecimalField(_("numerator"), max_digits=12, decimal_places=4, null=True)
    denominator = models.DecimalField(_("denominator"), max_digits=12, decimal_places=4, null=True)
    # Out of 100; None where it does not apply. Of a bonus or deduction, what it adds.
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=4, null=True)
    # In percent, after what did not apply was shared out.
    weight = models.DecimalField(_("weight"), max_digits=7, decimal_places=4, default=0)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("part of a score")
        verbose_name_plural = _("parts of scores")
        ordering = ["score_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, adjustment=None) | Q(item=None, adjustment__isnull=False),
                name="score_part_of_one",
            ),
            models.UniqueConstraint(
                fields=["score", "item", "adjustment"], nulls_distinct=False, name="score_part_once"
            ),
        ]
        triggers = [
            *kept("SELECT period_id FROM assessment_score WHERE id IN (SELECT score_id FROM {rows})"),
            not_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.score_id} {self.item_id or self.adjustment_id}"
