"""Campaigns as lists show them."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from gridgov import clock
from grids.models import Area
from inspections.campaign_progress import Progress, progress_by_area, progress_of
from inspections.models import Campaign

MOST_SHOWN = 30
PLACES_SHOWN = 100


@dataclass(frozen=True)
class CampaignRow:
    """A campaign and how far it has come."""

    campaign: Campaign
    progress: Progress
    is_running: bool


def campaign_rows(areas: Collection[Area], *, running: bool = True) -> list[CampaignRow]:
    """The newest campaigns in these areas, under or all over one of them; unless `running` also those that don't run.

    Progress is of the whole campaign. Two queries.
    """
    today = clock.today()
    above = {code for area in areas for code in area.ancestor_codes}
    campaigns = Campaign.objects.filter(_under(areas, "area__path") | Q(area__code__in=above))
    if running:
        campaigns = campaigns.filter(starts_on__lte=today, ends_on__gte=today)
    found = list(campaigns.select_related("area", "case_class").order_by("-starts_on", "-pk")[:MOST_SHOWN])
    progress = progress_of(found)
    return [CampaignRow(each, progress[each.pk], each.starts_on <= today <= each.ends_on) for each in found]


def progress_in(
    campaign: Campaign, areas: Collection[Area], after: str = ""
) -> tuple[list[tuple[Area, Progress]], str]:
    """Some places under these areas that have such objects, with their progress, the least first.

    From the one after the code `after` on; with the code to go on after, "" at the end. Two queries.
    """
    found = {place: part for (_campaign, place), part in progress_by_area([campaign]).items()}
    places = Area.objects.filter(_under(areas, "path"), pk__in=found)
    rows = sorted(
        ((place, found[place.pk]) for place in places), key=lambda row: (row[1].percent, row[0].code)
    )
    begin = next((n for n, (place, _part) in enumerate(rows, 1) if place.code == after), 0)
    shown = rows[begin : begin + PLACES_SHOWN]
    return shown, shown[-1][0].code if begin + PLACES_SHOWN < len(rows) else ""


def _under(areas: Collection[Area], path: str) -> Q:
    return reduce(or_, (Q(**{f"{path}__startswith": area.path}) for area in areas), Q(pk__in=[]))
