"""Who took cases away as a file."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import User


class CaseFile(models.Model):
    """Somebody took the list of cases as a file, as an address narrowed it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    asked = models.TextField(_("narrowed by"), blank=True)
    at = models.DateTimeField(_("when"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("file of cases")
        verbose_name_plural = _("files of cases")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M}"
