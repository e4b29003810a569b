"""The roll-up that figures are added up from: one narrow row for each case."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from cases.models import Case, CaseClass, Channel, MajorClass
from cases.workflow import Status
from grids.models import Area, Organisation, User


def its(model: type[models.Model]) -> Any:
    """A copy of one of the case's own columns: nothing is checked twice, and what has no index here is only counted."""
    return models.ForeignKey(
        model, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )


class CaseFact(models.Model):
    """What became of one case up to a row of its timeline; thrown away and made again from it at any time."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    # The row of the timeline up to which this is true.
    version = models.PositiveIntegerField()

    district = its(Area)
    street = its(Area)
    subdistrict = its(Area)
    community = its(Area)
    grid = its(Area)
    case_class = its(CaseClass)
    major = its(MajorClass)
    unit = its(Organisation)
    channel = models.CharField(max_length=10, choices=Channel)
    reporter = its(User)
    # Who answered for the grid when it was reported.
    inspector = its(User)

    reported_at = models.DateTimeField()
    # Of the report, where the district is; 1 is Monday.
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField()

    status = models.CharField(max_length=12, choices=Status)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_settled = models.BooleanField()
    is_deferred = models.BooleanField()
    # See `cases.outcomes`.
    registered_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    handled_in_time = models.BooleanField(null=True)
    handling_minutes = models.PositiveIntegerField(null=True)
    reworks = models.PositiveSmallIntegerField()
    # But for a wrong address, which is nobody's fault and counts apart.
    returns = models.PositiveSmallIntegerField()
    wrong_addresses = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hour__range=(0, 23), weekday__range=(1, 7)), name="case_fact_time_of_report"
            )
        ]
        indexes = [
            models.Index(fields=[name, "day"], name=f"case_fact_{name}")
            for name in ("district", "street", "subdistrict", "community", "grid", "unit")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}"


class FactsRead(models.Model):
    """How far the timeline has been read into facts; one row."""

    event_id = models.BigIntegerField(default=0)
    read_at = models.DateTimeField()

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="facts_read_one_row")]

    def __str__(self) -> str:
        return str(self.event_id)
