"""Loads the demo city: areas, organisations, people and log-ins."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from gridgov.errors import DomainError
from grids.demo.loading import load_city
from grids.models import Area


class Command(BaseCommand):
    help = "Load the demo city Nanhai with its organisations, people and log-ins. Not for a place that does real work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are areas already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Area.objects.exists():
            self.stdout.write(_("There are areas already; nothing was loaded."))
            return
        try:
            places = load_city(
                lambda communities: tqdm(
                    communities, desc=_("cutting communities"), disable=None, leave=False
                )
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(
            _("%(name)s: %(streets)s streets, %(communities)s communities, %(grids)s grids")
            % {
                "name": places.district.name,
                "streets": len(places.streets),
                "communities": len(places.communities),
                "grids": sum(map(len, places.grids.values())),
            }
        )
