"""Who is scored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Who is scored."""

    INSPECTOR = "inspector", _("inspectors")
    OPERATOR = "operator", _("operators")
    SHIFT_LEADER = "shift_leader", _("shift leaders")
    DISPATCHER = "dispatcher", _("dispatchers")
    UNIT = "unit", _("departments and units")
    CENTRE = "centre", _("command centres and workstations")
    DISTRICT = "district", _("districts")
    STREET = "street", _("streets")
    COMMUNITY = "community", _("communities")
    GRID = "grid", _("grids")


PEOPLE = (Kind.INSPECTOR, Kind.OPERATOR, Kind.SHIFT_LEADER, Kind.DISPATCHER)
ORGANISATIONS = (Kind.UNIT, Kind.CENTRE)
AREAS = (Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY, Kind.GRID)
