"""Where Open311 is to be found, in which formats, and whom to ask for a key."""

from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.open311.base import Open311View, jurisdiction_of
from cases.api.open311.formats import JsonRenderer, XmlRenderer

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# The histories of what the services and their definitions are made of.
_HISTORIES = ("CaseClassEvent", "ConditionEvent", "ClassKeywordEvent")


class Discovery(Open311View):
    def get(self, request: Request, format: str | None = None) -> Response:
        """The one endpoint there is, for production, or for tests where this is a demonstration."""
        jurisdiction_of(request)
        changed = moment(_catalogue_changed_at())
        endpoint = {
            "specification": SPECIFICATION,
            "url": f"{settings.PUBLIC_URL}/open311/v2",
            "changeset": changed,
            "type": "test" if settings.DEMO or settings.DEBUG else "production",
            "formats": [XmlRenderer.media_type, JsonRenderer.media_type],
        }
        return Response(
            {
                "discovery": {
                    "changeset": changed,
                    "contact": settings.OPEN311_CONTACT,
                    "key_service": _("Ask for a key with the scope open311:write: %(contact)s")
                    % {"contact": settings.OPEN311_CONTACT},
                    "endpoints": [endpoint],
                }
            }
        )


def moment(at: datetime | None) -> str | None:
    """A moment as the W3C note on dates writes it, with its zone."""
    return localtime(at).isoformat(timespec="seconds") if at else None


def _catalogue_changed_at() -> datetime | None:
    """When somebody last changed what apps keep of the services; the newest rows of three histories."""
    models = [apps.get_model("cases", name) for name in _HISTORIES]
    newest = [
        model._default_manager.order_by("-pgh_id").values_list("pgh_created_at", flat=True).first()
        for model in models
    ]
    return max((at for at in newest if at), default=None)
