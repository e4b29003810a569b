"""Maps to draw on in the admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from leaflet.admin import LeafletAdminWidget


class MapWidget(LeafletAdminWidget):  # type: ignore[misc]
    """A map to draw on, over the outlines of areas, whose tools speak the reader's language: see `drawing_words`."""

    class Media:
        js = ("grids/js/admin-outlines.js",)

    def get_context(self, *args: Any) -> dict[str, Any]:
        return {**super().get_context(*args), "with_forms": True}

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        # What the tools' own script looks for before it takes the words over.
        with_forms = json_script(True, "with-forms")
        address = json_script(reverse("grids:outlines"), "outlines-address")
        return format_html("{}{}{}", with_forms, address, super().render(*args, **kwargs))


def map_widget(request: HttpRequest, geometry: str) -> LeafletAdminWidget:
    """A map on which a "Point" or a "MultiPolygon" is drawn."""
    widget = MapWidget(attrs={"geom_type": geometry, "settings_overrides": {"PRECISION": 12}})
    # Without it the browser would refuse the widget's own script.
    widget.csp_nonce = getattr(request, "csp_nonce", None)
    widget.template_name = "leaflet/admin/widget.html"
    return widget
