"""When a district works: the slots of a day and the days that differ from the week."""

import re
import zoneinfo
from typing import Any, ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridgov.days import plausible_day


class Holidays(models.TextChoices):
    CHINA = "china", _("China's public holidays and make-up workdays")
    NONE = "none", _("Monday to Friday, no public holidays")


def default_slots() -> list[list[str]]:
    """Half past eight to noon and two to half past five: 7 hours."""
    return [["08:30", "12:00"], ["14:00", "17:30"]]


def minutes_of_day(moment: str) -> int:
    """Minutes from midnight to "HH:MM", up to "24:00"; ValueError for anything else."""
    match = re.fullmatch(r"(\d\d):([0-5]\d)", moment)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minutes <= 24 * 60:
        raise ValueError(moment)
    return minutes


def check_slots(value: Any) -> None:
    """Refuse slots that are not ordered, disjoint pairs of "HH:MM" within one day."""
    try:
        edges = [minutes_of_day(edge) for start, end in value for edge in (start, end)]
    except (TypeError, ValueError):
        edges = []
    # Two slots may touch, but none may be empty.
    ordered = all(start < end for start, end in zip(edges[::2], edges[1::2], strict=True))
    if not edges or not ordered or edges != sorted(edges):
        raise ValidationError(
            _('Give the slots in order, as [["08:30", "12:00"], ["14:00", "17:30"]].'), code="bad_slots"
        )


def check_timezone(value: str) -> None:
    """Refuse a name that is not in the time zone database."""
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("There is no time zone of this name."), code="bad_timezone") from None


class WorkingCalendar(models.Model):
    """The working time of one district; deadlines in working hours and days count by it."""

    district_code = models.CharField(_("district code"), max_length=12, unique=True)
    timezone = models.CharField(
        _("time zone"), max_length=40, default="Asia/Shanghai", validators=[check_timezone]
    )
    slots = models.JSONField(_("slots of a working day"), default=default_slots, validators=[check_slots])
    holidays = models.CharField(_("holidays"), max_length=8, choices=Holidays, default=Holidays.CHINA)
    loaded_through = models.PositiveSmallIntegerField(
        _("complete through year"),
        null=True,
        blank=True,
        help_text=_(
            "Last year whose holidays and make-up days all stand in the list below. "
            "Years that the built-in calendar knows need nothing here."
        ),
    )
    # The database sets it, so that every cache notices every edit, even one made in psql.
    revision = models.BigIntegerField(_("revision"), default=0, editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["district_code"]
        triggers = [
            pgtrigger.Trigger(
                name="calendar_new_revision",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # A number from a sequence, not revision + 1: an edit that is rolled back must not
                # leave its number to the next one, or a cache would take the two for the same.
                func="""
                    NEW.revision = nextval(pg_get_serial_sequence('gridgov_workingcalendar', 'id'));
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.district_code


class CalendarDay(models.Model):
    """A day that staff declared working or free, against the week and the built-in holidays."""

    calendar = models.ForeignKey(
        WorkingCalendar, models.CASCADE, related_name="days", verbose_name=_("calendar")
    )
    date = models.DateField(_("date"), validators=[plausible_day])
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60, blank=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once")]
        triggers = [
            pgtrigger.Trigger(
                name="calendar_day_edited",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    UPDATE gridgov_workingcalendar SET revision = 0
                     WHERE id IN (OLD.calendar_id, NEW.calendar_id);
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="calendar_days_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Truncate,
                func="UPDATE gridgov_workingcalendar SET revision = 0; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()
