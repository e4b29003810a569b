"""The app's place in Django."""

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from grids.models import User


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("Going out")

    def ready(self) -> None:
        from gridgov.context_processors import SHOWN  # noqa: PLC0415 - models are there only now
        from inspections import notices  # noqa: F401, PLC0415
        from inspections.permissions import can_lead, can_visit_objects  # noqa: PLC0415

        SHOWN["inspections:board"] = lambda request: can_lead(cast("User", request.user))
        # The page of an object asks before it offers a visit.
        SHOWN["inspections:visit"] = lambda request: can_visit_objects(cast("User", request.user))
