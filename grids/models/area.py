"""The pieces that a city is cut into, and the outlines they had over time."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _


class AreaLevel(models.IntegerChoices):
    """The five levels; the numbers grow downwards so that a parent's is always smaller."""

    DISTRICT = 1, _("district")
    STREET = 2, _("street or town")
    SUBDISTRICT = 3, _("sub-district area")
    COMMUNITY = 4, _("community or village")
    GRID = 5, _("grid")


# How long a level's code is, so that a code alone tells its level. GB/T 30428.1 fixes all but the
# sub-district area, which it doesn't know: it gets its street's 9 digits and two of its own.
CODE_DIGITS = {
    AreaLevel.DISTRICT: 6,
    AreaLevel.STREET: 9,
    AreaLevel.SUBDISTRICT: 11,
    AreaLevel.COMMUNITY: 12,
    AreaLevel.GRID: 15,
}

# The levels that have a command centre, lowest first: the ladder a late case climbs.
COMMAND_LEVELS = (AreaLevel.COMMUNITY, AreaLevel.STREET, AreaLevel.DISTRICT)


class GridKind(models.TextChoices):
    RESIDENTIAL = "residential", _("residential")
    COMMERCIAL = "commercial", _("commercial")
    INDUSTRIAL = "industrial", _("industrial")
    MIXED = "mixed", _("mixed")
    UNIT = "unit", _("unit grid (answers for itself)")


class ManagementGrade(models.TextChoices):
    A = "A", _("A core")
    B = "B", _("B general")
    C = "C", _("C outskirts")


class AreaQuerySet(models.QuerySet["Area"]):
    def current(self) -> AreaQuerySet:
        """Areas in use today, with or without an outline."""
        return self.filter(retired_on=None)

    def within(self, area: Area) -> AreaQuerySet:
        """The area itself and everything under it."""
        return self.filter(path__startswith=area.path)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> AreaQuerySet:
        """All of them for staff: where a border runs and who answers there is no secret inside."""
        return self if user.is_authenticated and user.is_active else self.none()


@pghistory.track()
class Area(models.Model):
    """A named piece of the city with people who answer for it: from the district down to a grid.

    What it is called and where it hangs; its outline, which may be redrawn, is an `AreaVersion`.
    """

    code = models.CharField(
        _("code"),
        max_length=15,
        unique=True,
        help_text=_(
            "GB/T 30428.1: 6 digits county, 3 street, 3 community, 3 grid; "
            "a sub-district area has its street's 9 and 2 of its own."
        ),
    )
    name = models.CharField(_("name"), max_length=80)
    level = models.PositiveSmallIntegerField(_("level"), choices=AreaLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    # Codes from the district down to this area, "/440605/440605011/": a sub-district area has no
    # place in the official code, so the code's own prefixes can't tell who is under whom.
    path = models.CharField(max_length=90, editable=False)
    kind = models.CharField(_("kind of grid"), max_length=12, choices=GridKind, blank=True)
    grade = models.CharField(
        _("management grade"), max_length=1, choices=ManagementGrade, default=ManagementGrade.B
    )
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects: ClassVar = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=AreaLevel.DISTRICT, parent=None)
                | (Q(parent__isnull=False) & ~Q(level=AreaLevel.DISTRICT)),
                name="area_only_districts_have_no_parent",
                violation_error_message=_(
                    "Every area but a district lies in another one: name its parent; a district has none."
                ),
            ),
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (
                        Q(level=level, code__regex=rf"^\d{{{digits}}}$")
                        for level, digits in CODE_DIGITS.items()
                    ),
                ),
                name="area_code_fits_level",
                violation_error_message=_("The code does not have the digits of this level."),
            ),
            models.CheckConstraint(
                condition=Q(path__endswith=Concat(Value("/"), F("code"), Value("/"))),
                name="area_path_ends_in_code",
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="area_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["level", "code"], name="area_level_code"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def district_code(self) -> str:
        return self.path.split("/")[1]

    @property
    def ancestor_codes(self) -> list[str]:
        """Codes from the district down to this area itself."""
        return self.path.strip("/").split("/")


class AreaVersionQuerySet(models.QuerySet["AreaVersion"]):
    def current(self) -> AreaVersionQuerySet:
        return self.filter(valid_to=None)


# Without the outline: versions are never edited, only ended, so the version row itself has it.
@pghistory.track(exclude=["outline", "area_m2"])
class AreaVersion(models.Model):
    """The outline an area had between two dates; a redrawn area ends one and begins the next.

    A case keeps the version of the grid it was filed under.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="versions", verbose_name=_("area"))
    # The area's own, which never changes; here so that finding the grid at a point never has to look at
    # the long outlines of the areas above it.
    level = models.PositiveSmallIntegerField(_("level"), choices=AreaLevel, editable=False)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    valid_from = models.DateField(_("valid from"))
    # The first day on which it no longer holds: the day the next version begins.
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    outline = models.MultiPolygonField(_("outline"), srid=4326, spatial_index=False)
    area_m2 = models.GeneratedField(
        expression=Func(F("outline"), template="ST_Area((%(expressions)s)::geography)"),
        output_field=models.FloatField(),
        db_persist=True,
        verbose_name=_("area in m²"),
        help_text=_("On the spheroid."),
    )
    # Only published outlines of districts are real; everything below is generated for the demo.
    is_generated = models.BooleanField(_("generated outline"), default=False)
    source = models.CharField(_("source"), max_length=120, blank=True)

    objects: ClassVar = AreaVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("area version")
        verbose_name_plural = _("area versions")
        ordering = ["area_id", "-number"]
        triggers = [
            pgtrigger.ReadOnly(
                name="outline_stays", fields=["area", "level", "number", "valid_from", "outline"]
            )
        ]
        indexes = [
            GistIndex(fields=["outline"], condition=Q(valid_to=None), name="area_version_current_outline")
        ]
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="area_version_number"),
            models.UniqueConstraint(
                fields=["area"],
                condition=Q(valid_to=None),
                name="area_version_one_current",
                violation_error_message=_("This area already has a current outline."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="area_version_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area.code} v{self.number}"
