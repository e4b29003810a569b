"""How templates write levels, points and values."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessment.models import Length, Level, Period

register = template.Library()


@register.simple_tag
def level_mark(level: Level | None, points: Decimal | None = None) -> SafeString:
    """A level's letter on its colour, and the points beside it; words where there is no score."""
    if level is None:
        return format_html('<span class="muted">{}</span>', _("no score"))
    mark = format_html(
        '<span class="band band--{}" title="{}">{}</span>',
        level.look,
        level.get_colour_display(),
        level.letter,
    )
    if points is None:
        return mark
    return format_html('<span class="score">{} <b class="number">{}</b></span>', mark, two(points))


@register.filter
def two(number: Decimal | None) -> str:
    """With two places; "–" for None."""
    return "–" if number is None else f"{number:.2f}"


@register.filter
def plain(number: Decimal | None) -> str:
    """With as many places as it has, four at most; "–" for None."""
    if number is None:
        return "–"
    text = f"{number:.4f}"
    return text.rstrip("0").rstrip(".")


@register.simple_tag
def change(number: Decimal | int | None) -> SafeString:
    """More or less than before, as a shape, a word for who can't see it, and the number; "–" where nothing was before."""
    if number is None:
        return format_html('<span class="muted">{}</span>', "–")
    if not number:
        return format_html('<span class="muted" title="{}">=</span>', _("as before"))
    size = two(abs(number)) if isinstance(number, Decimal) else abs(number)
    mark, word, kind = ("▲", _("better by"), "up") if number > 0 else ("▼", _("worse by"), "down")
    return format_html(
        '<span class="change change--{}"><span aria-hidden="true">{}</span><span class="visually-hidden">{} </span>{}</span>',
        kind, mark, word, size,
    )  # fmt: skip


@register.filter
def in_short(period: Period) -> str:
    """A period as people say it: 2026-11 for a month, 2026 for a year, else its days."""
    match period.scheme.length:
        case Length.MONTH:
            return f"{period.first_day:%Y-%m}"
        case Length.YEAR:
            return f"{period.first_day:%Y}"
        case Length.QUARTER:
            return f"{period.first_day:%Y} Q{(period.first_day.month + 2) // 3}"
        case _:
            return f"{period.first_day:%Y-%m-%d} – {period.last_day:%m-%d}"


@register.filter
def add_to(number: float, more: float) -> float:
    """The sum, as a drawing needs it."""
    return round(number + more, 1)
