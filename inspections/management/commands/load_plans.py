"""manage.py load_plans: load the demo city's patrols, campaign, skills and volunteers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from inspections.demo import NoPlaceToPatrol, load_plans


class Command(BaseCommand):
    help = (
        "Load the demo city's patrols, campaign, orders, skills and volunteers; what is there stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_plans()
        except NoPlaceToPatrol as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(_("tasks: %(count)d new") % {"count": added})
