"""The message board (留言板): what citizens write, and what organisations answer in public."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.citizen import CODE_LENGTH
from grids.models import Area, Organisation, User


class BoardTopic(models.TextChoices):
    QUESTION = "question", pgettext_lazy("message board", "question")
    SUGGESTION = "suggestion", pgettext_lazy("message board", "suggestion")
    COMPLAINT = "complaint", pgettext_lazy("message board", "complaint")
    THANKS = "thanks", pgettext_lazy("message board", "thanks")


class BoardState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("message board", "to be looked over")
    SHOWN = "shown", pgettext_lazy("message board", "shown")
    HIDDEN = "hidden", pgettext_lazy("message board", "not shown")


# Without what is cleared later, and without the key.
@pghistory.track(exclude=["code", "address_hash", "device_hash"])
class BoardMessage(models.Model):
    """What somebody without an account wrote; strangers read it once an operator has looked it over.

    Whoever wrote it finds it by its code, shown or not.
    """

    code = models.CharField(_("code"), max_length=CODE_LENGTH, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    topic = models.CharField(_("topic"), max_length=12, choices=BoardTopic)
    text = models.TextField(_("text"), max_length=1000)
    # As they want to be called.
    name = models.CharField(_("name"), max_length=30, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    state = models.CharField(_("state"), max_length=8, choices=BoardState, default=BoardState.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # As in `Follower`; cleared after a time.
    address_hash = models.CharField(_("address, hashed"), max_length=64, blank=True)
    device_hash = models.CharField(_("device, hashed"), max_length=64, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("message of the board")
        verbose_name_plural = _("messages of the board")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-id"], condition=Q(state=BoardState.SHOWN), name="board_shown"),
            models.Index(fields=["area", "id"], condition=Q(state=BoardState.WAITING), name="board_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[2-9A-HJ-NP-Z]{12}$"), name="board_code"),
            models.CheckConstraint(
                condition=Q(state=BoardState.WAITING, decided_by=None, decided_at=None)
                | (~Q(state=BoardState.WAITING) & Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="board_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=BoardState.HIDDEN) | ~Q(reason=""), name="board_hidden_with_reason"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="words_stay", fields=["code", "area", "topic", "text", "name", "sent_at"]
            ),
        ]

    def __str__(self) -> str:
        # Never the code.
        return f"{self.get_topic_display()} · {self.sent_at:%Y-%m-%d %H:%M}"


class BoardAnswer(models.Model):
    """What an organisation answers; each later one of the same organisation stands in place of its earlier ones."""

    message = models.ForeignKey(
        BoardMessage, models.PROTECT, related_name="answers", verbose_name=_("message")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    text = models.TextField(_("text"), max_length=2000)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("answer on the board")
        verbose_name_plural = _("answers on the board")
        ordering = ["message_id", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.organisation_id}"
