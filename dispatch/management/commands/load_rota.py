"""manage.py load_rota: fill the demo city's duty rota."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from dispatch.rota_demo import load_rota


class Command(BaseCommand):
    help = "Fill the duty rota of the demo city's story: this week and the last one. What is there already stays."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Shifts: %(new)d new") % {"new": load_rota()})
