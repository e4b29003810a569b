"""How templates say what an area is like."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def surface(m2: float | None) -> str:
    """A surface in words: "86.4 km²" from a million m² on, else "9,870 m²"; "" for none."""
    if not m2:
        return ""
    if m2 >= 1_000_000:
        return _("%(number)s km²") % {"number": number_format(m2 / 1_000_000, 1)}
    return _("%(number)s m²") % {"number": number_format(round(m2), 0, force_grouping=True)}
