"""What templates say about time and state, and the components small enough to stand in every row."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gridgov import clock
from gridgov.counting import so_many
from gridgov.language import listed
from gridgov.worktime import hours_and_minutes

register = template.Library()

# The accounts that load_demo makes; they exist in the demo only.
DEMO_PASSWORD = "demo-grid-2026"  # noqa: S105
DEMO_PEOPLE: tuple[tuple[str, Promise], ...] = (
    ("inspector", gettext_lazy("Grid inspector")),
    ("gridleader", gettext_lazy("Grid leader")),
    ("operator", gettext_lazy("Operator")),
    ("dispatcher", gettext_lazy("Dispatcher")),
    ("handler", gettext_lazy("Community handler")),
    ("officer", gettext_lazy("Department officer")),
    ("supervisor", gettext_lazy("Supervisor")),
    ("chief", gettext_lazy("Leader")),
    ("admin", gettext_lazy("Administrator")),
)

# How a status chip looks: tone and icon by status. Chips stay quiet; colour belongs to the lights.
STATUS_LOOKS: dict[str, tuple[str, str]] = {
    "reported": ("waiting", ""),
    "checking": ("active", "search"),
    "registered": ("waiting", ""),
    "dispatched": ("waiting", ""),
    "handling": ("active", "wrench"),
    "suspended": ("paused", "pause"),
    "handled": ("waiting", ""),
    "closed": ("done", "check"),
    "refused": ("off", "x"),
    "merged": ("off", "merge"),
    "void": ("off", "ban"),
}


# Time


register.filter("listed", listed)
register.filter("so_many", so_many)


@register.filter
def duration(minutes: float | None) -> str:
    """A length of time on the clock, in words from its two largest units: "2 h 15 min"; "" for None.

    Its days have 24 hours: working time is said by `WorkingTime.words`.
    """
    if minutes is None:
        return ""
    whole = int(minutes)
    days, rest = divmod(whole, 24 * 60)
    if not days:
        return hours_and_minutes(rest)
    hours = rest // 60
    words = ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if days >= 10 or not hours:
        return words
    return f"{words} {_('%(count)d h') % {'count': hours}}"


@register.filter
def time_left(due: datetime | None) -> str:
    """How long until `due`, or how long since, in words; "" without a due time."""
    if due is None:
        return ""
    left = due - clock.now()
    words = duration(abs(left) // timedelta(minutes=1))
    return (_("%(duration)s left") if left > timedelta() else _("%(duration)s overdue")) % {"duration": words}


@register.filter(name="light")
def light_colour(due_at: datetime | None, warn_at: datetime | None = None) -> str:
    """The light of a due time: "green", "yellow" from `warn_at` on, "red" once due, "none" without one."""
    if due_at is None:
        return "none"
    now = clock.now()
    if now >= due_at:
        return "red"
    return "yellow" if warn_at is not None and now >= warn_at else "green"


@register.filter
def moment(when: datetime | None) -> str:
    """A moment in full where the district is: "2026-11-22 14:30"; "" for None."""
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M}" if when else ""


# Components small enough to stand in every row: written here, not in a template, for speed.


DECORATION = SafeString('aria-hidden="true"')


@register.simple_tag
def icon(name: str, label: str = "", kind: str = "") -> SafeString:
    """One icon of the vendored set; with a `label` it speaks, without one it only decorates."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else DECORATION
    return format_html(
        '<svg class="icon{}" {}><use href="{}#{}"></use></svg>',
        f" icon--{kind}" if kind else "",
        spoken,
        static("vendor/lucide/icons.svg"),
        name,
    )


