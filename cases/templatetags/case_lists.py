"""The parts of a list that stand in it many times: written here, not in a template, for speed."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridgov.templatetags.ui import chip, icon, light, status_chip

register = template.Library()

_NOTHING = SafeString("")
_ROW = SafeString(
    '<tr data-row data-number="{number}" id="case-{pk}"{current}{swap}>'
    '<td class="table__fit cases__select"><label><input type="checkbox" name="number" value="{number}" form="bulk" '
    'data-select aria-labelledby="open-{pk}"></label></td>'
    '<td class="cases__photo" data-priority="2">{photo}</td>'
    '<td class="table__fit cases__light">{light}</td>'
    '<td class="table__clip cases__class"><a class="table__open" id="open-{pk}" href="{url}" hx-get="{url}" hx-target="#sheet" '
    'hx-sync="#sheet:replace" data-open>{emergency} {name} <span class="cases__words">{words}</span></a></td>'
    '<td class="table__clip cases__place muted" data-priority="2" title="{address}">{place}</td>'
    '<td class="table__fit cases__status">{status}{marks}</td>'
    '<td class="table__clip cases__who muted" data-priority="3" title="{who}">{who}</td>'
    '<td class="table__fit cases__number muted number" data-priority="3">{number}</td>'
    "</tr>"
)
_PHOTO = SafeString('<img src="{}" alt="" loading="lazy" width="32" height="24">')
_WORDS = 60


@register.simple_tag
def case_row(case: Any, *, after_step: bool = False, in_place: bool = False) -> SafeString:
    """One case of `queues.for_rows`, `in_place` of the row that is on the page, after a step as the one that is open."""
    url = reverse("cases:case_detail", args=[case.number])
    photo = reverse("cases:case_photo", args=[case.number, case.photo_id, "thumb"]) if case.photo_id else ""
    return format_html(
        _ROW,
        pk=case.pk,
        current=SafeString(' aria-current="true"') if after_step else _NOTHING,
        swap=SafeString(' hx-swap-oob="true"') if after_step or in_place else _NOTHING,
        photo=format_html(_PHOTO, photo) if photo else _NOTHING,
        light=light(case.stage_due_at, case.stage_warn_at, stopped=bool(case.suspended_until))
        if case.is_open
        else _NOTHING,
        url=url,
        emergency=chip(_("Emergency"), "alarm", "siren") if case.emergency_at else _NOTHING,
        name=case.class_name or _("No class yet"),
        words=Truncator(case.description).chars(_WORDS),
        address=case.address,
        place=" · ".join(part for part in (case.address, case.grid_name or _("in no grid")) if part),
        status=status_chip(case.status, case.get_status_display()),
        marks=_marks(case),
        who=" › ".join(name for name in (case.holder_name, case.unit_name) if name),
        number=case.number,
    )


def _marks(case: Any) -> SafeString:
    """What is special about a case, as icons that speak, and say it under the pointer."""
    marks = [
        format_html(
            '<span class="cases__mark cases__mark--{}" title="{}">{}<span class="cases__mark-word" aria-hidden="true">{}</span></span>',
            name,
            label,
            icon(name, label),
            label,
        )
        for shown, name, label in (
            (case.supervised_at, "siren", _("Under supervision")),
            (case.urged_level, "megaphone", _("Urged: %s") % case.get_urged_level_display()),
            (case.is_escalated, "circle-arrow-up", _("Moved up a level")),
            (case.request, "hand", _("The unit asks for something")),
        )
        if shown
    ]
    return mark_safe(" ".join(["", *marks, _open_with(getattr(case, "open_with", ()))]))  # noqa: S308 - icons escape their labels


def _open_with(names: Sequence[str]) -> SafeString:
    """Who else has it open: an eye and the first name."""
    if not names:
        return _NOTHING
    label = ngettext("%s has this open", "%s have this open", len(names)) % _(", ").join(names)
    shown = names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"
    return format_html(
        '<span class="cases__mark cases__open-with" title="{}" data-open-with>{}<span aria-hidden="true">{}</span></span>',
        label,
        icon("eye", label),
        shown,
    )
