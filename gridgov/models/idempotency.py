"""Answers already given, so that a request sent twice is done once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """A request that a person's device named with a key, and the answer it got."""

    # Empty for somebody without an account.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    key = models.CharField(_("key"), max_length=64)
    # SHA-256 of what was asked: the same key with another one is a mistake of the client.
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    status_code = models.PositiveSmallIntegerField(_("status"), default=0)
    # Text, not JSON: PostgreSQL would reorder it, and the answer must be the same to the byte.
    body = models.TextField(_("answer"), blank=True)
    location = models.CharField(_("location"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "key"], nulls_distinct=False, name="idempotency_key_once"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created_at")]

    def __str__(self) -> str:
        return self.key
