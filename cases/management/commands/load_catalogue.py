"""manage.py load_catalogue: load the classes, conditions and limits of the standards."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.services.catalogue import OFFERED, load_catalogue
from cases.services.replies import load_replies
from cases.services.topics import load_topics


class Command(BaseCommand):
    help = "Load the catalogue of all standards and offer the classes of one; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--standard",
            default="",
            help=f"the standard whose classes are offered ({', '.join(OFFERED)}); "
            "by default the one in use, at first the first of these",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="also set rows that staff edited back to the files"
        )

    def handle(self, *args: Any, standard: str, overwrite: bool, **options: Any) -> None:
        try:
            loaded = load_catalogue(standard, overwrite=overwrite)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("%(standard)s is in use.") % {"standard": loaded.standard})
        for name in loaded.new:
            self.stdout.write(
                _(
                    "%(rows)s: %(new)d new, %(changed)d changed, %(unchanged)d unchanged, "
                    "%(kept)d kept as staff edited them"
                )
                % {
                    "rows": name,
                    "new": loaded.new[name],
                    "changed": loaded.changed[name],
                    "unchanged": loaded.unchanged[name],
                    "kept": loaded.kept[name],
                }
            )
        self.stdout.write(_("%(n)d reply templates are new.") % {"n": load_replies()})
        self.stdout.write(_("%(n)d topics of citizens are new.") % {"n": load_topics()})
