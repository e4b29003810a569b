"""What the board's templates look up."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The mapping's value for a key; None where there is none."""
    return mapping.get(key)
