"""Calls at objects: what was asked, what was found."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from gridgov.models import Photo
from grids.models import Area, GridObject, Post, User
from inspections.models.checklist import ChecklistItem
from inspections.models.task import Task


class VisitReason(models.TextChoices):
    ROUTINE = "routine", _("routine")
    RECHECK = "recheck", _("re-check")
    CAMPAIGN = "campaign", _("campaign")
    ORDER = "order", _("urgent order")
    PATROL = "patrol", _("patrol")


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> VisitQuerySet:
        """One's own, and those at objects that one may see."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(Q(inspector=user) | Q(object__in=GridObject.objects.visible_to(user)))


class Visit(models.Model):
    """One call at one object by one inspector, from opening the checklist to leaving; sent as a whole."""

    # The phone's own name for it: the same one twice is the same visit.
    client_uuid = models.UUIDField(_("client's id"))
    object = models.ForeignKey(GridObject, models.PROTECT, related_name="visits", verbose_name=_("object"))
    # Where the object lay at that time.
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    inspector = models.ForeignKey(User, models.PROTECT, related_name="visits", verbose_name=_("inspector"))
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=VisitReason, default=VisitReason.ROUTINE)
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("task")
    )
    # The task had gone to somebody else meanwhile, or was over: what was done is kept, the task stays as it is.
    task_moved_on = models.BooleanField(_("task had moved on"), default=False)
    # Sooner after the last one than objects are to be disturbed, and neither a re-check, an order nor a patrol.
    too_soon = models.BooleanField(_("too soon after the last visit"), default=False)
    # Not auto_now_add: phones send visits hours later, when the signal returns.
    started_at = models.DateTimeField(_("begun at"))
    finished_at = models.DateTimeField(_("left at"))
    received_at = models.DateTimeField(_("received at"))
    point = models.PointField(_("chosen place"), srid=4326, null=True, blank=True, spatial_index=False)
    device_point = models.PointField(
        _("place of the device"), srid=4326, null=True, blank=True, spatial_index=False
    )
    accuracy_m = models.FloatField(_("accuracy in metres"), null=True, blank=True)
    # Why one was not where the object is.
    away_reason = models.CharField(_("reason for being elsewhere"), max_length=200, blank=True)
    away_m = models.FloatField(_("metres from the object"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects: ClassVar = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object", "-finished_at"], name="visit_object_newest"),
            models.Index(fields=["inspector", "-finished_at"], name="visit_inspector_newest"),
            models.Index(fields=["area", "-finished_at"], name="visit_area_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["inspector", "client_uuid"], name="visit_once_per_client_uuid"),
            models.CheckConstraint(condition=Q(finished_at__gte=F("started_at")), name="visit_times"),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.finished_at:%Y-%m-%d}"


class Result(models.TextChoices):
    NORMAL = "normal", _("normal")
    ABNORMAL = "abnormal", _("abnormal")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class Answer(models.Model):
    """What was found for one item at one visit; never changed."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="answers", verbose_name=_("visit"))
    object = models.ForeignKey(GridObject, models.PROTECT, related_name="+", verbose_name=_("object"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers", verbose_name=_("item"))
    # The item's checklist and key, so that when it was last asked is one look into an index.
    checklist_id = models.BigIntegerField(editable=False)
    item_key = models.CharField(max_length=80, editable=False)
    result = models.CharField(_("result"), max_length=14, choices=Result)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered at"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["visit_id", "id"]
        indexes = [
            models.Index(
                fields=["object", "checklist_id", "item_key", "-answered_at"], name="answer_last_asked"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["visit", "item"], name="answer_once_per_item")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_result_display()}"


class FindingState(models.TextChoices):
    """What became of something abnormal."""

    SETTLED = "settled", _("settled on the spot")
    IN_CASE = "in_case", _("in a case")
    SOLVED = "solved", _("solved")
    DROPPED = "dropped", _("not pursued")


class FindingQuerySet(models.QuerySet["Finding"]):
    def open(self) -> FindingQuerySet:
        """Pursued, and not seen in order since, also where it was put right."""
        return self.filter(confirmed_by=None).exclude(state=FindingState.DROPPED)


class Finding(models.Model):
    """Something abnormal at an object: settled on the spot, or the beginning of a case; looked at again later.

    The case tells what became of it; `follow_cases` carries that over here and plans the re-check.
    """

    answer = models.OneToOneField(Answer, models.PROTECT, related_name="finding", verbose_name=_("answer"))
    object = models.ForeignKey(GridObject, models.PROTECT, related_name="findings", verbose_name=_("object"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    state = models.CharField(_("state"), max_length=8, choices=FindingState)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("case")
    )
    found_at = models.DateTimeField(_("found at"))
    # Settled or solved.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # The re-check that found it in order.
    confirmed_by = models.ForeignKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by the visit"),
    )

    objects: ClassVar = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object", "-id"], name="finding_object"),
            models.Index(fields=["case"], condition=Q(state=FindingState.IN_CASE), name="finding_in_case"),
            models.Index(
                fields=["ended_at"],
                condition=Q(confirmed_by=None, ended_at__isnull=False),
                name="finding_unconfirmed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=FindingState.IN_CASE) | Q(case__isnull=False),
                name="finding_in_case_has_one",
            ),
            models.CheckConstraint(
                condition=Q(state=FindingState.IN_CASE, ended_at=None)
                | (~Q(state=FindingState.IN_CASE) & Q(ended_at__isnull=False)),
                name="finding_ended_with_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingState.IN_CASE) | Q(confirmed_by=None),
                name="finding_confirmed_has_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer.item} · {self.object}"


class VisitPhotoKind(models.TextChoices):
    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class VisitPhoto(models.Model):
    """A photo taken at a visit, of one item or of the whole."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos", verbose_name=_("visit"))
    answer = models.ForeignKey(
        Answer, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name=_("answer")
    )
    photo = models.ForeignKey(Photo, models.PROTECT, related_name="+", verbose_name=_("photo"))
    kind = models.CharField(_("kind"), max_length=6, choices=VisitPhotoKind, default=VisitPhotoKind.BEFORE)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("photo of a visit")
        verbose_name_plural = _("photos of visits")
        ordering = ["visit_id", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "photo"], name="visit_photo_once")]

    def __str__(self) -> str:
        return f"{self.visit} · {self.get_kind_display()}"
