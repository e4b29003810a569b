"""Where people are logged in, and what the sign-in service's groups mean here."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from grids.models.area import Area
from grids.models.organisation import Organisation
from grids.models.staff import Role, User


class SignInQuerySet(models.QuerySet["SignIn"]):
    def open(self) -> SignInQuerySet:
        """Those whose session still lasts."""
        return self.filter(session__expire_date__gt=clock.now())


class SignIn(models.Model):
    """One log-in of a person on one device; it goes with its session."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="sign_in")
    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins", verbose_name=_("person"))
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    browser = models.CharField(_("browser"), max_length=255, blank=True)
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"))

    objects: ClassVar = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        ordering = ["-seen_at", "-pk"]

    @property
    def device(self) -> str:
        """The browser and the system it says it runs on, in short; "" when it says nothing known."""
        return " · ".join(
            name for name in (_first(_BROWSERS, self.browser), _first(_SYSTEMS, self.browser)) if name
        )


# In this order: each of them also says the names of those after it.
_BROWSERS = {
    "MicroMessenger": "WeChat",
    "DingTalk": "DingTalk",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def _first(names: dict[str, str], browser: str) -> str:
    return next((name for said, name in names.items() if said in browser), "")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ClaimPost(models.Model):
    """A post that whoever belongs to a group at the sign-in service holds here."""

    group = models.CharField(_("group at the sign-in service"), max_length=200)
    role = models.CharField(_("role"), max_length=12, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))

    class Meta:
        verbose_name = _("post by group")
        verbose_name_plural = _("posts by group")
        ordering = ["group", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "role", "organisation", "area"],
                name="claim_post_once",
                violation_error_message=_("This group has this post already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.group} → {self.get_role_display()} · {self.organisation}"


# What the libraries write down of log-ins, in our words.


class WrongTries(AccessAttempt):  # type: ignore[misc]
    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("wrong tries to log in")


class LogInRecord(AccessLog):  # type: ignore[misc]
    class Meta:
        proxy = True
        verbose_name = _("log-in or log-out")
        verbose_name_plural = _("log-ins and log-outs")


class LinkedAccount(SocialAccount):  # type: ignore[misc]
    class Meta:
        proxy = True
        verbose_name = _("account of the sign-in service")
        verbose_name_plural = _("accounts of the sign-in service")
