"""manage.py load_operations: a whistle, joint operations and an emergency of the demo city."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from dispatch.operation_demo import load_operations


class Command(BaseCommand):
    help = "Add operations and an emergency of the demo city. What is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Operations and emergencies: %(count)d") % {"count": load_operations()})
