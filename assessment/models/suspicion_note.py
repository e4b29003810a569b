"""What supervisors noted about what looks like gaming."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Organisation, User


class Judged(models.TextChoices):
    NOTHING = "nothing", _("nothing in it")
    LOOKED_INTO = "looked_into", _("looked into")


class SuspicionNote(models.Model):
    """A supervisor's word on a sign of gaming, by whom and in which month: it judges nobody and changes no score."""

    # One of `assessment.suspicion.SIGNS`.
    sign = models.CharField(_("sign"), max_length=40)
    # The month's first day.
    month = models.DateField(_("month"))
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("organisation"),
    )
    judged = models.CharField(_("judged"), max_length=12, choices=Judged)
    note = models.TextField(_("note"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("note on a sign of gaming")
        verbose_name_plural = _("notes on signs of gaming")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organisation=None) | Q(user=None, organisation__isnull=False),
                name="suspicion_note_of_one",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1) & ~Q(note=""), name="suspicion_note_month_and_words"
            ),
        ]
        indexes = [models.Index(fields=["month", "sign"], name="suspicion_note_month")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.sign} {self.month:%Y-%m}: {self.get_judged_display()}"
