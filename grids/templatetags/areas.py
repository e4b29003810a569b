"""How templates say what an area is like, and offer areas to choose from."""

from collections.abc import Iterable

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from grids.area_choices import Choice

register = template.Library()


@register.filter
def surface(m2: float | None) -> str:
    """A surface in words: "9,870 m²" below 0.1 km², then "0.15 km²" and from 10 km² on "86.4 km²"; "" for none."""
    if not m2:
        return ""
    if m2 < 100_000:
        return _("%(number)s\u00a0m²") % {"number": number_format(round(m2), 0, force_grouping=True)}
    decimals = 2 if m2 < 10_000_000 else 1
    return _("%(number)s\u00a0km²") % {"number": number_format(m2 / 1_000_000, decimals)}


@register.simple_tag
def options(choices: Iterable[Choice]) -> SafeString:
    """The lines of a select, those further down set in."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}{}</option>',
        (
            (
                choice.value,
                SafeString(" selected" if choice.chosen else ""),
                "\u2003" * choice.depth,
                choice.label,
            )
            for choice in choices
        ),
    )
