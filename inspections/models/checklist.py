"""What departments ask of an object, in versions."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import CaseClass
from gridgov.language import in_language
from grids.models import ObjectType, Organisation, OrganisationKind, RiskGrade, User


class VersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class ItemKind(models.TextChoices):
    """Nanhai's four kinds of items: 人、物件、企业、事件."""

    PEOPLE = "people", _("people")
    THINGS = "things", _("things")
    ENTERPRISES = "enterprises", _("enterprises")
    EVENTS = "events", _("events")


class Severity(models.TextChoices):
    GENERAL = "general", _("general")
    SERIOUS = "serious", _("serious")
    MAJOR = "major", _("major")


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> ChecklistQuerySet:
        """What the departments of one's own districts ask; that is no secret inside."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        districts = {post.area.district_code for post in user.current_posts}
        ways = [Q(department__area__path__startswith=f"/{code}/") for code in sorted(districts)]
        return self.filter(reduce(or_, ways)) if ways else self.none()


@pghistory.track()
class Checklist(models.Model):
    """A department's list of questions for objects of certain types; what it asks stands in its versions.

    Without types it is for the grid itself: what one looks for on a patrol.
    """

    department = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="checklists",
        limit_choices_to=Q(kind=OrganisationKind.DEPARTMENT),
        verbose_name=_("department"),
    )
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    types = models.ManyToManyField(
        ObjectType, blank=True, related_name="checklists", verbose_name=_("types of objects")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["department_id", "code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track(pghistory.DeleteEvent(), obj_field=None)
class AskedType(Checklist.types.through):  # type: ignore[name-defined,misc]
    """A type that a list is for; its history tells which it was for before, and a visit begun then is still sent."""

    class Meta:
        proxy = True


@pghistory.track()
class ChecklistVersion(models.Model):
    """What a checklist asks from one day to another: a draft is written, published, and at last retired."""

    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="versions", verbose_name=_("checklist")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("version of a checklist")
        verbose_name_plural = _("versions of checklists")
        ordering = ["checklist_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="checklist_version_number"),
            models.UniqueConstraint(
                fields=["checklist"],
                condition=Q(state=VersionState.PUBLISHED),
                name="checklist_one_published",
            ),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state=VersionState.DRAFT), name="checklist_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT, published_at=None)
                | (~Q(state=VersionState.DRAFT) & Q(published_at__isnull=False)),
                name="checklist_version_published_with_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist} v{self.number}"


class ChecklistItem(models.Model):
    """One plain question with the answers normal, abnormal and not applicable.

    Once its version is published it never changes: answers point at it.
    """

    version = models.ForeignKey(
        ChecklistVersion, models.CASCADE, related_name="items", verbose_name=_("version")
    )
    # The same question through all versions, so that a new version does not make everything due again.
    key = models.SlugField(_("key"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    question = models.CharField(_("question"), max_length=200)
    question_en = models.CharField(_("question in English"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.GENERAL)
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    rule_en = models.CharField(_("rule in English"), max_length=300, blank=True)
    guidance = models.CharField(_("guidance"), max_length=500, blank=True)
    guidance_en = models.CharField(_("guidance in English"), max_length=500, blank=True)
    may_settle = models.BooleanField(_("may be settled on the spot"), default=False)
    photo_required = models.BooleanField(_("abnormal needs a photo"), default=True)
    case_class = models.ForeignKey(
        CaseClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("class of the case it raises"),
    )
    # After so many days it is due again, by the object's risk grade; empty: only when somebody asks for it.
    days_low = models.PositiveSmallIntegerField(
        _("days, low risk"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    days_general = models.PositiveSmallIntegerField(
        _("days, general risk"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    days_larger = models.PositiveSmallIntegerField(
        _("days, larger risk"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    days_major = models.PositiveSmallIntegerField(
        _("days, major risk"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["version_id", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="checklist_item_key")]
        triggers = [
            pgtrigger.Trigger(
                name="published_items_stay",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM inspections_checklistversion
                        WHERE id IN (NEW.version_id, OLD.version_id) AND state <> 'draft'
                    ) THEN
                        RAISE EXCEPTION 'items of a published checklist stay as they are';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return in_language(self.question, self.question_en)

    @property
    def shown_rule(self) -> str:
        """The rule in the reader's language."""
        return in_language(self.rule, self.rule_en)

    @property
    def shown_guidance(self) -> str:
        """What to look at, in the reader's language."""
        return in_language(self.guidance, self.guidance_en)

    def days(self, risk: str) -> int | None:
        """After how many days it is due again at an object of a risk grade."""
        days: dict[str, int | None] = {
            RiskGrade.LOW: self.days_low,
            RiskGrade.GENERAL: self.days_general,
            RiskGrade.LARGER: self.days_larger,
            RiskGrade.MAJOR: self.days_major,
        }
        return days[risk]
