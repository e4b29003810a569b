"""Loads what stands in the demo city's grids."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gridgov.errors import DomainError
from grids.demo.registry import load_registry


class Command(BaseCommand):
    help = "Load the demo's objects, licences, departments' records and residents into the demo city. May run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_registry()
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if added:
            self.stdout.write(_("%(count)s objects") % {"count": added})
        else:
            self.stdout.write(_("The registry is loaded already."))
