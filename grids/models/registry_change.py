"""How the registry changes: what inspectors propose, and what has changed."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridgov.models import Photo
from grids.models.area import Area
from grids.models.grid_object import GridObject
from grids.models.object_type import ObjectType
from grids.models.organisation import Organisation
from grids.models.staff import User


class ChangeKind(models.TextChoices):
    NEW = "new", pgettext_lazy("change of the registry", "new")
    CHANGED = "changed", pgettext_lazy("change of the registry", "changed")
    MOVED = "moved", pgettext_lazy("change of the registry", "moved")
    CLOSED = "closed", pgettext_lazy("change of the registry", "closed or gone")


class ProposalState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("proposal", "waiting")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    REFUSED = "refused", pgettext_lazy("proposal", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> ProposedChangeQuerySet:
        """One's own, those that one's unit decides, and all of them for administrators of the registry."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.has_perm("grids.change_gridobject"):
            return self
        return self.seen_by_posts(user)

    def seen_by_posts(self, user: User) -> ProposedChangeQuerySet:
        """One's own, and those that one's unit decides, whatever else one may do; no query of its own."""
        units = {post.organisation_id for post in user.current_posts}
        # What is private stays so, whoever decides.
        seen = Q(type__is_private=False) | Q(object__in=GridObject.objects.visible_to(user))
        return self.filter(Q(proposed_by=user) | (Q(owner__in=units) & seen))


class ProposedChange(models.Model):
    """What somebody found in the street to be otherwise than in the registry; the owner accepts or refuses it."""

    kind = models.CharField(_("kind"), max_length=8, choices=ChangeKind)
    # Empty for something new, until it is accepted.
    object = models.ForeignKey(
        GridObject, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("object")
    )
    type = models.ForeignKey(ObjectType, models.PROTECT, related_name="+", verbose_name=_("type"))
    # Where it lies, and whose it is to decide.
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("decided by the unit")
    )
    # Field → value as it should be; "attributes" is a dict of its own.
    values = models.JSONField(_("values"), default=dict)
    point = models.PointField(_("place"), srid=4326, null=True, blank=True)
    seen_version = models.PositiveIntegerField(null=True, editable=False)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    photos = models.ManyToManyField(Photo, related_name="+", verbose_name=_("photos"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects: ClassVar = ProposedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["owner", "id"],
                condition=Q(state=ProposalState.WAITING),
                name="proposal_waiting",
            ),
            models.Index(fields=["proposed_by", "-id"], name="proposal_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.WAITING, decided_at=None)
                | (~Q(state=ProposalState.WAITING) & Q(decided_at__isnull=False)),
                name="proposal_decided_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.NEW) | Q(object__isnull=False), name="proposal_names_its_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.title}"

    @property
    def title(self) -> str:
        """The name of the object, or the one that something new is to have."""
        return self.object.name if self.object else str(self.values.get("name", ""))


class ChangeSource(models.TextChoices):
    PROPOSAL = "proposal", _("a proposal from the street")
    IMPORT = "import", _("a file")
    STAFF = "staff", _("a member of staff")
    REDRAWN = "redrawn", _("redrawn grids")
    DEMO = "demo", _("the demo")


class RegistryChangeQuerySet(models.QuerySet["RegistryChange"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> RegistryChangeQuerySet:
        return self.filter(object__in=GridObject.objects.visible_to(user))


class RegistryChange(models.Model):
    """One change of one object, as it was and as it is; never changed itself."""

    object = models.ForeignKey(GridObject, models.PROTECT, related_name="changes", verbose_name=_("object"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    kind = models.CharField(_("kind"), max_length=8, choices=ChangeKind)
    source = models.CharField(_("source"), max_length=8, choices=ChangeSource)
    # Field → [before, after].
    fields = models.JSONField(_("what changed"), default=dict)
    version = models.PositiveIntegerField(_("version"))
    proposal = models.ForeignKey(
        ProposedChange, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposal")
    )
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    # The writing transaction: ids are given before they are committed, so that a reader who goes by ids alone
    # would pass over a slow neighbour's rows.
    transaction_id = models.BigIntegerField(
        editable=False,
        db_default=models.Func(
            template="(pg_current_xact_id()::text::bigint)", output_field=models.BigIntegerField()
        ),
    )

    objects: ClassVar = RegistryChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change in the registry")
        verbose_name_plural = _("changes in the registry")
        ordering = ["transaction_id", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="registry_change_feed"),
            models.Index(fields=["object", "-id"], name="registry_change_object"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} v{self.version}"
