"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridgovConfig(AppConfig):
    name = "gridgov"
    verbose_name = _("Working time and outbox")

    def ready(self) -> None:
        from gridgov import context_processors, inbox  # noqa: PLC0415 (models are ready only now)

        for sources in context_processors.COUNT_SOURCES.values():
            sources.append(lambda request: {"gridgov:notices": inbox.unread_count(request.user)})
