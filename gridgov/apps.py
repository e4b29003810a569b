"""The app's place in Django."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class GridgovConfig(AppConfig):
    name = "gridgov"
    verbose_name = _("Working time and outbox")

    def ready(self) -> None:
        from gridgov import context_processors, inbox  # noqa: PLC0415 (models are ready only now)
        from gridgov.views.push import forget_browser, know_browser  # noqa: PLC0415

        user_logged_in.connect(know_browser)
        user_logged_out.connect(forget_browser)

        for sources in context_processors.COUNT_SOURCES.values():
            sources.append(lambda request: {"gridgov:notices": inbox.unread_count(request.user)})
