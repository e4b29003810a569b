"""The roll-up that duties are counted from: one row for each stage of a case in one pair of hands."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from assessment.models.case_fact import its
from cases.models import Case, Stage
from cases.workflow import Action
from grids.models import Area, AreaLevel, Organisation, User


class StageFact(models.Model):
    """What became of one stage of a case with whoever had it; thrown away and made again from the timeline at any time.

    Work of a centre that climbs goes on in other hands, so it is another row; with a unit or an inspector it stays one
    row, due when it was first missed. A row of which the timeline has passed the end never changes any more but for the
    moments below, each told by a later row of the timeline: so whatever was true at a moment can still be told.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False)
    # The rows of the timeline that began and ended it.
    seq = models.PositiveIntegerField()
    ended_seq = models.PositiveIntegerField(null=True)
    stage = models.CharField(max_length=12, choices=Stage)
    began_by = models.CharField(max_length=16, choices=Action)
    ended_by = models.CharField(max_length=16, choices=Action, blank=True)

    # Whose duty it was: the centre's, from dispatching on the unit's too; and where.
    holder = its(Organisation)
    level = models.PositiveSmallIntegerField(choices=AreaLevel)
    unit = its(Organisation)
    # Who ended it by doing it; of a look that nobody took in time, the inspector who answers for the grid.
    person = its(User)
    # Who sat at the holder's seat when it began.
    shift_leader = its(User)
    district = its(Area)
    street = its(Area)
    subdistrict = its(Area)
    community = its(Area)
    grid = its(Area)

    began_at = models.DateTimeField()
    # As the timeline heard of it, and when it was done.
    ended_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # When it was due first, of what was missed; when it was due at last, of all else.
    due_at = models.DateTimeField(null=True)
    # Minutes of its own clock.
    minutes = models.PositiveIntegerField(default=0)

    # What happened meanwhile, first of its kind.
    extended_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    deferred_at = models.DateTimeField(null=True)
    # The unit wanted to give it back and was told that it had no reason to.
    kept_at = models.DateTimeField(null=True)
    # What followed: of handling the verdict on it, of dispatching another unit that got it instead.
    followed_by = models.CharField(max_length=16, choices=Action, blank=True)
    followed_at = models.DateTimeField(null=True)
    # Of the case.
    voided_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="stage_fact_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | Q(ended_at__isnull=False), name="stage_fact_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "due_at"], name="stage_fact_due"),
            models.Index(fields=["stage", "ended_at"], name="stage_fact_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage} {self.seq}"


def stage_name(stage: str) -> str:
    """A stage in a word; the name of handling itself speaks of its limits."""
    return _("handling") if stage == Stage.HANDLING else str(Stage(stage).label)
