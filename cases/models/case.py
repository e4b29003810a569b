"""The case."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.db.models.functions import Right
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.models.case_triggers import TRIGGERS
from cases.models.catalogue import CaseClass, Condition, Publicity
from cases.workflow import ASKING, OPEN, TIMED, Status
from gridgov.worktime import WorkingTime, working_time_of
from grids.models import Area, AreaLevel, AreaVersion, GridObject, Organisation, User

# The 4,000 characters of Open311, and a few lines about what came with them.
LONGEST_DESCRIPTION = 6000


class Channel(models.TextChoices):
    INSPECTOR = "inspector", _("inspector")
    CITIZEN = "citizen", _("citizen")
    HOTLINE = "hotline", _("hotline")
    SYSTEM = "system", _("another system")
    MEDIA = "media", _("media")
    LEADER = "leader", _("leader")


class UrgingLevel(models.IntegerChoices):
    """How pressing an urging (督办) is."""

    REMINDER = 1, _("reminder")
    PRESSING = 2, _("pressing")
    LEADER = 3, _("by the leader")


class Grams(models.Func):
    """The characters of two texts and their pairs, in small letters, as the index of words holds them.

    The function is made by migration 0011; `cases.search` asks for it.
    """

    function = "case_grams"
    output_field = ArrayField(models.TextField())


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> CaseQuerySet:
        """The cases a person may see: of the areas and units of their posts, and those they reported."""
        from cases.permissions import seen_by  # noqa: PLC0415 - permissions judge models, so they import them

        return self.filter(seen_by(user))

    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN)

    def public(self) -> CaseQuerySet:
        """The cases that strangers may know of: open or closed, of a class that is not private, and not withheld."""
        return (
            self.filter(status__in=[*OPEN, Status.CLOSED], case_class__isnull=False)
            .exclude(case_class__publicity=Publicity.PRIVATE)
            .exclude(publication__is_withheld=True)
        )


class Case(models.Model):
    """One matter in one place: something is wrong and has to be put right, from report to close.

    `status`, `holder`, `unit` and the stage's clock change only through `services.steps.take_step`.
    """

    number = models.CharField(_("number"), max_length=30, unique=True)
    # The sequence number of the last timeline row.
    version = models.PositiveIntegerField(_("version"), default=1)

    case_class = models.ForeignKey(
        CaseClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
        verbose_name=_("class"),
    )
    condition = models.ForeignKey(
        Condition, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("condition")
    )
    description = models.TextField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.INSPECTOR)
    external_id = models.CharField(_("the channel's own number"), max_length=60, blank=True)

    # What it is about, where that stands in the registry.
    object = models.ForeignKey(
        GridObject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
        verbose_name=_("object"),
    )
    # The chosen place, and where the device said it was: both are kept.
    point = models.PointField(_("place"), srid=4326, null=True, blank=True, spatial_index=False)
    device_point = models.PointField(
        _("device's position"), srid=4326, null=True, blank=True, spatial_index=False
    )
    accuracy_m = models.FloatField(_("accuracy in m"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    district = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name=_("district")
    )
    street = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("street or town")
    )
    subdistrict = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="+", verbose_name=_("sub-district area")
    )
    community = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("community or village"),
    )
    grid = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("grid")
    )
    grid_version = models.ForeignKey(
        AreaVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("area version"),
    )

    reporter = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="reported_cases",
        db_index=False,
        verbose_name=_("reporter"),
    )
    reported_at = models.DateTimeField(_("reported"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    settled_on_the_spot = models.BooleanField(_("settled on the spot"), default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged_cases", verbose_name=_("merged into")
    )

    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.REPORTED)
    holder = models.ForeignKey(
        Organisation, models.PROTECT, related_name="held_cases", db_index=False, verbose_name=_("holder")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=AreaLevel)
    unit = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="unit_cases",
        db_index=False,
        verbose_name=_("unit"),
    )

    # The clock of the present stage.
    stage_started_at = models.DateTimeField(_("stage began"))
    stage_minutes = models.FloatField(_("minutes of the stage"), null=True)
    stage_round_the_clock = models.BooleanField(_("round the clock"), default=False)
    stage_warn_at = models.DateTimeField(_("warning at"), null=True)
    stage_due_at = models.DateTimeField(_("due"), null=True)
    # When the sweep moves it up: once it is due, and at the top level, where it stays overdue, at each ring.
    climb_at = models.DateTimeField(_("moves up at"), null=True)
    is_warned = models.BooleanField(_("warned"), default=False)
    # While suspended: until when, and the minutes that were left.
    suspended_until = models.DateTimeField(_("suspended until"), null=True)
    minutes_left = models.IntegerField(_("minutes left"), null=True)
    # On the supervision list (督办) since.
    supervised_at = models.DateTimeField(_("under supervision since"), null=True)
    # What the unit asked for and nobody has decided yet.
    request = models.CharField(
        _("request"), max_length=16, choices=[(a, a.label) for a in ASKING], blank=True
    )
    # The highest level of the urgings (督办) that nobody has answered; none where nobody waits for an answer.
    urged_level = models.PositiveSmallIntegerField(_("urged"), choices=UrgingLevel, null=True)
    # Deferred (缓办) since: it counts in no rate from then on, also after it goes on.
    deferred_at = models.DateTimeField(_("deferred since"), null=True)
    # An emergency since: its clock runs at night and on days off.
    emergency_at = models.DateTimeField(_("emergency since"), null=True)
    # The units that do a part of it beside the one that leads; what each of them did is on the timeline.
    joint_unit_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("joint units"), default=list, blank=True
    )
    # Across borders: the line or the points, and the areas it touches besides those of its place.
    extent = models.GeometryField(_("extent"), srid=4326, null=True, blank=True, spatial_index=False)
    more_area_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("more areas"), default=list, blank=True
    )
    # A due time that somebody outside was promised; it stands for the first handling limit.
    promised_due_at = models.DateTimeField(_("promised"), null=True, blank=True)

    objects: ClassVar = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grid=None) | Q(grid_version__isnull=False), name="case_grid_has_version"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into=None)),
                name="case_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SUSPENDED)
                | Q(suspended_until__isnull=False, stage_due_at=None)
                & (Q(minutes_left__isnull=False) | Q(stage_minutes=None)),
                name="case_suspended_until_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.DISPATCHED, Status.HANDLING, Status.SUSPENDED])
                | Q(unit__isnull=False),
                name="case_with_unit",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.REGISTERED, Status.DISPATCHED, Status.HANDLING])
                | Q(case_class__isnull=False),
                name="case_registered_has_class",
            ),
        ]
        indexes = [
            # Queues by time left.
            models.Index(
                fields=["holder", "status", "stage_due_at", "id"],
                name="case_holder_queue",
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                fields=["unit", "status", "stage_due_at", "id"],
                name="case_unit_queue",
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                fields=["district", "stage_due_at", "id"],
                name="case_district_due",
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                fields=["street", "stage_due_at", "id"], name="case_street_due", condition=Q(status__in=OPEN)
            ),
            models.Index(
                fields=["community", "stage_due_at", "id"],
                name="case_community_due",
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                fields=["grid", "stage_due_at", "id"], name="case_grid_due", condition=Q(status__in=OPEN)
            ),
            models.Index(
                fields=["reporter", "stage_due_at", "id"],
                name="case_reporter_due",
                condition=Q(status__in=OPEN),
            ),
            # The map, what is nearby, and reports of the same matter.
            # (Its fields alone Django would make an index of all cases.)
            GistIndex(
                OpClass("point", "gist_geometry_ops_2d"), name="case_point", condition=Q(status__in=OPEN)
            ),
            # Reports of the same matter that are closed already.
            GistIndex(
                OpClass("point", "gist_geometry_ops_2d"),
                name="case_point_closed",
                condition=Q(closed_at__isnull=False),
            ),
            # The sweep.
            models.Index(fields=["climb_at"], name="case_climb", condition=Q(status__in=TIMED)),
            models.Index(
                fields=["stage_warn_at"], name="case_warn", condition=Q(status__in=TIMED, is_warned=False)
            ),
            models.Index(
                fields=["suspended_until"], name="case_suspended", condition=Q(status=Status.SUSPENDED)
            ),
            # All cases, newest first.
            models.Index(fields=["district", "-id"], name="case_district"),
            models.Index(fields=["street", "-id"], name="case_street"),
            models.Index(fields=["community", "-id"], name="case_community"),
            models.Index(fields=["grid", "-id"], name="case_grid"),
            models.Index(fields=["reporter", "-id"], name="case_reporter"),
            models.Index(fields=["unit", "-id"], name="case_unit"),
            models.Index(fields=["case_class", "-id"], name="case_class"),
            models.Index(fields=["status", "-id"], name="case_status"),
            models.Index(
                fields=["supervised_at"],
                name="case_supervised",
                condition=Q(supervised_at__isnull=False, status__in=OPEN),
            ),
            models.Index(fields=["district", "request"], name="case_request", condition=~Q(request="")),
            # Hardly any case has either; `cases.permissions` asks in these words.
            GinIndex(fields=["joint_unit_ids"], name="case_joint_units", condition=~Q(joint_unit_ids=[])),
            GinIndex(fields=["more_area_ids"], name="case_more_areas", condition=~Q(more_area_ids=[])),
            models.Index(
                fields=["emergency_at"], name="case_emergency", condition=Q(emergency_at__isnull=False)
            ),
            # The part of a number that people say to each other.
            models.Index(Right("number", 6), F("id").desc(), name="case_running_number"),
            models.Index(fields=["external_id"], name="case_external_id", condition=~Q(external_id="")),
            # Words of description and address, Chinese ones too.
            GinIndex(Grams("description", "address"), name="case_words"),
            # What an object's page lists, and the re-checks that closed cases lead to.
            models.Index(fields=["object", "-id"], name="case_object", condition=Q(object__isnull=False)),
            models.Index(
                fields=["closed_at"],
                name="case_of_object_closed",
                condition=Q(object__isnull=False, closed_at__isnull=False),
            ),
            # What strangers ask for by the time of its report.
            models.Index(fields=["-reported_at", "-id"], name="case_reported"),
            # What strangers are told was closed lately.
            models.Index(fields=["closed_at"], name="case_closed_lately", condition=Q(status=Status.CLOSED)),
            # Whose words and photos somebody has to look over.
            models.Index(fields=["closed_at"], name="case_of_citizens", condition=Q(channel="citizen")),
        ]
        triggers = TRIGGERS

    def __str__(self) -> str:
        return self.number

    @property
    def area_ids(self) -> set[int]:
        """Ids of the areas the case lies in, district to grid."""
        ids = (self.district_id, self.street_id, self.subdistrict_id, self.community_id, self.grid_id)
        return {pk for pk in ids if pk is not None}

    @property
    def touched_area_ids(self) -> set[int]:
        """Ids of all areas that see the case: those it lies in, and those that a line or further points touch."""
        return self.area_ids | set(self.more_area_ids)

    @property
    def district_code(self) -> str:
        # The number begins with it, which saves reading the district for every step.
        return self.number.partition("-")[0] or self.district.code

    @cached_property
    def working_time(self) -> WorkingTime:
        """The working time of the case's district."""
        return working_time_of(self.district_code)

    @property
    def counts_working_time(self) -> bool:
        """Whether the clock of the present stage stands at night and on days off."""
        return self.stage_due_at is not None and not self.stage_round_the_clock

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_placed(self) -> bool:
        return self.grid_id is not None


class CaseCounter(models.Model):
    """The last case number given in a district on a day."""

    district = models.ForeignKey(Area, models.PROTECT, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField()

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "day"], name="case_counter_key")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.day}: {self.last}"
