"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "grids"
    verbose_name = _("Where and who")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

        from grids import navigation, notices, sign_ins  # noqa: F401, PLC0415 - models are there only now

        navigation.register()
        user_logged_in.connect(sign_ins.note_sign_in)
