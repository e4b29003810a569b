"""Joint operations (联合执法) and whistles (吹哨报到): several units at one place, each with its duty."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.catalogue import COMMAND_LEVEL_CHOICES
from dispatch.models.said_once import said_once
from gridgov.models import Photo
from grids.models import Area, Organisation, User


class OperationKind(models.TextChoices):
    JOINT = "joint", _("joint operation")
    WHISTLE = "whistle", _("whistle")


class OperationState(models.TextChoices):
    ASKED = "asked", _("waits for approval")
    CALLED = "called", _("called")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")


@pghistory.track()
class OperationRule(models.Model):
    """Whether a call needs approval, and how soon those called must report in; an empty level means any."""

    kind = models.CharField(_("kind"), max_length=8, choices=OperationKind)
    level = models.PositiveSmallIntegerField(
        _("level of the caller"), choices=COMMAND_LEVEL_CHOICES, null=True, blank=True
    )
    needs_approval = models.BooleanField(_("needs approval"), default=False)
    # After the operation begins, round the clock: people stand in the street and wait.
    report_in_minutes = models.PositiveSmallIntegerField(
        _("minutes to report in"), default=30, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    report_in_m = models.PositiveSmallIntegerField(
        _("reports in within (m)"), default=300, validators=[MinValueValidator(20), MaxValueValidator(5000)]
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("rule of operations")
        verbose_name_plural = _("rules of operations")
        ordering = ["kind", "level"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "level"], nulls_distinct=False, name="operation_rule_one")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_level_display() or '*'}"


class OperationQuerySet(models.QuerySet["Operation"]):
    def visible_to(self, user: User) -> OperationQuerySet:
        """Those of one's area and organisation, and those that call one's unit."""
        from dispatch.permissions import operations_seen_by  # noqa: PLC0415 - permissions judge models, so they import them

        return self.filter(operations_seen_by(user))


class Operation(models.Model):
    """Called by a street or a department: at a place, at a time, for a purpose."""

    kind = models.CharField(_("kind"), max_length=8, choices=OperationKind)
    state = models.CharField(_("state"), max_length=10, choices=OperationState)
    title = models.CharField(_("title"), max_length=80)
    purpose = models.TextField(_("purpose"), max_length=1000, blank=True)
    # The matter that it is about, where there is a case of it.
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="operations", verbose_name=_("case")
    )
    caller = models.ForeignKey(
        Organisation, models.PROTECT, related_name="called_operations", verbose_name=_("called by")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="operations", verbose_name=_("area"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    point = models.PointField(_("place"), srid=4326)
    address = models.CharField(_("address"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    report_in_by = models.DateTimeField(_("report in by"))
    report_in_m = models.PositiveSmallIntegerField(_("reports in within (m)"))
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    asked_at = models.DateTimeField(_("asked at"))
    # When the units were told: at once, or with the approval. Until then they don't see it.
    called_at = models.DateTimeField(_("called at"), null=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["district", "state", "-id"], name="operation_list"),
            # The sweep.
            models.Index(
                fields=["report_in_by"], name="operation_report_in", condition=Q(state=OperationState.CALLED)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[OperationState.CALLED, OperationState.DONE], called_at__isnull=False)
                | Q(state__in=[OperationState.ASKED, OperationState.REFUSED], called_at=None)
                | Q(state=OperationState.CANCELLED),
                name="operation_called_at",
            ),
            models.CheckConstraint(condition=Q(report_in_by__gte=F("starts_at")), name="operation_times"),
        ]

    def __str__(self) -> str:
        return self.title


class OperationUnit(models.Model):
    """One unit's share: its duty, when it reported in and where, what it did, and how the caller rates it."""

    operation = models.ForeignKey(
        Operation, models.PROTECT, related_name="units", verbose_name=_("operation")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="operation_units", verbose_name=_("unit")
    )
    duty = models.CharField(_("duty"), max_length=200)
    leads = models.BooleanField(_("leads"), default=False)
    reported_in_at = models.DateTimeField(_("reported in"), null=True)
    # Later, where the phone had no signal.
    reported_in_told_at = models.DateTimeField(_("told that it reported in"), null=True)
    reported_in_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("reported in by")
    )
    reported_in_point = models.PointField(_("where"), srid=4326, null=True, spatial_index=False)
    reported_in_accuracy_m = models.FloatField(_("accuracy in m"), null=True)
    # From the place of the operation; None without a position.
    reported_in_distance_m = models.FloatField(_("distance in m"), null=True)
    # Too far from the place, or without a position: why.
    reported_in_note = models.CharField(_("note"), max_length=200, blank=True)
    # When nobody reported in in time, that was told; once only.
    missed_at = models.DateTimeField(_("missed"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("done by"))
    feedback = models.TextField(_("feedback"), max_length=1000, blank=True)
    photos = models.ManyToManyField(Photo, related_name="operation_units", verbose_name=_("photos"))
    rating = models.PositiveSmallIntegerField(
        _("rating"), null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    rating_note = models.CharField(_("note on the rating"), max_length=200, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("unit of an operation")
        verbose_name_plural = _("units of operations")
        ordering = ["operation_id", "-leads", "id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "organisation"], name="operation_unit_once"),
            models.UniqueConstraint(fields=["operation"], condition=Q(leads=True), name="operation_one_lead"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(reported_in_at__isnull=False), name="operation_unit_was_there"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5), name="operation_unit_rating"
            ),
            models.CheckConstraint(
                condition=Q(reported_in_at=None)
                | Q(reported_in_point__isnull=False)
                | ~Q(reported_in_note=""),
                name="operation_unit_place_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(reported_in_at=None, reported_in_told_at=None)
                | Q(reported_in_at__isnull=False, reported_in_told_at__isnull=False),
                name="operation_unit_told_when",
            ),
        ]
        triggers = [
            said_once(
                "reported_in_once", "reported_in_at", "reported_in_told_at", "reported_in_by_id", "reported_in_point",
                "reported_in_accuracy_m", "reported_in_distance_m", "reported_in_note",
            ),
            said_once("missed_once", "missed_at"),
            said_once("done_once", "done_at", "done_by_id", "feedback"),
            said_once("rated_once", "rating", "rating_note"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.operation} · {self.organisation}"


class OperationEvent(models.TextChoices):
    """What happens to an operation, as its log says it."""

    ASKED = "asked", _("asked for approval")
    CALLED = "called", _("called the units")
    APPROVED = "approved", _("approved, the units are called")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    REPORTED_IN = "reported_in", _("reported in")
    MISSED = "missed", _("did not report in in time")
    FED_BACK = "fed_back", _("did its part")
    DONE = "done", _("done: every unit has done its part")
    ENDED = "ended", _("ended by the caller")
    RATED = "rated", _("rated")


class OperationEntry(models.Model):
    """A line of an operation's log; append-only."""

    operation = models.ForeignKey(
        Operation, models.PROTECT, related_name="entries", verbose_name=_("operation")
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    event = models.CharField(_("event"), max_length=16, choices=OperationEvent)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("entry of an operation")
        verbose_name_plural = _("log of operations")
        ordering = ["operation_id", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_event_display()
