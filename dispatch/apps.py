"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = _("Commanding")

    def ready(self) -> None:
        from dispatch import bulk, navigation  # noqa: PLC0415 - models are there only now

        navigation.register()
        bulk.register()
