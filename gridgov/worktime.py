"""Working time: what a limit comes to, and how much of it has gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """Units of a time limit (GB/T 30428): 紧急工作时, 工作时, 工作日."""

    URGENT_HOUR = "urgent_hour", _("urgent hours")
    WORKING_HOUR = "working_hour", _("working hours")
    WORKING_DAY = "working_day", _("working days")
