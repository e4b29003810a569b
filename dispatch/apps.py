"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = _("Commanding")

    def ready(self) -> None:
        from cases.notices import WHOSE_TURN  # noqa: PLC0415 - models are there only now
        from dispatch import bulk, navigation, rota  # noqa: PLC0415

        navigation.register()
        WHOSE_TURN.append(rota.whose_turn)
        bulk.register()
