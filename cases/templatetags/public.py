"""What public pages say on top."""

from typing import Any

from django import template

from cases.public_navigation import PublicLink, public_links
from cases.tracking_codes import spaced

register = template.Library()
register.filter("spaced", spaced)


@register.simple_tag(takes_context=True)
def public_navigation(context: dict[str, Any]) -> list[PublicLink]:
    """The links on top of a public page; none where there is no request."""
    request = context.get("request")
    return public_links(request) if request else []
