"""manage.py load_scores: the scores of the demo city's simulated days."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from assessment.demo import load_scores


class Command(BaseCommand):
    help = "Compute the periods of the demo city's days and publish those that are over. Does nothing where there are periods."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Periods of assessment: %(count)d") % {"count": load_scores()})
