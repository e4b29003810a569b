"""manage.py load_demo: load the whole demo, ready to be simulated."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from cases.demo import add_filters, add_sources
from cases.demo_board import add_words_of_citizens
from gridgov.planner import tell_planner
from grids.demo.announcements import add_announcements
from grids.demo.loading import is_loaded
from grids.models import Area

STEPS = (
    "load_catalogue",
    "load_responsibilities",
    "load_demo_registry",
    "load_checklists",
    "load_plans",
    "load_rota",
    "load_schemes",
)


class Command(BaseCommand):
    help = "Load the demo city with its people, its catalogue, its responsibilities and its registry. Not for a place that does real work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing when there are areas, of the demo or real ones",
        )

    @transaction.atomic
    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        """Whole or not at all; what is there already stays as it is."""
        if if_empty and Area.objects.exists():
            self.stdout.write(_("There are areas already; the demo was not loaded."))
            return
        if not is_loaded():
            if Area.objects.exists():
                raise CommandError(
                    _(
                        "There are areas here that are not the demo's, and the demo's log-ins have a password that "
                        "everybody knows: load it into a database of its own."
                    )
                )
            self._run("load_demo_city")
        for step in STEPS:
            self._run(step)
        add_filters()
        add_announcements()
        add_words_of_citizens()
        add_sources()
        tell_planner()

    def _run(self, command: str) -> None:
        self.stdout.write(f"{command} …")
        call_command(command, stdout=self.stdout, stderr=self.stderr)
