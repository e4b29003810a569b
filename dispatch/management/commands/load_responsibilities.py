"""manage.py load_responsibilities: load the responsibility list of the demo city."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from dispatch.demo import NothingToAnswerFor, load_responsibilities


class Command(BaseCommand):
    help = "Load the responsibility list of the demo city; lines that are there stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_responsibilities()
        except NothingToAnswerFor as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(_("responsibilities: %(count)d new") % {"count": added})
