"""Cuts a community, or every community of an area, into grids."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from tqdm import tqdm

from gridgov import clock
from gridgov.errors import DomainError
from grids.management.arguments import a_day, a_person, an_area
from grids.models import Area, AreaLevel, GridKind
from grids.services.division import divide_area


class Command(BaseCommand):
    help = "Cut a community (or every community of a larger area) into grids without gap or overlap."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("area", type=an_area, metavar="CODE")
        parser.add_argument("--size", type=float, default=10_000, help="about how large a grid is, in m²")
        parser.add_argument(
            "--redraw", action="store_true", help="also where there are grids: they get new versions"
        )
        parser.add_argument("--kind", choices=GridKind.values, default=GridKind.RESIDENTIAL)
        parser.add_argument("--from-date", type=a_day, help="first day of the outlines (default: today)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives another cut")
        parser.add_argument("--actor", type=a_person, help="user name of who does this")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["size"] <= 0:
            raise CommandError(_("A grid's size is above 0 m²."))
        communities = list(Area.objects.current().within(options["area"]).filter(level=AreaLevel.COMMUNITY))
        if not communities:
            raise CommandError(_("Only communities are cut into grids, and there is none here."))
        grids = 0
        with transaction.atomic():
            for community in tqdm(communities, disable=None, leave=False):
                grids += len(self._divide(community, options))
        self.stdout.write(
            _("%(communities)s communities, %(grids)s grids")
            % {"communities": len(communities), "grids": grids}
        )

    def _divide(self, community: Area, options: dict[str, Any]) -> list[Area]:
        try:
            return divide_area(
                community,
                size_m2=options["size"],
                redraw=options["redraw"],
                kind=options["kind"],
                from_date=options["from_date"] or clock.today(),
                seed=options["seed"],
                actor=options["actor"],
            )
        except DomainError as error:
            raise CommandError(f"{community.code} {community.name}: {error.message}") from error
