"""People who work here and the posts they hold."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.days import plausible_day
from gridgov.live import area_topic, organisation_topic, person_topic
from grids.models.area import Area
from grids.models.organisation import Organisation


class Role(models.TextChoices):
    INSPECTOR = "inspector", _("grid inspector")
    GRID_LEADER = "grid_leader", _("grid leader")
    OPERATOR = "operator", _("operator")
    DISPATCHER = "dispatcher", _("dispatcher")
    HANDLER = "handler", _("community handler")
    OFFICER = "officer", _("department officer")
    SUPERVISOR = "supervisor", _("supervisor")
    LEADER = "leader", _("leader")
    # The N of a grid's 1 + 2 + N: they report, and nothing else waits for them.
    VOLUNTEER = "volunteer", _("volunteer")


# Where the work of a role waits: out in the street under /m/, or in a queue at the desk.
_HOMES = {
    Role.INSPECTOR: "inspections:today",
    Role.GRID_LEADER: "inspections:today",
    Role.HANDLER: "inspections:today",
    Role.OPERATOR: "cases:intake_list",
    Role.DISPATCHER: "dispatch:dispatch_list",
    Role.OFFICER: "dispatch:unit_list",
    Role.SUPERVISOR: "dispatch:supervisor_list",
    Role.LEADER: "cases:case_list",
    Role.VOLUNTEER: "cases:report_case",
}


class User(AbstractUser):
    """A person with a log-in; what they may do comes from their posts, not from here."""

    display_name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    objects: ClassVar = UserManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("staff member")  # type: ignore[assignment]
        verbose_name_plural = _("staff")  # type: ignore[assignment]
        triggers = [
            # However a password is changed: whoever knew the old one is out everywhere.
            pgtrigger.Trigger(
                name="password_ends_log_ins",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("password"),
                condition=pgtrigger.Q(old__password__df=pgtrigger.F("new__password")),
                func="""
                    DELETE FROM authtoken_token WHERE user_id = NEW.id;
                    DELETE FROM gridgov_pushsubscription WHERE user_id = NEW.id;
                    WITH ended AS (DELETE FROM grids_signin WHERE user_id = NEW.id RETURNING session_id)
                    DELETE FROM django_session WHERE session_key IN (SELECT session_id FROM ended);
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def current_posts(self) -> list[Post]:
        """The posts held today, with organisation and area; read once per request."""
        return list(Post.objects.current().filter(user=self).select_related("organisation", "area"))

    @property
    def live_topics(self) -> set[str]:
        """What this person hears of while it changes: their areas, organisations, and what is for themselves."""
        topics = {
            topic
            for post in self.current_posts
            for topic in (area_topic(post.area_id), organisation_topic(post.organisation_id))
        }
        return topics | {person_topic(self.pk)}

    def as_on(self, day: date) -> User:
        """The same person with the posts held on a day, and after them today's: by these a deed of that day is judged."""
        then = copy(self)
        held = list(Post.objects.current(day).filter(user=self).select_related("organisation", "area"))
        then.current_posts = [*held, *(post for post in self.current_posts if post not in held)]
        return then

    @property
    def home_url(self) -> str:
        """The address where this person's work waits, by the first of their posts; "" for whom nothing waits."""
        if self.current_posts:
            return reverse(_HOMES[Role(self.current_posts[0].role)])
        # Whoever sets things up needs no post for it.
        return reverse("admin:index") if self.is_staff else ""


class PostQuerySet(models.QuerySet["Post"]):
    def stand_ins(self) -> PostQuerySet:
        """Posts held for somebody who is away."""
        return self.filter(deputy_of__isnull=False)

    def between(self, first: date, last: date) -> PostQuerySet:
        """Posts held on some day from the first to the last."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=first), valid_from__lte=last)

    def current(self, on: date | None = None) -> PostQuerySet:
        """Posts held on a day (today's by default) by people who may still log in."""
        day = on or clock.today()
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, user__is_active=True)


# A stand-in under whom nothing was done yet may be taken back; its row goes, its history stays.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Post(models.Model):
    """A role that a person has within an organisation, over an area and everything under it, for a time."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="posts", verbose_name=_("organisation")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="posts", verbose_name=_("area"))
    # Shown to everybody wherever the area is shown: 片长, 网格长, the grid's own inspector.
    is_responsible = models.BooleanField(_("answers for the area"), default=False)
    title = models.CharField(_("title"), max_length=40, blank=True)
    # The post whose holder is away: this one stands in for it, for as long as it is valid.
    deputy_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deputies",
        verbose_name=_("stands in for"),
    )
    # Such a post is ended when the sign-in service no longer names it; one given by hand never is.
    by_claim = models.BooleanField(_("given by the sign-in service"), default=False, editable=False)
    valid_from = models.DateField(_("from"), validators=[plausible_day])
    valid_to = models.DateField(_("to"), null=True, blank=True, validators=[plausible_day])

    objects: ClassVar = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["area_id", "role", "id"]
        indexes = [models.Index(fields=["organisation", "role"], name="post_organisation_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="post_dates"
            ),
            ExclusionConstraint(
                name="post_not_twice_at_once",
                # Whoever stands in for a colleague may hold the same post themselves.
                condition=Q(deputy_of=None),
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This person already holds this post in that time."),
            ),
            ExclusionConstraint(
                name="post_one_deputy_at_a_time",
                condition=Q(deputy_of__isnull=False),
                expressions=[
                    ("deputy_of", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Somebody stands in for this post in that time already."),
            ),
            models.CheckConstraint(
                condition=Q(deputy_of=None) | Q(valid_to__isnull=False), name="post_deputy_for_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"

    @property
    def away(self) -> User:
        """For whom this post is held; only for one that stands in."""
        assert self.deputy_of is not None
        return self.deputy_of.user
