"""manage.py verify_scores PERIOD: work the scores of a period out again from the timeline and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from assessment.models import Period
from assessment.services.facts import rebuild_facts
from assessment.verifying import differences


class Command(BaseCommand):
    help = (
        "Work every score of a period out again from the timeline, as it was known then, and name each number that "
        "differs. Ends with an error if there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", type=int, help="the period's id, as in the address of its page")
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="throw the roll-up away first and read the whole timeline anew",
        )

    def handle(self, *args: Any, period: int, rebuild: bool, **options: Any) -> None:
        found = Period.objects.select_related("scheme", "version").filter(pk=period).first()
        if found is None or found.known_until is None:
            raise CommandError(_("There is no computed period with this number."))
        if rebuild:
            for done, total in rebuild_facts():
                self.stdout.write(f"\r{done:,} / {total:,}", ending="")
                self.stdout.flush()
            self.stdout.write("")
        wrong = 0
        for each in differences(found):
            wrong += 1
            self.stdout.write(f"{each.score.whose} · {each.part}: {each.says} ≠ {each.should_say}")
        if wrong:
            raise CommandError(_("%(n)d numbers differ from the timeline.") % {"n": wrong})
        self.stdout.write(_("%(n)d scores are what the timeline says.") % {"n": found.scores.count()})
