"""The bodies that command and handle."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models.area import Area, AreaLevel


class OrganisationKind(models.TextChoices):
    COMMAND = "command", _("command centre or workstation")
    DEPARTMENT = "department", _("department")
    TEAM = "team", _("team")


@pghistory.track()
class Organisation(models.Model):
    """A command centre, a department or a team, at one level, for one area.

    A case is held by a command centre and assigned to a unit (any organisation that handles).
    """

    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="organisations", verbose_name=_("area"))
    level = models.PositiveSmallIntegerField(_("level"), choices=AreaLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["level", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"],
                condition=Q(kind=OrganisationKind.COMMAND, is_active=True),
                name="organisation_one_command_centre",
                violation_error_message=_("This area already has a command centre."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name
