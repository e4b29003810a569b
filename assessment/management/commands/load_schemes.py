"""manage.py load_schemes: add the schemes of assessment that are in use in real cities."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from assessment.demo import load_schemes


class Command(BaseCommand):
    help = "Add the schemes of assessment of real cities, with their weights, bands and levels; those that are there stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("%(n)d schemes are new.") % {"n": load_schemes()})
