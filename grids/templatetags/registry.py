"""How templates say the state and the risk of an object."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gridgov.templatetags.ui import chip, icon
from grids.attributes import Definition, name_of
from grids.models import GridObject, ObjectKind, ObjectState, RiskGrade

register = template.Library()

_STATES = {
    ObjectState.IN_USE: ("done", ""),
    ObjectState.DAMAGED: ("waiting", "triangle-alert"),
    ObjectState.MISSING: ("waiting", "triangle-alert"),
    ObjectState.CLOSED: ("off", "ban"),
    ObjectState.REMOVED: ("off", "ban"),
}
_MARKED = (RiskGrade.LARGER, RiskGrade.MAJOR)
# Components and resources have none: their state says what they need.
_GRADED = (ObjectKind.PREMISES, ObjectKind.BUILDING, ObjectKind.SITE, ObjectKind.DWELLING)


@register.filter
def field_name(field: Definition) -> str:
    """What the reader calls a field that an administrator defined."""
    return name_of(field)


@register.filter
def of_object(by_object: Mapping[int, Any], shown: GridObject) -> Any:
    """What was gathered for an object of a list, by its id."""
    return by_object.get(shown.pk)


@register.simple_tag
def state_chip(shown: GridObject) -> SafeString:
    """The state of an object in a word."""
    tone, icon_name = _STATES[ObjectState(shown.state)]
    return chip(shown.get_state_display(), tone, icon_name)


@register.simple_tag
def risk_chip(shown: GridObject) -> SafeString:
    """The risk grade of an object in words, the higher ones marked; "" for what has none."""
    if shown.type.kind not in _GRADED:
        return SafeString("")
    mark = icon("shield-alert") if shown.risk in _MARKED else ""
    return format_html('<span class="risk risk--{}">{}{}</span>', shown.risk, mark, shown.get_risk_display())
