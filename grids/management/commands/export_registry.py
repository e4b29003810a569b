"""Writes the registry to a CSV or Excel file that import_registry reads."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.management.arguments import an_area
from grids.models import GridObject
from grids.registry_export import exported_rows
from grids.registry_files import csv_lines, excel_chunks


class Command(BaseCommand):
    help = "Write the objects of the registry to a CSV or Excel file (docs/registry.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="ends in .csv or .xlsx")
        parser.add_argument("--area", type=an_area, help="code of an area: only what lies in it")
        parser.add_argument("--type", help="code of a type: only its objects")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        objects = GridObject.objects.all()
        if options["area"]:
            objects = objects.within(options["area"])
        if options["type"]:
            objects = objects.filter(type__code=options["type"])
        rows = exported_rows(objects)
        match path.suffix.lower():
            case ".csv":
                chunks: Iterator[bytes] = (line.encode() for line in csv_lines(rows))
            case ".xlsx":
                chunks = excel_chunks(rows, _("Registry"))
            case _:
                raise CommandError(_("The file's name ends in .csv or .xlsx."))
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        self.stdout.write(str(path))
