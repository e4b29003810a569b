"""What hotlines, petition offices and media hand over under numbers of their own, and the files they send it in."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.case import Case, Channel
from grids.models import Organisation, User

CHANNELS = [Channel.HOTLINE, Channel.LEADER, Channel.MEDIA, Channel.SYSTEM]


@pghistory.track()
class RequestSource(models.Model):
    """Who hands matters over, such as the city's hotline 12345 or the petition office.

    Replies go to the notice addresses of its organisation.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    channel = models.CharField(
        _("channel"), max_length=10, choices=[(one.value, one.label) for one in CHANNELS]
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="request_sources",
        verbose_name=_("organisation that hears the replies"),
    )
    # Heading of its files → the field it fills, as somebody chose them last.
    columns = models.JSONField(_("columns of its files"), default=dict, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("source of requests")
        verbose_name_plural = _("sources of requests")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ForwardedRequest(models.Model):
    """One matter that a source has handed over, under the source's own number: taken once, however often it comes."""

    source = models.ForeignKey(
        RequestSource, models.PROTECT, related_name="requests", verbose_name=_("source")
    )
    number = models.CharField(_("the source's own number"), max_length=60)
    case = models.OneToOneField(
        Case, models.PROTECT, related_name="forwarded_request", verbose_name=_("case")
    )
    # When the citizen called or wrote, by the source's word; the case's clocks begin when it arrives here.
    called_at = models.DateTimeField(_("called or written"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("forwarded request")
        verbose_name_plural = _("forwarded requests")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="forwarded_request_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"


class FileState(models.TextChoices):
    PREVIEW = "preview", _("to be looked at")
    TAKING = "taking", _("being taken over")
    DONE = "done", _("taken over")


class RequestFile(models.Model):
    """A source's file: read, its columns mapped and its rows shown, and only then taken over."""

    source = models.ForeignKey(RequestSource, models.PROTECT, related_name="files", verbose_name=_("source"))
    name = models.CharField(_("name of the file"), max_length=200)
    header = models.JSONField(_("columns"), default=list)
    # Position of a column, as text → the field it fills.
    mapping = models.JSONField(_("what the columns hold"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=FileState, default=FileState.PREVIEW)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    # When a worker last got on with it; what stands still is begun anew.
    moved_at = models.DateTimeField(editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("file of requests")
        verbose_name_plural = _("files of requests")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class RequestOutcome(models.TextChoices):
    """What came of a row."""

    TAKEN = "taken", pgettext_lazy("row of a file", "taken over")
    KNOWN = "known", pgettext_lazy("row of a file", "known already")
    REFUSED = "refused", pgettext_lazy("row of a file", "refused")


class RequestRow(models.Model):
    """One row of such a file; its cells go once it is taken over, for they name people."""

    of = models.ForeignKey(RequestFile, models.CASCADE, related_name="rows", verbose_name=_("file"))
    # As the reader of the file counts, the header being 1.
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(default=list)
    # Empty until it is taken over.
    outcome = models.CharField(_("outcome"), max_length=8, choices=RequestOutcome, blank=True)
    problems = models.JSONField(_("problems"), default=list)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("row of a file of requests")
        verbose_name_plural = _("rows of files of requests")
        ordering = ["of_id", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="request_row_once")]

    def __str__(self) -> str:
        return str(self.number)
