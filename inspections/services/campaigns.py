"""Campaigns: a task for each grid that has such objects or places, done when enough of them were visited."""

from datetime import date, datetime, timedelta

from django.contrib.gis.geos import MultiPoint
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import CaseClass
from gridgov import clock
from gridgov.errors import NotPermitted, invalid
from grids.models import Area, User
from inspections.campaign_progress import progress_by_area
from inspections.models import Campaign, Task, TaskAction, TaskKind, Visit
from inspections.permissions import can_make_campaign
from inspections.services.making import FIRST_INSPECTOR, insert_tasks
from inspections.services.plans import CLOSES, OPENS
from inspections.services.tasks import complete_task, step_of_deed

# A phone without signal sends its visits within a day; whoever comes later finds the task open still.
_LATELY = timedelta(days=2)

_SELECT = {
    "kind": "%(kind)s",
    "title": "source.theme",
    "area_id": "grid.id",
    "district_id": "district.id",
    "campaign_id": "source.id",
    "starts_at": "(source.starts_on + %(opens)s::time) AT TIME ZONE %(zone)s",
    "due_at": "(source.ends_on + %(closes)s::time) AT TIME ZONE %(zone)s",
    "assignee_id": f"({FIRST_INSPECTOR})",
}
_SOURCE = """
    (SELECT campaign.*, NULL::bigint AS skill_id FROM inspections_campaign campaign) source
    JOIN grids_area top ON top.id = source.area_id
    JOIN grids_area grid ON grid.path LIKE top.path || '%%' AND grid.level = 5 AND grid.retired_on IS NULL
    JOIN grids_area district ON district.code = split_part(grid.path, '/', 2)
    WHERE source.starts_on <= %(today)s AND source.ends_on >= %(today)s
      AND NOT EXISTS (
          SELECT 1 FROM inspections_task there WHERE there.campaign_id = source.id AND there.area_id = grid.id
      )
      AND (EXISTS (
          SELECT 1 FROM grids_gridobject object
          JOIN inspections_campaign_types wanted
            ON wanted.objecttype_id = object.type_id AND wanted.campaign_id = source.id
          WHERE object.area_id = grid.id AND object.state NOT IN ('closed', 'removed')
      ) OR (source.places IS NOT NULL AND EXISTS (
          SELECT 1 FROM grids_areaversion version
          WHERE version.area_id = grid.id AND version.valid_to IS NULL AND ST_Intersects(version.outline, source.places)
      )))
"""


@transaction.atomic
def make_campaign_of_places(
    *,
    actor: User,
    theme: str,
    area: Area,
    case_class: CaseClass,
    places: MultiPoint,
    starts_on: date,
    ends_on: date,
    note: str = "",
) -> Campaign:
    """A campaign where cases of a class come again and again (未诉先办); its tasks of today are made at once.

    Raises `NotPermitted` for who neither leads nor commands the area, ValidationError for dates that do not fit.
    """
    if not can_make_campaign(actor, area):
        raise NotPermitted("make_campaign")
    campaign = Campaign(
        theme=theme.strip(), area=area, case_class=case_class, places=places, starts_on=starts_on, ends_on=ends_on,
        note=note.strip(), maker=actor,
    )  # fmt: skip
    campaign.full_clean(exclude=["types", "departments"])
    if ends_on < clock.today():
        raise invalid("ends_on", _("It is over before it begins."), "over")
    campaign.save()
    _make_tasks("source.id = %(campaign)s", campaign=campaign.pk)
    return campaign


def make_campaign_tasks() -> int:
    """A task for each grid with objects or places of the campaigns that run today; returns how many were new.

    It goes to the grid's inspector, or is open where there is none. Safe to run twice and in two places at once.
    """
    return _make_tasks("true")


def _make_tasks(which: str, **about: int) -> int:
    """Those of `which` campaigns; `about` are the parameters it names."""
    params = {
        **about,
        "kind": TaskKind.CAMPAIGN.value,
        "opens": OPENS,
        "closes": CLOSES,
        "zone": timezone.get_default_timezone_name(),
    }
    return len(insert_tasks(_SELECT, f"{_SOURCE} AND {which}", params))


def finish_campaign_tasks(visited_since: datetime | None = None) -> int:
    """Finish the tasks whose share has been visited, in the name of who visited last; returns how many.

    Only grids that somebody visited lately are looked at.
    """
    since = visited_since or clock.now() - _LATELY
    visits = Visit.objects.filter(area=OuterRef("area"), finished_at__gte=since)
    pending = list(
        Task.objects.pending()
        .filter(Exists(visits), campaign__isnull=False)
        .order_by("pk")
        .values_list("pk", "campaign_id", "area_id")
    )
    campaigns = Campaign.objects.filter(pk__in={campaign for _pk, campaign, _area in pending})
    progress = progress_by_area(list(campaigns), {area for _pk, _campaign, area in pending})
    reached = [
        pk for pk, campaign, area in pending if (found := progress.get((campaign, area))) and found.is_reached
    ]
    return sum(_finish(pk) for pk in reached)


@transaction.atomic
def _finish(task_id: int) -> bool:
    """Each in a transaction of its own, so that none waits for the others."""
    task = (
        Task.objects.pending()
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("area", "campaign")
        .filter(pk=task_id)
        .first()
    )
    if task is None or task.campaign is None:
        return False
    types = task.campaign.types.all()
    last = (
        Visit.objects.filter(area=task.area, object__type__in=types)
        .select_related("inspector")
        .order_by("-finished_at")
        .first()
    )
    if last is None:
        return False
    complete_task(task, step_of_deed(task, TaskAction.FINISH), actor=last.inspector)
    return True
