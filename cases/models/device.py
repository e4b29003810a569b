"""Devices that report by themselves, sensors and cameras with their analysis, and each of their alarms."""

from typing import ClassVar

import pghistory
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.catalogue import CaseClass, Condition
from gridgov.models import Photo
from grids.models import Area, User

EVENT_ID_LENGTH = 64
# A year and a week, in minutes.
_MOST_MINUTES = 372 * 24 * 60


# Which case it opened last is its work, not how it is set up.
@pghistory.track(exclude=["case"])
class Device(models.Model):
    """A sensor or a camera, as another system knows it: where it stands, what its alarms mean, how many make a case."""

    code = models.CharField(_("code"), max_length=60, unique=True, help_text=_("As its system names it."))
    name = models.CharField(_("name"), max_length=60)
    # Of the system that sends its alarms, with any of its keys: a key may be changed, the device stays.
    account = models.ForeignKey(
        User, models.PROTECT, related_name="devices", verbose_name=_("account of its system")
    )
    case_class = models.ForeignKey(CaseClass, models.PROTECT, related_name="devices", verbose_name=_("class"))
    condition = models.ForeignKey(
        Condition, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("condition")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="devices", verbose_name=_("area"))
    point = models.PointField(_("place"), srid=4326, null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    alarms_needed = models.PositiveSmallIntegerField(
        _("alarms that open a case"), default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    within_minutes = models.PositiveIntegerField(
        _("within minutes"), default=60, validators=[MinValueValidator(1), MaxValueValidator(_MOST_MINUTES)]
    )
    silence_minutes = models.PositiveIntegerField(
        _("silent for minutes"),
        default=60,
        validators=[MaxValueValidator(_MOST_MINUTES)],
        help_text=_("So long after its case has ended no new one is opened; alarms are still counted."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    # The last one that its alarms opened.
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(alarms_needed__gte=1, within_minutes__gte=1), name="device_threshold"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class AlarmOutcome(models.TextChoices):
    """What became of an alarm."""

    COUNTED = "counted", _("counted: too few for a case yet")
    OPENED = "opened", _("opened a case")
    JOINED = "joined", _("joined the open case")
    SILENCED = "silenced", _("silenced: its case has just ended")


class DeviceAlarm(models.Model):
    """One alarm of a device; counted by what stands here, thrown away after a time."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="alarms", verbose_name=_("device"))
    # Carried along, for it is the natural shard key.
    district = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name=_("district")
    )
    # The sender's own name for it: sent again it is the same alarm.
    event_id = models.CharField(_("its system's id"), max_length=EVENT_ID_LENGTH)
    # When it was, as the device says, and when it arrived.
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("arrived"), db_index=True)
    value = models.CharField(_("value"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    photo = models.OneToOneField(
        Photo, models.PROTECT, null=True, blank=True, related_name="device_alarm", verbose_name=_("photo")
    )
    outcome = models.CharField(_("what became of it"), max_length=8, choices=AlarmOutcome)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="device_alarms", verbose_name=_("case")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("alarm of a device")
        verbose_name_plural = _("alarms of devices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "event_id"], name="device_alarm_once"),
            models.CheckConstraint(
                condition=~Q(outcome__in=[AlarmOutcome.OPENED, AlarmOutcome.JOINED]) | Q(case__isnull=False),
                name="device_alarm_case",
            ),
        ]
        indexes = [
            # Those that wait for more.
            models.Index(
                fields=["device", "at"],
                name="device_alarm_counted",
                condition=Q(outcome=AlarmOutcome.COUNTED, case=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.at:%Y-%m-%d %H:%M} {self.value}"
