"""What people and other systems are told, and whether it reached them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> NoticeQuerySet:
        """Everybody sees their own and nobody else's; what goes to other systems has no recipient."""
        return self.none() if person.pk is None else self.filter(recipient_id=person.pk)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something that happened, told to one person; without a recipient it goes to other systems only.

    The text is made on reading, in the reader's language, from `event` and `params`.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("recipient"),
    )
    event = models.CharField(_("event"), max_length=60)
    params = models.JSONField(_("particulars"), default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(_("address"), max_length=200)
    # What it is about, "case:123", for whoever wants all notices of one matter.
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects: ClassVar = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["subject"], condition=~Q(subject=""), name="notice_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}".strip()


class NoticeKind(models.TextChoices):
    """The few plain groups of events by which people choose what reaches them where."""

    CASES = "cases", _("Cases and their steps")
    LATE = "late", _("What is nearly late, or late")
    GOING_OUT = "going_out", _("Tasks and visits")
    OPERATIONS = "operations", _("Joint operations and emergencies")
    DUTY = "duty", _("Shifts and standing in")
    REGISTRY = "registry", _("The registry and its deliveries")
    ORDERS = "orders", _("Notices and orders")
    OTHER = "other", _("Everything else")


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    WEBPUSH = "webpush", _("web push")
    WECOM = "wecom", _("WeCom robot")
    DINGTALK = "dingtalk", _("DingTalk robot")
    FEISHU = "feishu", _("Feishu robot")
    WEBHOOK = "webhook", _("webhook")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    DEAD = "dead", _("given up")
    # Whom it was for has gone meanwhile, or no longer wants it.
    DROPPED = "dropped", _("no longer wanted")


class Delivery(models.Model):
    """One notice on its way out through one channel to one address."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    # An e-mail or http address; or a name, "follower:12", by which the address is found when it is sent: what is secret
    # about it, such as a robot's key or a citizen's tracking code, must not stand where administrators read.
    address = models.CharField(_("address"), max_length=500)
    receiver = models.CharField(_("receiver"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    # Until then one worker is busy with it; a worker that died leaves it to the next.
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    # Goes along with every attempt, so that the receiver can tell a repetition.
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state=DeliveryState.WAITING), name="delivery_waiting"
            ),
            models.Index(fields=["-id"], condition=Q(state=DeliveryState.DEAD), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.receiver or self.address}"
