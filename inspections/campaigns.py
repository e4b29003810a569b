"""Campaigns as lists show them."""

from dataclasses import dataclass

from django.db.models import Q

from gridgov import clock
from grids.models import Area
from inspections.campaign_progress import Progress, progress_by_area, progress_of
from inspections.models import Campaign

MOST_SHOWN = 30


@dataclass(frozen=True)
class CampaignRow:
    """A campaign and how far it has come."""

    campaign: Campaign
    progress: Progress
    is_running: bool


def campaign_rows(area: Area, *, running: bool = True) -> list[CampaignRow]:
    """The campaigns in an area, under it or all over it, newest first; without the rest only those that run today.

    Progress is of the whole campaign. Two queries.
    """
    today = clock.today()
    campaigns = Campaign.objects.filter(
        Q(area__path__startswith=area.path) | Q(area__code__in=area.ancestor_codes)
    )
    if running:
        campaigns = campaigns.filter(starts_on__lte=today, ends_on__gte=today)
    found = list(campaigns.select_related("area").order_by("-starts_on", "-pk")[:MOST_SHOWN])
    progress = progress_of(found)
    return [CampaignRow(each, progress[each.pk], each.starts_on <= today <= each.ends_on) for each in found]


def progress_in(campaign: Campaign, area: Area) -> list[tuple[Area, Progress]]:
    """Each place under the area that has such objects, with its progress, the least first; two queries."""
    found = {place: part for (_campaign, place), part in progress_by_area([campaign]).items()}
    places = Area.objects.within(area).filter(pk__in=found)
    return sorted(
        ((place, found[place.pk]) for place in places), key=lambda row: (row[1].percent, row[0].code)
    )
