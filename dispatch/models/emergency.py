"""Emergencies (应急处置): a radius around a place, everyone concerned alerted, and a log of what was done."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from dispatch.models.said_once import said_once
from grids.models import Area, User

# Metres. Farther than this nobody is alerted by one press.
LEAST_RADIUS, MOST_RADIUS = 50, 5_000


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def visible_to(self, user: User) -> EmergencyQuerySet:
        """Those that one commands or watches over."""
        from dispatch.permissions import emergencies_seen_by  # noqa: PLC0415 - permissions judge models, so they import them

        return self.filter(emergencies_seen_by(user))


class Emergency(models.Model):
    """A case that was declared an emergency, and the circle it concerns, until it is over."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="emergencies", verbose_name=_("case"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    centre = models.PointField(_("centre"), srid=4326)
    radius_m = models.PositiveIntegerField(
        _("radius (m)"), validators=[MinValueValidator(LEAST_RADIUS), MaxValueValidator(MOST_RADIUS)]
    )
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("declared by"))
    declared_at = models.DateTimeField(_("declared"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    summary = models.TextField(_("summary"), max_length=2000, blank=True)

    objects: ClassVar = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency")
        verbose_name_plural = _("emergencies")
        ordering = ["-id"]
        indexes = [models.Index(fields=["district", "-id"], name="emergency_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="emergency_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("declared_at")), name="emergency_times"
            ),
            models.CheckConstraint(
                condition=Q(radius_m__gte=LEAST_RADIUS, radius_m__lte=MOST_RADIUS), name="emergency_radius"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)


class Why(models.TextChoices):
    """As what somebody was alerted; the first that fits."""

    UNIT = "unit", _("handles the case")
    SEAT = "seat", _("sits at the command centre")
    SUPERVISOR = "supervisor", _("supervises the place")
    LEADER = "leader", _("leads there")
    ANSWERS = "answers", _("answers for an area inside")
    ON_DUTY = "on_duty", _("on duty inside")


class EmergencyAlert(models.Model):
    """One person who was alerted, why, and when they said they know."""

    emergency = models.ForeignKey(
        Emergency, models.PROTECT, related_name="alerts", verbose_name=_("emergency")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    why = models.CharField(_("why"), max_length=16, choices=Why)
    sent_at = models.DateTimeField(_("alerted"))
    # Whoever does not answer is alerted again.
    last_sent_at = models.DateTimeField(_("last alerted"))
    times_sent = models.PositiveSmallIntegerField(_("times alerted"), default=1)
    received_at = models.DateTimeField(_("received"), null=True)
    reply = models.CharField(_("reply"), max_length=200, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["emergency_id", "id"]
        constraints = [models.UniqueConstraint(fields=["emergency", "user"], name="emergency_alert_once")]
        triggers = [said_once("received_once", "received_at", "reply")]

    def __str__(self) -> str:
        return f"{self.emergency} · {self.user}"


class EmergencyEvent(models.TextChoices):
    """What happens in an emergency, as its log says it; what happens to its case stands on the case's timeline."""

    DECLARED = "declared", _("declared an emergency")
    CIRCLE = "circle", _("drew the circle")
    ALERTED = "alerted", _("alerted those concerned")
    ALERTED_AGAIN = "alerted_again", _("alerted again who had not answered")
    RECEIVED = "received", _("received the alert")
    NOTE = "note", _("wrote down")
    ENDED = "ended", _("ended the emergency")


class EmergencyEntry(models.Model):
    """A line of an emergency's log; append-only."""

    emergency = models.ForeignKey(
        Emergency, models.PROTECT, related_name="entries", verbose_name=_("emergency")
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    event = models.CharField(_("event"), max_length=16, choices=EmergencyEvent)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("entry of an emergency")
        verbose_name_plural = _("log of emergencies")
        ordering = ["emergency_id", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_event_display()
