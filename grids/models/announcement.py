"""Notices and orders from a level to its people, and who has read them."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridgov import clock
from grids.models.area import Area
from grids.models.organisation import Organisation
from grids.models.staff import Role, User

LONGEST_TITLE, LONGEST_TEXT = 120, 5000
# Whoever takes up a post finds what went to it in the last weeks, not what was said years ago.
FOUND_BY_NEWCOMERS = timedelta(days=60)


class AnnouncementKind(models.TextChoices):
    NOTICE = "notice", pgettext_lazy("announcement", "notice")
    # Each of those it goes to says that they have it, by a date.
    ORDER = "order", pgettext_lazy("announcement", "order")


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def addressed_to(self, user: AbstractBaseUser | AnonymousUser) -> AnnouncementQuerySet:
        """What this person was told, and of the last weeks what goes to the posts they hold now; none withdrawn."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        told = AnnouncementReceipt.objects.filter(announcement=OuterRef("pk"), person=user)
        return self.filter(Exists(told) | self._to_posts_of(user), withdrawn_at=None)

    def _to_posts_of(self, user: User) -> Q:
        posts = [
            Q(area__code__in=post.area.ancestor_codes) & (Q(roles=[]) | Q(roles__contains=[post.role]))
            for post in user.current_posts
        ]
        nothing = Q(pk__in=[])
        recent = Q(published_at__gte=clock.now() - FOUND_BY_NEWCOMERS) & ~Q(published_by=user)
        return recent & reduce(or_, posts, nothing)

    def public(self) -> AnnouncementQuerySet:
        """What strangers read."""
        return self.filter(is_public=True, withdrawn_at=None)


class Announcement(models.Model):
    """A notice or an order (通知公告) that an organisation issues to the people of an area and everything under it.

    What was said stays as it was said; one that was wrong is withdrawn, and another one issued.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=AnnouncementKind)
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="announcements", verbose_name=_("issued by")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="announcements", verbose_name=_("area"))
    # Empty: all of them.
    roles = ArrayField(
        models.CharField(max_length=12, choices=Role), default=list, blank=True, verbose_name=_("roles")
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)
    receipt_by = models.DateField(_("confirm by"), null=True, blank=True)
    is_public = models.BooleanField(_("for citizens too"), default=False)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("published by"))
    published_at = models.DateTimeField(_("published at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("last reminded at"), null=True, blank=True)
    # When those who had not confirmed an order in time were told so.
    rang_at = models.DateTimeField(_("rang at"), null=True, blank=True)

    objects: ClassVar = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="announcement_issued"),
            models.Index(fields=["area", "-id"], name="announcement_area"),
            models.Index(
                fields=["-id"], condition=Q(is_public=True, withdrawn_at=None), name="announcement_public"
            ),
            models.Index(
                fields=["receipt_by"],
                condition=Q(rang_at=None, withdrawn_at=None, receipt_by__isnull=False),
                name="announcement_waited_for",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AnnouncementKind.ORDER, receipt_by__isnull=False)
                | Q(kind=AnnouncementKind.NOTICE, receipt_by=None),
                name="announcement_orders_are_confirmed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="said_stays",
                fields=[
                    "kind", "title", "text", "organisation", "area", "roles", "is_urgent", "receipt_by", "is_public",
                    "published_by", "published_at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("grids:announcement_detail", args=[self.pk])

    @property
    def is_order(self) -> bool:
        return self.kind == AnnouncementKind.ORDER

    @property
    def role_names(self) -> list[str]:
        """To whom it goes, in words; empty for everybody."""
        return [str(Role(role).label) for role in self.roles]


class AnnouncementReceipt(models.Model):
    """That an announcement has come to one person: when they were told, when they read it, when they confirmed it."""

    announcement = models.ForeignKey(
        Announcement, models.PROTECT, related_name="receipts", verbose_name=_("announcement")
    )
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    # Where they worked when they were told: by it one sees which unit is behind.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    told_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("receipt of an announcement")
        verbose_name_plural = _("receipts of announcements")
        ordering = ["announcement_id", "id"]
        indexes = [models.Index(fields=["person", "-announcement"], name="announcement_of_person")]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "person"], name="announcement_receipt_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(read_at__isnull=False),
                name="announcement_read_before_confirmed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="told_stays", fields=["announcement", "person", "organisation", "told_at"]
            ),
            # A moment is written once and stays.
            pgtrigger.Protect(
                name="moments_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__read_at__isnull=False, old__read_at__df=pgtrigger.F("new__read_at")
                )
                | pgtrigger.Q(
                    old__acknowledged_at__isnull=False,
                    old__acknowledged_at__df=pgtrigger.F("new__acknowledged_at"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}: {self.person_id}"
