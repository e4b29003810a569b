"""What the commands that take a file over have in common: show what would come of it, and with --apply take it over."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils.translation import gettext as _
from tqdm import tqdm

from grids.management.arguments import a_person
from grids.models import ImportKind, ImportRow, ImportState, RegistryImport, RowOutcome
from grids.services.registry_import import (
    begin_import,
    discard_import,
    take_over_import,
    work_on_import,
)

MOST_SHOWN = 50


class ImportCommand(BaseCommand):
    """A command for files of one kind."""

    kind: ImportKind

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="take the new and changed rows over")
        parser.add_argument("--actor", type=a_person, help="user name of who takes this on")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as opened:
                begun = begin_import(
                    File(opened, name=path.name),
                    actor=options["actor"],
                    kind=self.kind,
                    in_background=False,
                )
        except OSError as error:
            raise CommandError(str(error)) from error
        self._work(begun, _("reading"))
        if begun.state == ImportState.UNREADABLE:
            raise CommandError(begun.problem)
        if begun.unknown_columns:
            names = ", ".join(begun.unknown_columns)
            self.stdout.write(
                _("Nothing is taken from columns that nobody knows: %(names)s") % {"names": names}
            )
        if options["apply"]:
            take_over_import(begun.pk, actor=options["actor"], in_background=False)
            self._work(begun, _("taking over"))
        self._say(begun)
        if not options["apply"]:
            discard_import(begun.pk, actor=options["actor"])
            self.stdout.write(_("Only shown: nothing was changed. Take it over with --apply."))

    def _work(self, begun: RegistryImport, words: str) -> None:
        with tqdm(desc=words, unit="", disable=None, leave=False) as bar:

            def show(at_work: RegistryImport) -> None:
                taking = at_work.state == ImportState.TAKING
                bar.total = (at_work.rows_to_take if taking else at_work.rows) or None
                bar.n = at_work.rows_taken if taking else at_work.rows_read
                bar.refresh()

            work_on_import(begun.pk, progress=show)
        begun.refresh_from_db()

    def _say(self, begun: RegistryImport) -> None:
        refused = ImportRow.objects.filter(of=begun, outcome=RowOutcome.REFUSED).order_by("number")
        for row in refused[:MOST_SHOWN]:
            self.stdout.write(f"{row.number}  {row.code}  {'; '.join(row.problems)}")
        counted = ImportRow.objects.filter(of=begun).order_by().values("outcome")
        counts = dict(counted.annotate(number=Count("pk")).values_list("outcome", "number"))
        self.stdout.write(", ".join(f"{one.label} {counts.get(one.value, 0)}" for one in RowOutcome))
