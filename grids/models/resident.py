"""People, only where a service needs them: few fields, masked, every full look with a purpose and a row."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridgov.days import plausible_day
from grids.models.area import Area
from grids.models.grid_object import GridObject
from grids.models.staff import Post, User


class ResidentService(models.TextChoices):
    """The only reasons to keep somebody's record."""

    TENANCY = "tenancy", _("tenancy registration")
    ELDER = "elder", _("visits to elders who live alone")
    DISABILITY = "disability", _("help for people with disabilities")
    HARDSHIP = "hardship", _("help in hardship")


class Resident(models.Model):
    """Somebody who lives in a dwelling and gets a service; no papers, no history, no judgement.

    The record ends with the service and is deleted by itself some days after (see `RESIDENT_KEEP_DAYS`).
    """

    dwelling = models.ForeignKey(
        GridObject, models.CASCADE, related_name="residents", verbose_name=_("dwelling")
    )
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    service = models.CharField(_("service"), max_length=12, choices=ResidentService)
    since = models.DateField(_("since"), validators=[plausible_day])
    until = models.DateField(_("until"), null=True, blank=True, validators=[plausible_day])

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        ordering = ["dwelling_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="resident_dates",
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """The family name and stars: 张**."""
        return self.name[:1] + "*" * max(len(self.name) - 1, 1)

    @property
    def masked_phone(self) -> str:
        """Its last four digits."""
        return (
            "*" * max(len(self.phone) - 4, 0) + self.phone[-4:]
            if len(self.phone) > 4
            else "*" * len(self.phone)
        )


class ResidentLook(models.Model):
    """One full look at a resident's record: who, under which post, when and what for; never changed."""

    # No reference: the row stays when the resident's record has ended.
    resident_number = models.BigIntegerField(_("resident"))
    dwelling = models.ForeignKey(
        GridObject, models.PROTECT, related_name="resident_looks", verbose_name=_("dwelling")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    at = models.DateTimeField(_("at"))
    purpose = models.CharField(_("purpose"), max_length=200)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("look at a resident's record")
        verbose_name_plural = _("looks at residents' records")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        indexes = [models.Index(fields=["dwelling", "-id"], name="resident_look_dwelling")]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="resident_look_has_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.by} · {self.at:%Y-%m-%d %H:%M}"
