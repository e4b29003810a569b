"""What is to be done outside: tasks, and the plans and campaigns they come from."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseClass
from gridgov.days import plausible_day
from gridgov.errors import invalid
from gridgov.language import in_language
from gridgov.models import Photo
from grids.models import Area, GridObject, ObjectType, Organisation, Role, User
from grids.models.grid_object import serves_residents

DAYS_OF_WEEK = 7


class Rhythm(models.TextChoices):
    TWICE_A_DAY = "twice_a_day", _("twice a day")
    DAILY = "daily", _("daily")
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")


class Skill(models.Model):
    """Something that not everybody can do, such as checking gas: open tasks may ask for it."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=40, blank=True)
    people = models.ManyToManyField(User, blank=True, related_name="skills", verbose_name=_("people"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


@pghistory.track()
class PatrolPlan(models.Model):
    """Patrols by a rhythm in every grid of an area; each day's tasks are made from it."""

    name = models.CharField(_("name"), max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    rhythm = models.CharField(_("rhythm"), max_length=12, choices=Rhythm)
    # 1 Monday … 7 Sunday, or the day of the month; twice a day and daily mean every day.
    on_day = models.PositiveSmallIntegerField(
        _("day of the week or month"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
    )
    types = models.ManyToManyField(
        ObjectType, blank=True, related_name="+", verbose_name=_("objects to look at")
    )
    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill")
    )
    # Otherwise the tasks are open to be grabbed.
    to_grid_inspector = models.BooleanField(_("goes to the grid's inspector"), default=True)
    valid_from = models.DateField(_("from"), validators=[plausible_day])
    valid_to = models.DateField(_("to"), null=True, blank=True, validators=[plausible_day])

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("patrol plan")
        verbose_name_plural = _("patrol plans")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="patrol_plan_dates",
                violation_error_message=_("It ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.rhythm == Rhythm.WEEKLY and (self.on_day or 0) > DAYS_OF_WEEK:
            raise invalid("on_day", gettext("A week has the days 1, Monday, to 7, Sunday."), "no_weekday")


@pghistory.track()
class Campaign(models.Model):
    """A theme for some weeks: objects of certain types in an area, and the share of them to be visited.

    Or places where cases of one class come again and again (未诉先办): then each grid that has such a place gets a task,
    which whoever walks there finishes.
    """

    theme = models.CharField(_("theme"), max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    types = models.ManyToManyField(ObjectType, related_name="+", verbose_name=_("types of objects"))
    departments = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("departments whose items are asked")
    )
    starts_on = models.DateField(_("from"), validators=[plausible_day])
    ends_on = models.DateField(_("to"), validators=[plausible_day])
    target_percent = models.PositiveSmallIntegerField(
        _("share to be visited, %"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    case_class = models.ForeignKey(
        CaseClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("class of the cases"),
    )
    places = models.MultiPointField(_("places"), srid=4326, null=True, blank=True, spatial_index=False)
    # What is to be looked at there, in the words of who made it.
    note = models.TextField(_("what to look at"), max_length=2000, blank=True)
    maker = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("made by")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="campaign_dates",
                violation_error_message=_("It ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.theme


class TaskKind(models.TextChoices):
    PATROL = "patrol", _("patrol")
    CAMPAIGN = "campaign", _("campaign")
    RECHECK = "recheck", _("re-check")
    CHECK = "check", _("check before registration")
    VERIFICATION = "verification", _("verification")
    ORDER = "order", pgettext_lazy("task kind", "order")


class TaskState(models.TextChoices):
    OPEN = "open", _("open to be grabbed")
    ASSIGNED = "assigned", _("assigned")
    BEGUN = "begun", _("begun")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


PENDING = (TaskState.OPEN, TaskState.ASSIGNED, TaskState.BEGUN)
_SEES_AREA = {Role.INSPECTOR, Role.GRID_LEADER, Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER}


class TaskQuerySet(models.QuerySet["Task"]):
    def pending(self) -> TaskQuerySet:
        return self.filter(state__in=PENDING)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> TaskQuerySet:
        """One's own, and those in the area of a current post; at private objects only for those who serve there."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        public = Q(object=None) | Q(object__type__is_private=False)
        ways = [
            Q(area__path__startswith=post.area.path) & (Q() if serves_residents(post) else public)
            for post in user.current_posts
            if post.role in _SEES_AREA
        ]
        return self.filter(reduce(or_, ways, Q(assignee=user)))


class Task(models.Model):
    """Something that somebody is to do outside, in a grid or at an object, until a time."""

    kind = models.CharField(_("kind"), max_length=12, choices=TaskKind)
    title = models.CharField(pgettext_lazy("task", "title"), max_length=120)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    # A grid, or a larger area for what lies outside every grid.
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    object = models.ForeignKey(
        GridObject, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("object")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("case")
    )
    finding = models.ForeignKey(
        "inspections.Finding",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rechecks",
        verbose_name=_("finding"),
    )
    plan = models.ForeignKey(
        PatrolPlan, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("plan")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("campaign")
    )
    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill")
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)
    starts_at = models.DateTimeField(_("from"))
    due_at = models.DateTimeField(pgettext_lazy("task", "until"))
    state = models.CharField(_("state"), max_length=10, choices=TaskState, default=TaskState.OPEN)
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("who")
    )
    # A grabbed task that is not begun by then goes back.
    begin_by = models.DateTimeField(_("to be begun by"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["assignee", "due_at"], condition=Q(state__in=PENDING), name="task_of_person"
            ),
            models.Index(fields=["area", "due_at"], condition=Q(state__in=PENDING), name="task_of_area"),
            models.Index(fields=["begin_by"], condition=Q(state=TaskState.ASSIGNED), name="task_begin_by"),
            models.Index(fields=["area", "-due_at"], name="task_area_history"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[TaskState.OPEN, TaskState.CANCELLED]) | Q(assignee__isnull=False),
                name="task_in_hand_has_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=TaskState.OPEN) | Q(assignee=None), name="task_open_has_nobody"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("starts_at")), name="task_times"),
            models.UniqueConstraint(
                fields=["plan", "area", "starts_at"],
                condition=Q(plan__isnull=False),
                name="task_once_per_plan_and_time",
            ),
            models.UniqueConstraint(
                fields=["campaign", "area"],
                condition=Q(campaign__isnull=False),
                name="task_once_per_campaign",
            ),
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(kind=TaskKind.RECHECK, state__in=PENDING),
                name="task_one_recheck_pending",
            ),
            # After a case that no visit found; those after findings name them.
            models.UniqueConstraint(
                fields=["object"],
                condition=Q(kind=TaskKind.RECHECK, finding=None, state__in=PENDING),
                name="task_one_recheck_of_object",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind__in=[TaskKind.CHECK, TaskKind.VERIFICATION], state__in=PENDING),
                name="task_one_pending_per_case",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskAction(models.TextChoices):
    MAKE = "make", _("made")
    GRAB = "grab", _("grabbed")
    ASSIGN = "assign", _("assigned")
    BEGIN = "begin", _("begun")
    PUT_BACK = "put_back", _("put back")
    LAPSE = "lapse", _("went back, not begun in time")
    FINISH = "finish", _("done")
    # Somebody who had it was without signal while it went to another, or ended: kept, and nothing else changes.
    BESIDE = "beside", _("done by somebody else than it was given to")
    CANCEL = "cancel", _("cancelled")


class TaskEvent(models.Model):
    """One thing that happened to a task; never changed."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="events", verbose_name=_("task"))
    district = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("district"))
    seq = models.PositiveIntegerField(_("row"))
    action = models.CharField(_("action"), max_length=10, choices=TaskAction)
    # Nobody: the clock.
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    photos = models.ManyToManyField(Photo, blank=True, related_name="+", verbose_name=_("photos"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("event of a task")
        verbose_name_plural = _("events of tasks")
        ordering = ["task_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["task", "seq"], name="task_event_seq")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.task} · {self.get_action_display()}"
