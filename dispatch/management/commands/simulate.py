"""manage.py simulate: let the demo city live through some days up to now."""

from datetime import timedelta
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.demo_reports import add_reports
from cases.models import Case
from dispatch.simulation.run import NotTheDemo, simulate
from dispatch.simulation.summary import summary_lines
from gridgov.templatetags.ui import moment
from grids.demo.loading import is_loaded
from grids.demo.places import DISTRICT

HOUR = timedelta(hours=1)


class Command(BaseCommand):
    help = (
        "Let the people of the demo city live through some days, up to this moment: they report, handle and verify "
        "through the services, on a virtual clock. Where something has happened already, it goes on from there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=14, help="how far back it begins (%(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives another history")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there are cases, or no demo city"
        )

    def handle(self, *args: Any, days: int, seed: int, if_empty: bool, **options: Any) -> None:
        if if_empty and not is_loaded():
            self.stdout.write(_("This is not the demo city; nothing was simulated."))
            return
        if if_empty and Case.objects.filter(district__code=DISTRICT).exists():
            self.stdout.write(_("There are cases already; nothing was simulated."))
            return
        if days < 1:
            raise CommandError(_("--days: at least one day."))
        began = monotonic()
        with tqdm(
            total=days * 24, unit=" h", desc=_("Living"), file=self.stderr, disable=None, leave=False
        ) as bar:
            try:
                start, end = simulate(
                    days=days, seed=seed, advance=lambda passed: bar.update(passed // HOUR - bar.n)
                )
            except NotTheDemo as error:
                raise CommandError(str(error.message)) from error
        # Of this moment, and last: where something has been reported nothing is simulated.
        add_reports()
        self.stdout.write(
            _("%(start)s to %(end)s, in %(seconds)d s")
            % {"start": moment(start), "end": moment(end), "seconds": monotonic() - began}
        )
        for line in summary_lines():
            self.stdout.write(line)
