"""manage.py load_checklists: load the demo's checklists for a district's departments."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from gridgov.errors import DomainError
from grids.demo.places import DISTRICT
from inspections.checklist_files import load_checklists


class Command(BaseCommand):
    help = (
        "Load the demo's checklists for the departments of a district and publish them. Safe to run again: what is "
        "asked already stays, what the files say otherwise becomes a new version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--district", default=DISTRICT, help="code of the district (default: %(default)s)"
        )

    def handle(self, *args: Any, district: str, **options: Any) -> None:
        try:
            loaded = load_checklists(district)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(
            _(
                "checklists: %(new)d new, %(changed)d with a new version, %(unchanged)d unchanged, "
                "%(kept)d kept as staff have worked on them; %(items)d items"
            )
            % {
                **{name: loaded.outcomes[name] for name in ("new", "changed", "unchanged", "kept")},
                "items": loaded.items,
            }
        )
        for words, missing in (
            (_("Departments that are not here: %(codes)s"), loaded.missing_departments),
            (_("Types of objects that are not here: %(codes)s"), loaded.missing_types),
        ):
            if missing:
                self.stderr.write(words % {"codes": ", ".join(sorted(missing))})
