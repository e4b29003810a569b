"""Photos taken as evidence."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Photo(models.Model):
    """One picture as it came from the camera, and two copies without metadata to show.

    The original keeps its EXIF and stays private; who may see a photo is judged by what it hangs on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty when a citizen without an account sent it.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    # The phone's own name for it, so that a photo sent twice is stored once.
    client_uuid = models.UUIDField(_("client's id"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64)
    original = models.FileField(_("original"))
    display = models.FileField(_("copy to show"))
    thumb = models.FileField(_("thumbnail"))
    content_type = models.CharField(_("type of the original"), max_length=20)
    size_bytes = models.PositiveIntegerField(_("size of the original in bytes"))
    # Of the upright picture.
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    taken_at = models.DateTimeField(_("taken at, by the camera"), null=True, blank=True)
    exif_point = models.PointField(_("position, by the camera"), srid=4326, null=True, blank=True)
    orientation = models.PositiveSmallIntegerField(_("EXIF orientation"), default=1)
    # A phone that made the picture smaller, or drew on it, had read them before; the file itself has lost them.
    told_by_phone = models.BooleanField(_("time or position told by the phone"), default=False)
    # Somebody has drawn on it; the photo itself stays beside it, unless it was thrown away before it was sent.
    is_marked_copy = models.BooleanField(_("marked copy"), default=False)
    copy_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        # Nearly all are no copy: the index below leaves them out.
        db_index=False,
        related_name="+",
        verbose_name=_("copy of"),
    )
    stored_at = models.DateTimeField(_("stored at"))
    # Somebody drew over parts of it: the two copies no longer hold them, and the original is shown to nobody.
    redacted_at = models.DateTimeField(_("redacted at"), null=True, blank=True)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("redacted by"),
    )
    # Sent ahead of what it belongs to; what is never claimed is thrown away.
    is_waiting = models.BooleanField(_("waits for what it belongs to"), default=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        indexes = [
            models.Index(fields=["stored_at"], condition=Q(is_waiting=True), name="photo_waiting"),
            models.Index(fields=["copy_of"], condition=Q(copy_of__isnull=False), name="photo_copy_of"),
            # The same file sent twice.
            models.Index(fields=["sha256"], name="photo_sha256"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["uploaded_by", "client_uuid"],
                condition=Q(client_uuid__isnull=False),
                nulls_distinct=False,
                name="photo_once_per_client_uuid",
            ),
            models.CheckConstraint(
                condition=Q(copy_of=None) | Q(is_marked_copy=True), name="photo_copy_of_is_marked"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def origin(self) -> str:
        """Where it comes from, in the viewer's words: "marked copy · taken 2026-11-22 14:30, told by the phone"."""
        at = self.taken_at and {"at": f"{localtime(self.taken_at):%Y-%m-%d %H:%M}"}
        if at:
            taken = (
                gettext("taken %(at)s, told by the phone") if self.told_by_phone else gettext("taken %(at)s")
            )
            taken %= at
        else:
            taken = gettext("place told by the phone") if self.told_by_phone else ""
        return " · ".join(filter(None, (gettext("marked copy") if self.is_marked_copy else "", taken)))
