"""Takes licences of objects over from a CSV or Excel file, or shows what would come of it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.area_files import UnreadableFile
from grids.management.arguments import a_person
from grids.models import RowOutcome
from grids.services.licence_import import import_licences

MOST_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Show what comes of a CSV or Excel file of licences (docs/registry.md), and with --apply take it over. "
        "Refused rows never stop the others."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write the new and changed rows")
        parser.add_argument("--actor", type=a_person, help="user name of who takes this on")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                report = import_licences(file, path.name, actor=options["actor"], apply=options["apply"])
        except (OSError, UnreadableFile) as error:
            raise CommandError(str(error)) from error
        for number, problem in report.refused[:MOST_SHOWN]:
            self.stdout.write(f"{number}  {problem}")
        counts = (report.new, report.changed, report.unchanged, len(report.refused))
        self.stdout.write(", ".join(f"{one.label} {n}" for one, n in zip(RowOutcome, counts, strict=True)))
        if not options["apply"]:
            self.stdout.write(_("Only shown: nothing was changed. Take it over with --apply."))
