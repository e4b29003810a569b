"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("Going out")

    def ready(self) -> None:
        from inspections import navigation, notices  # noqa: F401, PLC0415 - models are there only now

        navigation.register()
