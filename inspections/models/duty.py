"""Who is out when and where they walked, and what they write down of the day."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.counting import percent_of
from gridgov.models import Photo
from grids.models import Area, Post, User


class Duty(models.Model):
    """The time between going on duty and going off duty, both by the inspector's own hand."""

    user = models.ForeignKey(User, models.PROTECT, related_name="duties", verbose_name=_("person"))
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    started_at = models.DateTimeField(_("on duty from"))
    ended_at = models.DateTimeField(_("to"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["user", "-started_at"], name="duty_of_person")]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="duty_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="duty_times"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.started_at:%Y-%m-%d %H:%M}"


class TrackSegment(models.Model):
    """A stretch of the way walked on duty: a line, and when each of its points was passed.

    Thrown away after `TRACK_KEEP_DAYS`; what stays is how much of each grid was covered that day.
    """

    # The phone's own name for it.
    client_uuid = models.UUIDField(_("client's id"))
    duty = models.ForeignKey(
        Duty, models.CASCADE, related_name="segments", db_index=False, verbose_name=_("duty")
    )
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"))
    path = models.LineStringField(_("way"), srid=4326)
    # Seconds after `started_at`, one for each point: the measures of the line.
    seconds = ArrayField(models.PositiveIntegerField(), verbose_name=_("seconds"))
    received_at = models.DateTimeField(_("received"), default=clock.now, null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("stretch of a track")
        verbose_name_plural = _("stretches of tracks")
        ordering = ["duty_id", "started_at"]
        indexes = [
            models.Index(fields=["started_at"], name="track_segment_day"),
            # Where somebody was last seen.
            models.Index(fields=["duty", "-ended_at"], name="track_segment_last"),
            # Of which days something came last night.
            BrinIndex(fields=["received_at"], name="track_segment_received"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["duty", "client_uuid"], name="track_segment_once"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="track_segment_times"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.started_at:%H:%M}"


class GridCoverage(models.Model):
    """How much of a grid was walked on a day: the share of its surface within sight of a track, as far as was known.

    0 where whoever answers for it was on duty and no track came near. When a phone tells of more, that is a row of its
    own, and the one before says since when it no longer holds.
    """

    day = models.DateField(_("day"))
    grid = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("grid"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    # Whoever answered for the grid and was on duty that day; nobody where it was only seen from next door.
    inspector = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inspector")
    )
    share = models.FloatField(_("share covered"))
    metres = models.FloatField(_("metres walked"))
    noted_at = models.DateTimeField(_("noted"), default=clock.now)
    superseded_at = models.DateTimeField(_("superseded"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("coverage of a grid")
        verbose_name_plural = _("coverage of grids")
        ordering = ["-day", "grid_id"]
        indexes = [models.Index(fields=["day", "grid"], name="grid_coverage_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "grid"], condition=Q(superseded_at=None), name="grid_coverage_once_a_day"
            ),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="grid_coverage_share"),
        ]

    def __str__(self) -> str:
        return f"{self.grid} {self.day}: {percent_of(self.share)} %"


class DiaryQuerySet(models.QuerySet["DiaryEntry"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> DiaryQuerySet:
        """One's own; those of their area to who leads there."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        ways = Q(author=user)
        for post in user.current_posts:
            if post.role in ("grid_leader", "supervisor", "leader"):
                ways |= Q(area__path__startswith=post.area.path)
        return self.filter(ways)


class DiaryEntry(models.Model):
    """A page of the diary of people's matters (民情日记): what an inspector heard and saw; rated by the leader."""

    client_uuid = models.UUIDField(_("client's id"))
    author = models.ForeignKey(User, models.PROTECT, related_name="diary", verbose_name=_("author"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    written_at = models.DateTimeField(_("written at"))
    # Later than it was written, where that was without signal.
    received_at = models.DateTimeField(_("received"), default=clock.now)
    text = models.TextField(_("text"), max_length=4000)
    photos = models.ManyToManyField(Photo, blank=True, related_name="+", verbose_name=_("photos"))
    rating = models.PositiveSmallIntegerField(
        _("rating"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    rated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rated by")
    )
    rated_at = models.DateTimeField(_("rated at"), null=True, blank=True)

    objects: ClassVar = DiaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("diary entry")
        verbose_name_plural = _("diary entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["author", "-id"], name="diary_of_person"),
            models.Index(fields=["area", "-id"], name="diary_of_area"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "client_uuid"], name="diary_once_per_client_uuid"),
            models.CheckConstraint(
                condition=Q(rating=None, rated_at=None) | Q(rating__range=(1, 5), rated_at__isnull=False),
                name="diary_rating",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class DiaryRating(models.Model):
    """What a page was rated at, and until when: whoever rated it may think again, and what held before stays."""

    entry = models.ForeignKey(
        DiaryEntry, models.CASCADE, related_name="ratings", verbose_name=_("diary entry")
    )
    rating = models.PositiveSmallIntegerField(
        _("rating"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("rated by")
    )
    at = models.DateTimeField(_("rated at"))
    superseded_at = models.DateTimeField(_("superseded"), null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("rating of a diary entry")
        verbose_name_plural = _("ratings of diary entries")
        ordering = ["entry_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(superseded_at=None), name="diary_rating_one_holds"
            ),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="diary_rating_of_five"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.rating}"
