"""What public pages say on top, and the code that is photographed."""

from typing import Any

from django import template

from cases.public_cases import public_photos, public_place, public_text
from cases.public_navigation import PublicLink, public_links
from cases.qr_codes import qr_svg
from cases.tracking_codes import spaced

register = template.Library()
register.filter("spaced", spaced)
register.filter("public_place", public_place)
register.filter("public_text", public_text)
register.filter("public_photos", public_photos)
register.simple_tag(qr_svg, name="qr_code")


@register.simple_tag(takes_context=True)
def public_navigation(context: dict[str, Any]) -> list[PublicLink]:
    """The links on top of a public page; none where there is no request."""
    request = context.get("request")
    return public_links(request) if request else []
