"""What people add to what was counted: points typed in, counts exempted on appeal, scores corrected."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.models.period import Period, Score, kept, not_emptied
from assessment.models.scheme import SchemeItem
from cases.models import Case
from grids.models import Area, Organisation, User

_APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
# An appeal goes from step to step; what was said at one stays as it was said.
_REVIEW = ("first_by_id", "first_at", "first_grants", "first_note")
_VERDICT = ("second_by_id", "second_at", "second_note")


def _but(row: str, *columns: str) -> str:
    return f"to_jsonb({row}) - '{{{','.join(columns)}}}'::text[]"


_SAID_ONCE = pgtrigger.Trigger(
    name="said_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=(
        "IF TG_OP = 'UPDATE' AND (OLD.state = 'filed' AND NEW.state = 'reviewed' "
        f"AND {_but('NEW', 'state', *_REVIEW)} = {_but('OLD', 'state', *_REVIEW)} "
        "OR OLD.state = 'reviewed' AND NEW.state IN ('granted', 'refused') "
        f"AND {_but('NEW', 'state', *_VERDICT)} = {_but('OLD', 'state', *_VERDICT)}) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'what was said of an appeal stays as it is' USING ERRCODE = 'check_violation';"
    ),
)
ONE_OF_THREE = (
    Q(user__isnull=False, organisation=None, area=None)
    | Q(user=None, organisation__isnull=False, area=None)
    | Q(user=None, organisation=None, area__isnull=False)
)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class TypedPoints(models.Model):
    """Points that a named person gave for an item that is not counted, with the reason."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="typed_points", verbose_name=_("period"))
    item = models.ForeignKey(SchemeItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("organisation")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name=_("area"))
    points = models.DecimalField(
        _("points"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    reason = models.CharField(_("reason"), max_length=500)
    typed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    typed_at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("points typed in")
        verbose_name_plural = _("points typed in")
        ordering = ["period_id", "item_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "item", "user", "organisation", "area"],
                nulls_distinct=False,
                name="typed_points_once",
            ),
            models.CheckConstraint(condition=ONE_OF_THREE, name="typed_points_of_one"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100) & ~Q(reason=""), name="typed_points_reason"
            ),
        ]
        triggers = [*kept("SELECT period_id FROM {rows}"), not_emptied()]

    def __str__(self) -> str:
        return f"{self.item}: {self.points}"


class AppealState(models.TextChoices):
    FILED = "filed", _("waits for the first review")
    REVIEWED = "reviewed", _("waits for the second review")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


class Appeal(models.Model):
    """Who was scored says that a case should not count for them; two different people review it."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="appeals", verbose_name=_("score"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("case"))
    # The indicator it counts in.
    indicator = models.CharField(_("indicator"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=AppealState, default=AppealState.FILED)
    reason = models.TextField(_("reason"), max_length=1000)
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_at = models.DateTimeField(_("filed"))
    first_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("first review by")
    )
    first_at = models.DateTimeField(_("first review"), null=True)
    first_grants = models.BooleanField(_("first review grants"), null=True)
    first_note = models.TextField(_("note of the first review"), max_length=1000, blank=True)
    second_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("second review by")
    )
    second_at = models.DateTimeField(_("second review"), null=True)
    second_note = models.TextField(_("note of the second review"), max_length=1000, blank=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["score", "case"], name="appeal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state=AppealState.FILED, first_at=None, second_at=None)
                | Q(
                    state=AppealState.REVIEWED, first_at__isnull=False, first_by__isnull=False, second_at=None
                )
                | Q(
                    state__in=[AppealState.GRANTED, AppealState.REFUSED],
                    first_at__isnull=False,
                    second_at__isnull=False,
                    second_by__isnull=False,
                ),
                name="appeal_two_reviews",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=models.F("first_by")), name="appeal_two_people"
            ),
        ]
        triggers = [_SAID_ONCE, not_emptied()]

    def __str__(self) -> str:
        return f"{self.case} · {self.score_id}"


class Exemption(models.Model):
    """A case that does not count for one who is scored: what happened stays in the timeline, the count leaves it out."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("case"))
    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="exemption", verbose_name=_("appeal"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("organisation")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name=_("area"))
    indicator = models.CharField(_("indicator"), max_length=40)
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("exempted case")
        verbose_name_plural = _("exempted cases")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=ONE_OF_THREE, name="exemption_of_one")]
        triggers = [_APPEND_ONLY, not_emptied()]

    def __str__(self) -> str:
        return f"{self.case} · {self.indicator}"


class CorrectedPoints(models.Model):
    """Points typed in that were put right after publishing: those published stay, these count from then on."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="corrected_points", verbose_name=_("score"))
    item = models.ForeignKey(SchemeItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    points = models.DecimalField(
        _("points"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("corrected points")
        verbose_name_plural = _("corrected points")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100) & ~Q(reason=""), name="corrected_points_reason"
            )
        ]
        triggers = [_APPEND_ONLY, not_emptied()]

    def __str__(self) -> str:
        return f"{self.item}: {self.points}"


class Correction(models.Model):
    """A published score put right: who, why, before and after; the score's own row stays."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="corrections", verbose_name=_("score"))
    # One that was granted corrects each score in which the case counted.
    appeal = models.ForeignKey(
        Appeal, models.PROTECT, null=True, related_name="corrections", verbose_name=_("appeal")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.TextField(_("reason"), max_length=1000)
    points_before = models.DecimalField(_("before"), max_digits=5, decimal_places=2, null=True)
    points_after = models.DecimalField(_("after"), max_digits=5, decimal_places=2, null=True)
    # Item or adjustment → numerator, denominator, points, as text; what changed only.
    parts_before = models.JSONField(_("parts before"), default=dict)
    parts_after = models.JSONField(_("parts after"), default=dict)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["score_id", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),
            models.UniqueConstraint(fields=["appeal", "score"], name="correction_by_an_appeal_once"),
        ]
        triggers = [_APPEND_ONLY, not_emptied()]

    def __str__(self) -> str:
        return f"{self.points_before} → {self.points_after}"
