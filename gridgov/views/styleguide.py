"""The living style guide: every component in its states, in both languages, light and dark."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.context_processors import NAVIGATION, Link

# Part of the guide -> its title; each is a named part of styleguide_parts.html.
PARTS = {
    "colours": _("Colours"),
    "lights": _("Time left"),
    "chips": _("States and counts"),
    "actions": _("Buttons and menus"),
    "bars": _("Tabs, filters and pages"),
    "form": _("Form"),
    "table": _("Table"),
    "cards": _("Cards and strip of the phone"),
    "case": _("Head and facts of a case"),
    "timeline": _("Timeline"),
    "photos": _("Photos"),
    "uploads": _("Photos on their way"),
    "numbers": _("Numbers and bands"),
    "messages": _("Messages and progress"),
    "states": _("Empty and failed"),
    "overlays": _("Dialog and sheet"),
    "icons": _("Icons"),
}
PHONE_PARTS = {"cards", "uploads"}
# Page made of the components -> the entry of the navigation it shows as current.
FULL_PAGES = {"console": "dispatch:dispatch_list", "phone": "inspections:today"}

TEXT_COLOURS = ("text", "text-muted", "accent", "green", "yellow", "red")
ICONS = (
    "inbox send wrench shield-check siren route map map-pin map-pin-off grid-3x3 list list-checks camera image clock "
    "alarm-clock triangle-alert octagon-alert circle-check circle-alert info x check search bell user-round users bot cpu "
    "upload wifi-off cloud-upload refresh-cw undo-2 circle-arrow-up pause play merge split message-square eye printer "
    "download pencil trash-2 building-2 flag megaphone hand locate-fixed compass calendar-clock footprints gauge lock"
)

# Class, place, minutes left, status.
CASES = (
    ("井盖缺失", "大沥镇 › 黄岐社区 › 第 012 网格", -190, ("handling", _("Being handled"))),
    ("占道经营", "桂城街道 › 平洲社区 › 第 003 网格", -12, ("dispatched", _("Waiting for acceptance"))),
    ("路灯损坏", "桂城街道 › 叠滘社区 › 第 041 网格", 22, ("handling", _("Being handled"))),
    ("消防通道堵塞", "里水镇 › 草场社区 › 第 007 网格", 135, ("registered", _("Waiting for dispatch"))),
    ("暴露垃圾", "狮山镇 › 小塘社区 › 第 118 网格", 400, ("handled", _("Waiting for verification"))),
    ("树木倒伏", "九江镇 › 沙头社区 › 第 020 网格", 1650, ("suspended", _("Suspended"))),
    (
        "违规堆放建筑垃圾和大件家具并占用人行道",
        "西樵镇 › 民乐社区 › 第 009 网格",
        7300,
        ("checking", _("Being checked")),
    ),
)


class SampleForm(forms.Form):
    """One field of each sort."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), ("far", _("Beyond our powers"))])
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, help_text=_("The next unit reads this."))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    answer = forms.ChoiceField(
        label=_("Result"),
        widget=forms.RadioSelect,
        choices=[("passed", _("Passed")), ("failed", _("Not solved"))],
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)


class SamplePhotoForm(forms.Form):
    """The field of `photo_input`."""

    photos = forms.FileField(error_messages={"required": _("Take a photo of how it looks now.")})


