"""Citizens without an account: what they choose from, who waits for a case, what strangers may read, who is kept out."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.catalogue import CaseClass
from grids.models import User

CODE_LENGTH = 12


@pghistory.track()
class Topic(models.Model):
    """One of the few plain groups that citizens choose from, such as 道路破损; it leads to a class.

    Without a class, the words alone propose one, and the operator decides.
    """

    name = models.CharField(_("name"), max_length=30, unique=True)
    name_en = models.CharField(_("name in English"), max_length=60)
    # Of the vendored set.
    icon = models.SlugField(_("icon"), max_length=40)
    case_class = models.ForeignKey(
        CaseClass, models.PROTECT, null=True, blank=True, related_name="topics", verbose_name=_("class")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("topic of citizens")
        verbose_name_plural = _("topics of citizens")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name if (get_language() or "zh").startswith("zh") else self.name_en


class Follower(models.Model):
    """Somebody outside who waits for a case: who reported it, or joined it later; known by a tracking code alone.

    Whoever holds the code sees the case's course and may answer how it ended; see docs/decisions/023.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="followers", verbose_name=_("case"))
    # Capitals and digits that nobody mistakes for each other; drawn by `cases.tracking_codes`.
    code = models.CharField(_("tracking code"), max_length=CODE_LENGTH, unique=True)
    has_reported = models.BooleanField(_("reported it"), default=False)
    since = models.DateTimeField(_("since"))
    # What somebody who joined adds; staff alone read it.
    note = models.CharField(_("note"), max_length=500, blank=True)
    # Where they asked to be told; cleared with the contacts.
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # The account of the app that it came through, which may read it again; none for whoever reported on our own pages.
    app = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("app")
    )
    # Keyed hashes: they tell the same sender again, and nobody who it was. Cleared with the contacts.
    address_hash = models.CharField(_("address, hashed"), max_length=64, blank=True)
    device_hash = models.CharField(_("device, hashed"), max_length=64, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["case_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(has_reported=True), name="follower_one_reported"
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[2-9A-HJ-NP-Z]{12}$"), name="follower_code"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        # Never the code: who reads it may answer in the citizen's place.
        return f"{self.case_id}: {self.since:%Y-%m-%d %H:%M}"


class Publication(models.Model):
    """What strangers read of a case besides its class, place and status: nothing, until somebody has looked it over.

    Which of its photos they see stands with the photos (`CasePhoto.is_public`).
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="publication", verbose_name=_("case"))
    text = models.CharField(_("what strangers read"), max_length=500, blank=True)
    is_withheld = models.BooleanField(_("not shown at all"), default=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return self.text


class BlockedSender(models.Model):
    """An address or a device from which nothing is taken for a time, and why."""

    # As in `Follower`: a keyed hash of one or the other.
    sender_hash = models.CharField(_("sender, hashed"), max_length=64)
    reason = models.CharField(_("reason"), max_length=200)
    blocked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("blocked by"))
    blocked_at = models.DateTimeField(_("blocked"))
    until = models.DateTimeField(_("until"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("blocked sender")
        verbose_name_plural = _("blocked senders")
        ordering = ["-id"]
        indexes = [models.Index(fields=["sender_hash", "until"], name="blocked_sender")]

    def __str__(self) -> str:
        return f"{self.sender_hash[:8]}… {self.until:%Y-%m-%d}"
