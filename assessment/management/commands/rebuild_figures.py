"""manage.py rebuild_figures: throw the roll-up behind the figures away and make it anew."""

from typing import Any

from django.core.management.base import BaseCommand

from assessment.services.facts import rebuild_facts


class Command(BaseCommand):
    help = (
        "Make the roll-up that figures are added up from anew from the timelines; the figures stay the same."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for done, total in rebuild_facts():
            self.stdout.write(f"\r{done:,} / {total:,}", ending="")
            self.stdout.flush()
        self.stdout.write(f"\r{done:,} cases.")
