"""Files on their way into the registry: read, shown, and only then taken over."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models.staff import User


class ImportState(models.TextChoices):
    READING = "reading", _("being read")
    PREVIEW = "preview", _("to be looked at")
    TAKING = "taking", _("being taken over")
    DONE = "done", _("taken over")
    UNREADABLE = "unreadable", _("can't be read")


class ImportKind(models.TextChoices):
    """What the rows of a file are."""

    OBJECTS = "objects", _("objects")
    LICENCES = "licences", _("licences")


class RegistryImportQuerySet(models.QuerySet["RegistryImport"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> RegistryImportQuerySet:
        """Whoever may change the registry sees what others bring in, too."""
        may = isinstance(user, User) and user.is_active and user.has_perm("grids.change_gridobject")
        return self if may else self.none()


class RegistryImport(models.Model):
    """One file of objects or of their licences, from its upload until it is taken over or forgotten."""

    kind = models.CharField(_("holds"), max_length=8, choices=ImportKind, default=ImportKind.OBJECTS)
    file = models.FileField(_("file"), upload_to="registry_imports/")
    name = models.CharField(_("name of the file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.READING)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    # Whoever began last works on it: a worker that was thought dead then stops by itself.
    attempt = models.PositiveIntegerField(default=0, editable=False)
    # When a worker last got on with it; what stands still is begun anew.
    moved_at = models.DateTimeField(editable=False)
    header = models.JSONField(_("columns"), default=list)
    unknown_columns = models.JSONField(_("columns that nobody knows"), default=list)
    # Estimated from the file; 0 while nobody knows.
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    rows_to_take = models.PositiveIntegerField(_("rows to take over"), default=0)
    rows_taken = models.PositiveIntegerField(_("rows taken over"), default=0)
    # Why the file as a whole can't be used.
    problem = models.TextField(_("problem"), blank=True)
    finished_at = models.DateTimeField(_("taken over at"), null=True, blank=True)

    objects: ClassVar = RegistryImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import into the registry")
        verbose_name_plural = _("imports into the registry")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["moved_at"],
                condition=models.Q(state__in=["reading", "taking"]),
                name="registry_import_at_work",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RowOutcome(models.TextChoices):
    NEW = "new", pgettext_lazy("row of a file", "new")
    CHANGED = "changed", pgettext_lazy("row of a file", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("row of a file", "unchanged")
    REFUSED = "refused", pgettext_lazy("row of a file", "refused")


class ImportRow(models.Model):
    """One row of such a file, and what would come of it."""

    of = models.ForeignKey(RegistryImport, models.CASCADE, related_name="staged", verbose_name=_("import"))
    # As the reader of the file counts, the header being 1.
    number = models.PositiveIntegerField(_("row"))
    code = models.CharField(_("code"), max_length=200)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowOutcome)
    problems = models.JSONField(_("problems"), default=list)
    # As they stand in the file, but of unchanged rows: to be taken over, or to be mended and sent again.
    cells = models.JSONField(default=list)
    # What was shown before taking over: field → [before, after].
    said = models.JSONField(_("what changes"), default=dict)
    is_done = models.BooleanField(_("taken over"), default=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["of_id", "number"]
        indexes = [models.Index(fields=["of", "outcome", "number"], name="import_row_outcome")]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"