@dataclass(frozen=True)
class Sample:
    """One part in one language and theme."""

    language: str
    theme: str
    html: SafeString


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components; `?page=console` or `?page=phone` shows a whole page made of them."""
    page = request.GET.get("page")
    if page in FULL_PAGES:
        return render(request, f"gridgov/styleguide_{page}.html", sample_data() | sample_navigation())
    parts = [
        {"name": name, "title": title, "phone": name in PHONE_PARTS, "samples": _samples(request, name)}
        for name, title in PARTS.items()
    ]
    return render(request, "gridgov/styleguide.html", {"parts": parts, "full_pages": FULL_PAGES})


def _samples(request: HttpRequest, part: str) -> list[Sample]:
    samples = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for theme in ("light", "dark"):
                data = sample_data() | sample_forms(f"{part}-{language}-{theme}")
                html = render_to_string(f"gridgov/styleguide_parts.html#{part}", data, request)
                samples.append(Sample(language, theme, html))
    return samples


def sample_forms(copy: str) -> dict[str, Any]:
    """The sample forms empty and sent back; `copy` keeps the ids of the copies apart."""
    return {
        "copy": copy,
        "form": SampleForm(prefix=copy),
        "wrong_form": SampleForm({f"{copy}-wrong-reason": "far"}, prefix=f"{copy}-wrong"),
        "photo_form": SamplePhotoForm(prefix=copy),
        "wrong_photo_form": SamplePhotoForm({}, prefix=f"{copy}-wrong"),
    }


def sample_navigation() -> dict[str, list[Link]]:
    """Every entry, with some counts, whoever looks."""
    waiting = {
        "cases:intake_list": 4,
        "dispatch:dispatch_list": 27,
        "dispatch:supervisor_list": 2,
        "gridgov:notices": 3,
    }
    return {
        f"{posture}_navigation": [
            Link(entry, "#", current=entry.url_name in FULL_PAGES.values(), count=waiting.get(entry.url_name))
            for entry in entries
        ]
        for posture, entries in NAVIGATION.items()
    }


def sample_data() -> dict[str, Any]:
    """Made-up cases, steps and photos around the present moment."""
    photos = [
        {
            "url": static(f"gridgov/samples/{name}.svg"),
            "thumb_url": static(f"gridgov/samples/{name}.svg"),
            "caption": caption,
        }
        for name, caption in (("before", _("Before")), ("after", _("After")))
    ]
    return {
        "written": ["灯杆已扶正，明早复查。"],
        "photos": photos,
        "cases": [_case(number, *row) for number, row in enumerate(CASES)],
        "entries": [
            _step(
                _("Reported"),
                540,
                None,
                "camera",
                who="陈志强 · 网格员",
                photos=photos[:1],
                note="井盖缺失，已设警示锥。",
            ),
            _step(_("Registered"), 528, 12, "clipboard-check", who="黄敏仪 · 坐席员"),
            _step(_("Sent to the unit"), 521, 7, "send", who="何俊杰 · 派遣员"),
            _step(_("Overdue: moved up to the street"), 240, 281, "circle-arrow-up", machine=True, late=True),
            _step(_("Clock resumed"), 120, 120, "play", machine=True),
            _step(_("Handled"), 35, 85, "wrench", who="李国华 · 市政处置员", photos=photos[1:]),
        ],
        "text_colours": TEXT_COLOURS,
        "icons": ICONS.split(),
        "bands": "abcde",
        "stopped_due": clock.now() + timedelta(hours=30),
        "tabs": [
            {"label": _("Waiting"), "url": "#", "current": True, "count": 27},
            {"label": _("Returned"), "url": "#", "current": False, "count": 3},
            {"label": _("Finished"), "url": "#", "current": False},
        ],
    }


def _step(did: Promise, minutes_ago: int, minutes: int | None, icon: str, **more: Any) -> dict[str, Any]:
    at = clock.now() - timedelta(minutes=minutes_ago)
    return {"did": did, "at": at, "minutes": minutes, "icon": icon} | more


def _case(
    number: int, class_name: str, place: str, minutes: int, status: tuple[str, Promise]
) -> dict[str, Any]:
    due = clock.now() + timedelta(minutes=minutes)
    return {
        "number": f"440605-20261122-{123 + number:06}",
        "class_name": class_name,
        "place": place,
        "due_at": due,
        "warn_at": due - timedelta(minutes=60),
        "stopped": status[0] == "suspended",
        "status": status[0],
        "status_label": status[1],
        "holder": "桂城街道指挥中心",
        "unit": "市政管养所",
    }
