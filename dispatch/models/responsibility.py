"""Responsibilities."""

from typing import ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import CaseClass, MajorClass
from cases.models.catalogue import COMMAND_LEVEL_CHOICES
from grids.models import Area, Organisation, OrganisationKind


@pghistory.track()
class Responsibility(models.Model):
    """A line of the responsibility list: which unit handles a class of case in an area, while a level holds it.

    Without a class it stands for every class of the major class; without either, for every class.
    """

    level = models.PositiveSmallIntegerField(_("level of the holder"), choices=COMMAND_LEVEL_CHOICES)
    area = models.ForeignKey(Area, models.PROTECT, related_name="responsibilities", verbose_name=_("area"))
    major = models.ForeignKey(
        MajorClass, models.PROTECT, null=True, blank=True, verbose_name=_("major class")
    )
    case_class = models.ForeignKey(CaseClass, models.PROTECT, null=True, blank=True, verbose_name=_("class"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, related_name="responsibilities", verbose_name=_("unit")
    )
    is_active = models.BooleanField(_("in force"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["level", "area", "major", "case_class"]
        constraints = [
            models.CheckConstraint(
                condition=Q(major=None) | Q(case_class=None),
                name="responsibility_class_or_major",
                violation_error_message=_("Name a class or a major class, not both."),
            ),
            models.UniqueConstraint(
                fields=["level", "area", "major", "case_class"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="responsibility_one_unit",
                violation_error_message=_("Another unit already answers for this."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} · {self.case_class or self.major or '*'} → {self.unit}"

    def clean(self) -> None:
        if self.unit_id and self.unit.kind == OrganisationKind.COMMAND:
            raise ValidationError({"unit": _("A command centre commands; choose a department or a team.")})
