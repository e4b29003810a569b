"""What maps need on their element."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def map_assets() -> SafeString:
    """Attributes with the addresses of Leaflet and of tiles: a map loads them itself, also when it is swapped in."""
    return format_html(
        'data-leaflet="{}" data-leaflet-style="{}" data-tiles="{}" data-attribution="{}" '
        'data-zoom-in="{}" data-zoom-out="{}"',
        static("leaflet/leaflet.js"),
        static("leaflet/leaflet.css"),
        settings.MAP_TILE_URL,
        settings.MAP_TILE_ATTRIBUTION,
        _("Zoom in"),
        _("Zoom out"),
    )
