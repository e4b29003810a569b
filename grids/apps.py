"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "grids"
    verbose_name = _("Where and who")

    def ready(self) -> None:
        from grids import navigation, notices  # noqa: F401, PLC0415 - models are there only now

        navigation.register()