@register.simple_tag
def light(
    due_at: datetime | None,
    warn_at: datetime | None = None,
    *,
    stopped: bool = False,
    pill: bool = False,
    full: bool = False,
    note: str = "",
) -> SafeString:
    """The time left as shape, words and colour, with the full date on hover.

    `stopped`: the clock stands. `pill`: with a background, for heads and cards. `full`: the date is
    shown too. `note`: what the reader must know about the date, such as a calendar not loaded.
    """
    colour = "stopped" if stopped else light_colour(due_at, warn_at)
    words = {"stopped": _("Clock stopped"), "none": _("No time limit")}.get(colour) or time_left(due_at)
    unseen = {"green": _("On time:"), "yellow": _("Due soon:")}.get(colour, "")
    date = moment(due_at)
    return format_html(
        '<span class="light light--{colour}{pill}" title="{title}"{moments}>'
        '<svg class="light__mark" aria-hidden="true"><use href="{sprite}#{colour}"></use></svg>'
        '{unseen}<span class="light__words">{words}{note}</span>{date}</span>',
        colour=colour,
        pill=" light--pill" if pill else "",
        title=" · ".join(str(part) for part in (date, note) if part),
        moments=_moments(due_at, warn_at) if due_at and not stopped else "",
        sprite=static("gridgov/icons/lights.svg"),
        unseen=format_html('<span class="visually-hidden">{} </span>', unseen) if unseen else "",
        words=words,
        note=format_html('<span class="light__note" role="img" aria-label="{}">*</span>', note)
        if note
        else "",
        date=format_html(' <span class="light__date">{}</span>', date) if full and date else "",
    )


def _moments(due_at: datetime, warn_at: datetime | None) -> SafeString:
    """What a light is reckoned from, in seconds since 1970, for phones: `js/phone/lights.js`."""
    warn = format_html(' data-warn="{}"', int(warn_at.timestamp())) if warn_at else ""
    return format_html(' data-due="{}"{}', int(due_at.timestamp()), warn)


@register.simple_tag
def light_words() -> SafeString:
    """The words of lights, for phones that reckon them by themselves; what is to be filled in stays as it is."""
    said = {
        "left": _("%(duration)s left"),
        "overdue": _("%(duration)s overdue"),
        "moment": hours_and_minutes(0),
        "minutes": _("%(count)d min"),
        "hours": _("%(count)d h"),
        "day": ngettext("%(count)d day", "%(count)d days", 1),
        "days": ngettext("%(count)d day", "%(count)d days", 2),
        "green": _("On time:"),
        "yellow": _("Due soon:"),
    }
    return format_html(
        '<template id="light-words"{}></template>', format_html_join("", ' data-{}="{}"', said.items())
    )


@register.simple_tag
def chip(label: str, tone: str = "waiting", icon_name: str = "") -> SafeString:
    """A state in a word; tone: waiting, active, paused, done, off."""
    return format_html(
        '<span class="chip chip--{}">{}{}</span>', tone, icon(icon_name) if icon_name else "", label
    )


@register.simple_tag
def status_chip(status: str, label: str) -> SafeString:
    """The chip of a case's status, looked up by the status and worded by its label."""
    tone, icon_name = STATUS_LOOKS.get(status, ("waiting", ""))
    return chip(label, tone, icon_name)


@register.simple_tag
def facts(*pairs: str | None) -> SafeString:
    """A definition list from label, value, label, value…; a pair without a value is left out."""
    shown = ((pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2) if pairs[i + 1] not in (None, ""))
    return format_html('<dl class="facts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", shown))


# Components with a template of their own


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, optional: bool = True) -> dict[str, Any]:
    """A form's field with label, help, error and what was typed; `optional=False` hides that word."""
    kind = getattr(bound.field.widget, "input_type", "")
    return {
        "field": bound,
        "checkbox": kind == "checkbox" and not bound.use_fieldset,
        "say_optional": optional,
    }


@register.inclusion_tag("components/demo_people.html")
def demo_people() -> dict[str, Any]:
    """The demo log-ins, each filled in with one press."""
    return {"people": DEMO_PEOPLE, "password": DEMO_PASSWORD}
