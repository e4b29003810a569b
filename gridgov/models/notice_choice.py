"""How people want to be told, and in which words."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gridgov.models.notice import NoticeKind


class NoticeChoice(models.Model):
    """What a person does not want outside the in-app list, and when they want quiet; urgent notices pass over both.

    Who has chosen nothing hears of everything at any time.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notice_choice",
        verbose_name=_("person"),
    )
    # What is left out rather than what is wanted: a kind that comes with the next release is heard of.
    no_email = ArrayField(
        models.CharField(max_length=12, choices=NoticeKind),
        default=list,
        blank=True,
        verbose_name=_("no e-mail"),
    )
    no_push = ArrayField(
        models.CharField(max_length=12, choices=NoticeKind),
        default=list,
        blank=True,
        verbose_name=_("no web push"),
    )
    # Local time; one that ends no later than it begins ends on the next day.
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | (Q(quiet_from__isnull=False, quiet_to__isnull=False) & ~Q(quiet_from=F("quiet_to"))),
                name="notice_choice_quiet",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class PushSubscription(models.Model):
    """One browser that shows notices even when no page is open: a staff member's, or that of somebody outside.

    `subject` names those without an account, "follower:12"; the app that knows them finds them by it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="push_subscriptions",
        verbose_name=_("person"),
    )
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    # Whoever knows these can show something on that screen: they stay out of the admin and the logs.
    endpoint = models.CharField(_("address"), max_length=1000)
    p256dh = models.CharField(_("key"), max_length=120)
    auth = models.CharField(_("shared secret"), max_length=60)
    since = models.DateTimeField(_("since"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) & ~Q(subject="") | Q(user__isnull=False, subject=""),
                name="push_one_owner",
            ),
            models.UniqueConstraint(
                fields=["endpoint"], condition=Q(user__isnull=False), name="push_one_person"
            ),
            models.UniqueConstraint(
                fields=["subject", "endpoint"], condition=~Q(subject=""), name="push_subject_endpoint"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else self.subject


class NoticeTemplate(models.Model):
    """An event's words in one language, in place of the shipped ones."""

    event = models.CharField(_("event"), max_length=60)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    text = models.CharField(_("text"), max_length=500)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("text of notices")
        verbose_name_plural = _("texts of notices")
        ordering = ["event", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "language"],
                name="notice_template_once",
                violation_error_message=_("This event has a text in this language already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.language})"
