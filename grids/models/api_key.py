"""Keys of other systems: for whom they act, what they may touch, and each use."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models.staff import User

# What a secret begins with, so that it is known for one wherever it turns up.
KEY_BEGINS = "gg_"
PREFIX_LENGTH = 11


class Scope(models.TextChoices):
    """What a key may touch; what its account may do there, its posts say."""

    CASES_READ = "cases:read", _("read cases")
    CASES_WRITE = "cases:write", _("report cases and take steps")
    REGISTRY_READ = "registry:read", _("read the registry")
    REGISTRY_WRITE = "registry:write", _("deliver records and propose changes")
    INSPECTIONS_READ = "inspections:read", _("read tasks, visits and checklists")
    INSPECTIONS_WRITE = "inspections:write", _("order tasks and send visits")
    NOTICES_READ = "notices:read", _("read its own notices")
    EVENTS_WRITE = "events:write", _("send alarms of devices")
    OPEN311_WRITE = "open311:write", _("send requests by Open311")
    HOTLINE_WRITE = "hotline:write", _("deliver cases of the hotline")


class ApiKey(models.Model):
    """What another system shows instead of a password; of its secret only a hash is kept.

    It acts as an account of its own, whose posts say what it sees and may do; the scopes only narrow that. An account
    may hold several, so that a new one can be put in before the old one is revoked.
    """

    name = models.CharField(_("name"), max_length=60, help_text=_("Which system uses it, and where."))
    account = models.ForeignKey(User, models.PROTECT, related_name="api_keys", verbose_name=_("account"))
    prefix = models.CharField(_("begins with"), max_length=PREFIX_LENGTH)
    # SHA-256 of the whole secret: 32 random bytes need no slow hash.
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("scopes"))
    per_minute = models.PositiveIntegerField(
        _("requests per minute"), default=120, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )
    # To the minute: a system that asks all the time does not write all the time.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_key_has_a_scope"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="api_key_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at a moment."""
        return self.revoked_at is None and at < self.expires_at


class ApiKeyUse(models.Model):
    """One request that came with a key; thrown away after a time."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="uses", verbose_name=_("API key"))
    at = models.DateTimeField(_("at"), db_index=True)
    method = models.CharField(_("method"), max_length=7)
    # Without what follows the "?": it may name people.
    path = models.CharField(_("address asked"), max_length=200)
    status = models.PositiveSmallIntegerField(_("answer"))
    address = models.GenericIPAddressField(_("from"), null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("use of an API key")
        verbose_name_plural = _("uses of API keys")
        ordering = ["-id"]
        indexes = [models.Index(fields=["key", "-id"], name="api_key_use_key")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
