"""What happened to a case, and the photos that show it."""

from datetime import datetime, timedelta
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.workflow import STEPS, Action, Capacity, Status
from grids.models import Area, AreaLevel, Organisation, User

# What arrives within this time after it was done arrived at once.
AT_ONCE = timedelta(minutes=1)


class CaseEvent(models.Model):
    """One row of a case's timeline: who did what, when, under which post, and what it did to the clock.

    Append-only; everything assessed is computed from these rows.
    """

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="events", db_index=False, verbose_name=_("case")
    )
    district = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name=_("district")
    )
    seq = models.PositiveIntegerField(_("row"))
    action = models.CharField(_("action"), max_length=16, choices=Action)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    post = models.ForeignKey(
        "grids.Post", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("post")
    )
    capacity = models.CharField(_("as"), max_length=12, choices=Capacity)
    # The moment of the write: rows stand in its order.
    at = models.DateTimeField(_("when"))
    # When somebody did it, where a phone told it later; see docs/decisions/014.
    done_at = models.DateTimeField(_("done at"), null=True)
    from_status = models.CharField(_("status before"), max_length=12, choices=Status, blank=True)
    to_status = models.CharField(_("status after"), max_length=12, choices=Status)
    holder = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name=_("holder")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=AreaLevel)
    # The unit the step concerned: the one that had the case before, or gets it by this step.
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("unit")
    )
    note = models.TextField(_("note"), blank=True)
    due_before = models.DateTimeField(_("due before"), null=True)
    due_after = models.DateTimeField(_("due after"), null=True)
    # Minutes of the stage's own clock since the stage began.
    elapsed_minutes = models.PositiveIntegerField(_("elapsed minutes"), default=0)
    data = models.JSONField(_("particulars"), default=dict, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("timeline row")
        verbose_name_plural = _("timeline")
        ordering = ["case_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="case_event_seq"),
            # A due time is missed, and a ring is rung, only once, however many sweeps run.
            models.UniqueConstraint(
                fields=["case", "due_before"],
                name="case_event_due_missed_once",
                condition=Q(
                    capacity=Capacity.CLOCK, action__in=[Action.ESCALATE, Action.SUPERVISE, Action.RING]
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["district", "at"], name="case_event_at"),
            models.Index(fields=["unit", "at"], name="case_event_unit", condition=Q(unit__isnull=False)),
            # What a unit reported as handled lately, and whether in time.
            models.Index(
                fields=["unit", "-at"], name="case_event_fed_back", condition=Q(action=Action.FEED_BACK)
            ),
            # Assignments, newest first.
            models.Index(fields=["-id"], name="case_event_dispatch", condition=Q(action=Action.DISPATCH)),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="is_a_step",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=pgtrigger.Func(
                    "IF NEW.from_status || '>' || NEW.action || '>' || NEW.to_status <> ALL (ARRAY["
                    + ", ".join(f"'{s.source}>{s.action}>{s.target}'" for s in STEPS)
                    + "]) THEN RAISE EXCEPTION 'no such step: % by % to %', NEW.from_status, NEW.action, NEW.to_status "
                    "USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} · {self.get_action_display()}"

    @property
    def happened_at(self) -> datetime:
        """When it was done, as far as anybody told."""
        return self.done_at or self.at

    @property
    def received_at(self) -> datetime | None:
        """When it arrived, if that was noticeably later than it was done."""
        return self.at if self.at - self.happened_at > AT_ONCE else None

    @property
    def by_the_clock(self) -> bool:
        return self.capacity == Capacity.CLOCK


class PhotoKind(models.TextChoices):
    BEFORE = "before", _("before")
    AFTER = "after", _("after")
    CHECK = "check", _("check")
    VERIFICATION = "verification", _("verification")


class CasePhoto(models.Model):
    """A photo as evidence in a case, hung on the step it came with."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="photos", verbose_name=_("case"))
    event = models.ForeignKey(
        CaseEvent, models.PROTECT, related_name="photos", verbose_name=_("timeline row")
    )
    photo = models.OneToOneField(
        "gridgov.Photo", models.PROTECT, related_name="case_photo", verbose_name=_("photo")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=PhotoKind, default=PhotoKind.BEFORE)
    # Somebody looked it over: strangers may see it.
    is_public = models.BooleanField(_("public"), default=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("case photo")
        verbose_name_plural = _("case photos")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_kind_display()
