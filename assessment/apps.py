"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("How well")

    def ready(self) -> None:
        # Models are there only now.
        from assessment import appeal_notices, navigation, period_notices  # noqa: F401, PLC0415

        navigation.register()
