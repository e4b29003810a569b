"""How far campaigns have come: of the objects they are about, how many have been visited since they began."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from gridgov.counting import percent_of
from inspections.models import Campaign, Task

# Objects in use of the campaign's types under an area, and those visited within its days; where it is about places,
# the grids that have them, and those where somebody has been.
_PROGRESS = """
    SELECT campaign.id, object.area_id, count(*), count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM inspections_visit visit
        WHERE visit.object_id = object.id
          AND visit.finished_at >= campaign.starts_on::timestamp AT TIME ZONE %(zone)s
          AND visit.finished_at < (campaign.ends_on + 1)::timestamp AT TIME ZONE %(zone)s
    ))
    FROM inspections_campaign campaign
    JOIN grids_area top ON top.id = campaign.area_id
    JOIN inspections_campaign_types wanted ON wanted.campaign_id = campaign.id
    JOIN grids_gridobject object ON object.type_id = wanted.objecttype_id AND object.district_id IN (
        SELECT id FROM grids_area WHERE code = split_part(top.path, '/', 2)
    )
    JOIN grids_area place ON place.id = object.area_id AND place.path LIKE top.path || '%%'
    WHERE campaign.id = ANY(%(campaigns)s) AND object.state NOT IN ('closed', 'removed')
      AND (%(areas)s::bigint[] IS NULL OR object.area_id = ANY(%(areas)s))
    GROUP BY 1, 2
    UNION ALL
    SELECT task.campaign_id, task.area_id, 1, (task.state = 'done')::int
    FROM inspections_task task JOIN inspections_campaign campaign ON campaign.id = task.campaign_id
    WHERE campaign.id = ANY(%(campaigns)s) AND campaign.places IS NOT NULL AND task.state <> 'cancelled'
      AND (%(areas)s::bigint[] IS NULL OR task.area_id = ANY(%(areas)s))
"""


@dataclass(frozen=True)
class Progress:
    """How many objects there are and how many were visited."""

    objects: int = 0
    visited: int = 0
    target_percent: int = 100

    @property
    def percent(self) -> int:
        return percent_of(self.visited, self.objects) if self.objects else 0

    @property
    def words(self) -> str:
        """The share in words: "55 %", and that it is enough."""
        said = f"{self.percent} %"
        return f"{said} · {gettext('reached')}" if self.is_reached else said

    @property
    def is_reached(self) -> bool:
        return self.objects > 0 and 100 * self.visited >= self.target_percent * self.objects


def progress_by_area(
    campaigns: Collection[Campaign], areas: Collection[int] | None = None
) -> dict[tuple[int, int], Progress]:
    """(campaign id, area id) → progress, of these areas or of all that have such objects; one query at most."""
    target = {campaign.pk: campaign.target_percent for campaign in campaigns}
    if not target:
        return {}
    params = {
        "campaigns": list(target),
        "areas": None if areas is None else list(areas),
        "zone": timezone.get_default_timezone_name(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, params)
        return {
            (campaign, area): Progress(objects, visited, target[campaign])
            for campaign, area, objects, visited in cursor.fetchall()
        }


def progress_of(campaigns: Collection[Campaign]) -> dict[int, Progress]:
    """Campaign id → progress as a whole; one query at most."""
    found = {campaign.pk: Progress(target_percent=campaign.target_percent) for campaign in campaigns}
    for (campaign, _area), part in progress_by_area(campaigns).items():
        whole = found[campaign]
        found[campaign] = Progress(
            whole.objects + part.objects, whole.visited + part.visited, whole.target_percent
        )
    return found


def has_reached_share(task: Task) -> bool:
    """Whether the share that the campaign asks for has been visited in the task's grid."""
    if task.campaign is None:
        return False
    found = progress_by_area([task.campaign], [task.area_id])
    return found.get((task.campaign.pk, task.area_id), Progress()).is_reached
