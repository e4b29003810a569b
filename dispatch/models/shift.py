"""The duty rota (值班): who sits at which seat or walks which area when, and how a shift is handed over."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.said_once import said_once
from gridgov import clock
from grids.models import Area, Organisation, User


class Shift(models.Model):
    """One person's shift at a centre's seat, or in an area."""

    user = models.ForeignKey(User, models.PROTECT, related_name="shifts", verbose_name=_("person"))
    # A seat's command centre, or the organisation an inspector works for.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="shifts", verbose_name=_("organisation")
    )
    # Where an inspector walks; none for a seat.
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="shifts", verbose_name=_("area")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    # Handed over: to whom, what was said, how much was open by queue; and when they took it.
    handed_over_at = models.DateTimeField(_("handed over"), null=True)
    handed_over_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed over to")
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)
    open_counts = models.JSONField(_("what was open"), default=dict, blank=True)
    taken_over_at = models.DateTimeField(_("taken over"), null=True)
    # Nobody handed it over in time: the supervisor was told, once.
    told_late_at = models.DateTimeField(_("told that it was late"), null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("duty rota")
        ordering = ["starts_at", "organisation_id", "id"]
        indexes = [
            models.Index(fields=["organisation", "starts_at"], name="shift_of_organisation"),
            models.Index(fields=["user", "starts_at"], name="shift_of_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_times"),
            ExclusionConstraint(
                name="shift_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This person has another shift in that time."),
            ),
            models.CheckConstraint(
                condition=Q(taken_over_at=None)
                | Q(handed_over_at__isnull=False, handed_over_to__isnull=False),
                name="shift_taken_over",
            ),
        ]
        triggers = [
            said_once(
                "signed_once", "taken_over_at", "handed_over_at", "handed_over_to_id", "note", "open_counts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def can_be_handed_over(self) -> bool:
        """Whether it is a seat's, has begun, and nobody handed it over yet."""
        return self.handed_over_at is None and self.area_id is None and self.starts_at <= clock.now()

    @property
    def waits_for_signature(self) -> bool:
        return self.handed_over_at is not None and self.taken_over_at is None
