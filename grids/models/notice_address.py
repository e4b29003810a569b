"""Where organisations hear of things besides their people's own lists."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridgov.models import NoticeKind
from gridgov.models.notice import Channel
from grids.models.organisation import Organisation

WAYS = [Channel.WECOM, Channel.DINGTALK, Channel.FEISHU, Channel.WEBHOOK]


class NoticeAddress(models.Model):
    """A group's robot, or another system, that hears what concerns an organisation.

    Whoever knows a robot's address may speak as that robot: the address is a secret like the key to sign with, and is
    never shown again once it is saved. So neither has a history.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="notice_addresses", verbose_name=_("organisation")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=[(way.value, way.label) for way in WAYS])
    address = models.URLField(_("address"), max_length=500)
    secret = models.CharField(_("secret to sign with"), max_length=200, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=12, choices=NoticeKind),
        default=list,
        blank=True,
        verbose_name=_("what it hears"),
    )
    urgent_only = models.BooleanField(_("only what is urgent"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("notice address")
        verbose_name_plural = _("notice addresses")
        ordering = ["organisation_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address"],
                name="notice_address_once",
                violation_error_message=_("This organisation has this address already."),
            ),
            models.CheckConstraint(condition=Q(channel__in=WAYS), name="notice_address_channel"),
        ]

    def __str__(self) -> str:
        # Never more of the address than its host.
        return f"{self.organisation} · {self.get_channel_display()} · {self.host}"

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""
