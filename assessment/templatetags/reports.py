"""How reports write items, rates and delays."""

from decimal import Decimal

from django import template

from assessment.indicators import label_of

register = template.Library()
register.filter("item_label", label_of)


@register.simple_tag
def ink_of(look: str, ink: dict[str, str]) -> str:
    """The colour of a level, a to e, for a drawing."""
    return ink[f"band_{look}"]


@register.filter
def percent(rate: Decimal | None) -> str:
    """A rate from 0 to 1 in percent with one place; "–" for None."""
    return "–" if rate is None else f"{100 * rate:.1f} %"


@register.filter
def minutes_of(seconds: float) -> float:
    """Seconds as minutes."""
    return seconds / 60
