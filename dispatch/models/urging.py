"""Urgings (督办): somebody above wants to know why it is not done."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseEvent, UrgingLevel
from dispatch.models.said_once import said_once
from grids.models import Organisation, User


class Urging(models.Model):
    """One urging of a case: to whom, by when an answer is due; unanswered, it rings."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="urgings", verbose_name=_("case"))
    district = models.ForeignKey("grids.Area", models.PROTECT, related_name="+", verbose_name=_("district"))
    asked = models.OneToOneField(CaseEvent, models.PROTECT, related_name="+", verbose_name=_("timeline row"))
    # One answer may answer several.
    answered = models.ForeignKey(
        CaseEvent, models.PROTECT, null=True, related_name="+", verbose_name=_("answer")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=UrgingLevel, default=UrgingLevel.REMINDER)
    text = models.CharField(_("text"), max_length=500)
    # Who was asked: the unit, or, where none has it, the holder. Who has to answer is who has the case now.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="urgings", verbose_name=_("organisation")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("urged at"))
    reply_due_at = models.DateTimeField(_("reply due"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    # When the sweep rings next; empty once it is answered, or the case is over and nobody needs an answer.
    ring_at = models.DateTimeField(_("rings at"), null=True)
    rings = models.PositiveSmallIntegerField(_("rings"), default=0)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("urging")
        verbose_name_plural = _("urgings")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["ring_at"], name="urging_ring", condition=Q(ring_at__isnull=False)),
            models.Index(fields=["case", "reply_due_at"], name="urging_open", condition=Q(answered=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reply_due_at__gt=models.F("at")), name="urging_reply_after"),
            models.CheckConstraint(
                condition=Q(answered=None, answered_at=None)
                | Q(answered__isnull=False, answered_at__isnull=False, ring_at=None),
                name="urging_answered",
            ),
        ]
        triggers = [said_once("answered_once", "answered_id", "answered_at")]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_level_display()}"
