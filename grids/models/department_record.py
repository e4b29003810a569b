"""What departments know of the objects in a grid: forms that an administrator defines, fed by file or API."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridgov.days import plausible_day
from gridgov.language import in_language
from grids.attributes import check_definitions
from grids.models.area import Area
from grids.models.grid_object import GridObject
from grids.models.organisation import Organisation, OrganisationKind
from grids.models.staff import Role, User


class MatchBy(models.TextChoices):
    """How a record finds its object."""

    CODE = "code", _("the object's code")
    CREDIT_CODE = "credit_code", _("the credit code")


@pghistory.track()
class DepartmentForm(models.Model):
    """A form of a department whose records are shown on the objects they speak of (工商登记, 消防许可 …).

    Its department always sees its records; others only with one of the roles named.
    """

    department = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="forms",
        limit_choices_to=Q(kind=OrganisationKind.DEPARTMENT),
        verbose_name=_("department"),
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    fields = models.JSONField(_("fields"), default=list, validators=[check_definitions])
    match_by = models.CharField(
        _("finds its object by"), max_length=12, choices=MatchBy, default=MatchBy.CODE
    )
    # The field that tells several records of one object apart; empty where an object has one record.
    key_field = models.CharField(_("field that tells records apart"), max_length=40, blank=True)
    seen_by = ArrayField(
        models.CharField(max_length=12, choices=Role), default=list, blank=True, verbose_name=_("seen by")
    )
    # 0: comes when it comes.
    expected_every_days = models.PositiveSmallIntegerField(_("expected every so many days"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("department's form")
        verbose_name_plural = _("departments' forms")
        ordering = ["department_id", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class FeedState(models.TextChoices):
    GOOD = "good", _("arrived")
    BROKEN = "broken", _("broken")


class FeedRun(models.Model):
    """One delivery of a form's records; a broken one changes nothing and says why."""

    form = models.ForeignKey(DepartmentForm, models.PROTECT, related_name="runs", verbose_name=_("form"))
    state = models.CharField(_("state"), max_length=8, choices=FeedState)
    source = models.CharField(_("source"), max_length=120)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    taken = models.PositiveIntegerField(_("records taken"), default=0)
    # Rows that found no object or did not fit: [{"row": 3, "problem": "…"}], the first hundred.
    refused = models.PositiveIntegerField(_("rows refused"), default=0)
    # Of a complete delivery: the records that were not in it any more.
    removed = models.PositiveIntegerField(_("records removed"), default=0)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    # Of a file: the headings that are no field of the form.
    unknown_columns = models.JSONField(_("columns that nobody knows"), default=list, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = pgettext_lazy("of records", "delivery")
        verbose_name_plural = pgettext_lazy("of records", "deliveries")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        indexes = [models.Index(fields=["form", "-id"], name="feed_run_newest")]

    def __str__(self) -> str:
        return f"{self.form} {self.at:%Y-%m-%d %H:%M}"


class DepartmentRecord(models.Model):
    """What one department's form says of one object, as of a day."""

    form = models.ForeignKey(DepartmentForm, models.PROTECT, related_name="records", verbose_name=_("form"))
    object = models.ForeignKey(
        GridObject, models.CASCADE, related_name="department_records", verbose_name=_("object")
    )
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    key = models.CharField(_("key"), max_length=80, blank=True)
    data = models.JSONField(_("data"), default=dict)
    as_of = models.DateField(_("as of"), validators=[plausible_day])
    run = models.ForeignKey(
        FeedRun, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("of records", "delivery")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("department's record")
        verbose_name_plural = _("departments' records")
        ordering = ["object_id", "form_id", "-as_of", "id"]
        constraints = [
            models.UniqueConstraint(fields=["object", "form", "key"], name="department_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.object}"
