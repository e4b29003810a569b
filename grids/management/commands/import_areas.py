"""Takes areas of one level over from a GeoJSON file, or from a CSV of codes and names."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from gridgov import clock
from grids.area_files import Columns, UnreadableFile, read_areas
from grids.management.arguments import a_day, a_person
from grids.models import AreaLevel
from grids.services.area_import import OUTSIDE_SHARE, ImportReport, Outcome, import_areas


class Command(BaseCommand):
    help = (
        "Take areas of one level over from a GeoJSON file with outlines, or from a CSV of codes and names without. "
        "One bad row refuses the whole file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--level", required=True, choices=[level.name.lower() for level in AreaLevel])
        for name in ("code", "name", "parent", "kind", "grade"):
            parser.add_argument(f"--{name}-field", default=name, help=f"the property that holds the {name}")
        parser.add_argument(
            "--codes", type=Path, help="CSV of code,name[,parent] for features that have only names"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--from-date", type=a_day, help="first day of the outlines (default: today)")
        parser.add_argument(
            "--tolerance",
            type=float,
            default=OUTSIDE_SHARE,
            help="share of an area that may lie outside its parent",
        )
        parser.add_argument("--source", default="", help="noted on every outline (default: the file's name)")
        parser.add_argument("--actor", type=a_person, help="user name of who takes this on")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        columns = Columns(
            **{name: options[f"{name}_field"] for name in ("code", "name", "parent", "kind", "grade")}
        )
        try:
            rows = read_areas(path, columns, options["codes"])
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        report = import_areas(
            rows,
            AreaLevel[options["level"].upper()],
            from_date=options["from_date"] or clock.today(),
            actor=options["actor"],
            source=options["source"] or path.name,
            dry_run=options["dry_run"],
            outside_share=options["tolerance"],
            progress=lambda planned: tqdm(planned, desc=path.name, disable=None, leave=False),
        )
        self._print(report)
        if report.refused:
            raise CommandError(_("The file is refused; nothing was changed."))

    def _print(self, report: ImportReport) -> None:
        for plan in report.planned:
            remarks = plan.row.problems + plan.row.notes
            if remarks or plan.outcome is not Outcome.UNCHANGED:
                line = f"{plan.row.place}  {plan.row.code} {plan.row.name}  {plan.outcome.label}"
                self.stdout.write("  ".join([line, "; ".join(remarks)]).rstrip())
        counts = ", ".join(f"{outcome.label} {report.counts[outcome]}" for outcome in Outcome)
        self.stdout.write(counts)
        if not report.written and not report.refused:
            self.stdout.write(_("Dry run: nothing was changed."))
