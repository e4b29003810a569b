"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("How well")

    def ready(self) -> None:
        from assessment import navigation  # noqa: PLC0415 - models are there only now

        navigation.register()
