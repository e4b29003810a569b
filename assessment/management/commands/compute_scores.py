"""manage.py compute_scores [PERIOD …]: work out every period that is not published, or those named."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from assessment.models import Period
from assessment.models.period import SHOWN
from assessment.services.periods import compute_period, open_periods


class Command(BaseCommand):
    help = (
        "Open the period of today for each scheme in use and work out every period that is not published; or only "
        "those named by their ids, as in the addresses of their pages."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("periods", type=int, nargs="*", metavar="PERIOD")

    def handle(self, *args: Any, periods: list[int], **options: Any) -> None:
        if not periods:
            open_periods()
        wanted = Period.objects.filter(pk__in=periods) if periods else Period.objects.exclude(state__in=SHOWN)
        found = list(wanted.select_related("scheme"))
        if missing := sorted(set(periods) - {period.pk for period in found}):
            raise CommandError(_("There is no period %(n)s.") % {"n": missing[0]})
        for period in found:
            began = monotonic()
            with tqdm(desc=str(period), file=self.stderr, disable=None, leave=False) as bar:

                def advance(done: int, total: int, bar: Any = bar) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                compute_period(period.pk, actor=None, advance=advance)
            self.stdout.write(
                _("%(period)s: %(n)d scores in %(seconds).1f s")
                % {"period": period, "n": period.scores.count(), "seconds": monotonic() - began}
            )
