"""Whom a call or a letter came from, and who looked at it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from grids.models import Post, User


class CaseContact(models.Model):
    """The name and phone that somebody left with their report: masked, and shown whole only for a stated purpose."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="contact", verbose_name=_("case"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    # Digits alone, so that any of their ends is found.
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["phone"], name="case_contact_phone"),
            models.Index(Right("phone", 4), name="case_contact_phone_end"),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """The first character alone: 王**."""
        return f"{self.name[:1]}**" if self.name else ""

    @property
    def masked_phone(self) -> str:
        """Three digits in front and four at the end: 138****5678."""
        if len(self.phone) > 8:
            return f"{self.phone[:3]}****{self.phone[-4:]}"
        return f"****{self.phone[-4:]}" if self.phone else ""


class ContactLook(models.Model):
    """Somebody looked at a whole contact, and said what for."""

    contact = models.ForeignKey(CaseContact, models.PROTECT, related_name="looks", verbose_name=_("contact"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who"))
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name=_("post"))
    purpose = models.CharField(_("purpose"), max_length=200)
    at = models.DateTimeField(_("when"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("look at a contact")
        verbose_name_plural = _("looks at contacts")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M}"
