"""Who decided what strangers see of a case, and what was blackened on its photos."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from grids.models import User


class PublicationRecord(models.Model):
    """One decision on what strangers see of a case, as it was taken; append-only.

    Either words, photos and whether the case is shown at all, or the parts of one photo that were blackened: these are
    drawn anew from the original each time, those of before included, so they must not get lost.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="publication_records", verbose_name=_("case"))
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    text = models.CharField(_("what strangers read"), max_length=500, blank=True)
    is_withheld = models.BooleanField(_("not shown at all"), default=False)
    photo_ids = ArrayField(models.UUIDField(), verbose_name=_("photos shown"), default=list, blank=True)
    # Of a photo that was blackened: [left, top, right, bottom] each, in shares of the upright picture.
    redacted = models.ForeignKey(
        "gridgov.Photo",
        models.PROTECT,
        null=True,
        related_name="redactions",
        verbose_name=_("redacted photo"),
    )
    boxes = models.JSONField(_("blackened parts"), default=list, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("record of a publication")
        verbose_name_plural = _("records of publications")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(redacted=None, boxes=[]) | (Q(redacted__isnull=False) & ~Q(boxes=[])),
                name="publication_record_boxes",
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.at:%Y-%m-%d %H:%M}"
