"""Reports gaps, overlaps and areas that hang loose."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from grids.coverage import TOLERANCE_M2, check_coverage, check_orphans
from grids.management.arguments import an_area
from grids.models import Area


class Command(BaseCommand):
    help = "Report gaps, overlaps and areas that hang loose; the exit code is 1 when anything was found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "area", type=an_area, metavar="CODE", nargs="?", help="only this area and all under it"
        )
        parser.add_argument("--tolerance", type=float, default=TOLERANCE_M2, help="in m² (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        areas = Area.objects.current()
        if options["area"]:
            areas = areas.within(options["area"])
        found = 0
        parents = areas.filter(children__retired_on=None, children__isnull=False).distinct()
        for parent in tqdm(list(parents), disable=None, leave=False):
            for finding in check_coverage(parent, tolerance_m2=options["tolerance"]):
                found += 1
                self.stdout.write(
                    f"{finding.code}  {finding.kind.label}  {finding.m2:,.1f} m²  {finding.text}"
                )
        for finding in check_orphans(areas):
            found += 1
            self.stdout.write(f"{finding.code}  {finding.kind.label}  {finding.text}")
        self.stdout.write(
            _("%(areas)s areas checked, %(found)s findings") % {"areas": areas.count(), "found": found}
        )
        if found:
            sys.exit(1)
