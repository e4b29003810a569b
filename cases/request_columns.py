"""What the columns of a source's file may hold, guessed from their headings, and what a row says by them."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import CaseClass
from cases.services.contact import contact_said

LONGEST_NUMBER, LONGEST_TEXT, LONGEST_ADDRESS = 60, 2000, 200

# Field → its words.
FIELDS = {
    "number": gettext_lazy("number"),
    "text": gettext_lazy("what is wrong"),
    "address": gettext_lazy("address"),
    "longitude": gettext_lazy("longitude"),
    "latitude": gettext_lazy("latitude"),
    "called_at": gettext_lazy("called or written"),
    "due_at": gettext_lazy("promised by"),
    "case_class": gettext_lazy("class"),
    "contact_name": gettext_lazy("who called or wrote"),
    "contact_phone": gettext_lazy("their phone"),
}
NEEDED = ("number", "text")
# What headings of each contain, the more certain first; those of published hotline tables.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("工单编号", "工单号", "受理编号", "信访件编号", "编号", "单号", "number", "id"),
    "text": ("诉求内容", "问题描述", "来电内容", "信访内容", "反映内容", "主要内容", "内容", "描述", "text", "description"),
    "address": ("事发地址", "问题地址", "诉求地址", "地址", "地点", "address"),
    "longitude": ("经度", "longitude", "lng", "lon"),
    "latitude": ("纬度", "latitude", "lat"),
    "called_at": ("来电时间", "受理时间", "登记时间", "信访日期", "诉求时间", "called"),
    "due_at": ("办理时限", "办结时限", "截止时间", "截止日期", "要求办结", "due"),
    "case_class": ("问题分类", "诉求类别", "问题类别", "类别", "分类", "class"),
    "contact_name": ("来电人", "诉求人", "信访人", "联系人", "姓名", "name"),
    "contact_phone": ("联系电话", "来电号码", "手机", "电话", "phone"),
}  # fmt: skip
_MOMENTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
)


@dataclass
class RequestRead:
    """A row as it was understood: values by the service's keywords, and what is wrong with it, in words."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def guess_columns(header: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Position of a column, as text → field: as chosen for this heading before, else by its words; a field once."""
    found: dict[str, str] = {}
    for position, heading in enumerate(header):
        if known.get(heading) in FIELDS and known[heading] not in found.values():
            found[str(position)] = known[heading]
    for name, words in _HEADINGS.items():
        if name in found.values():
            continue
        for word in words:
            free = [p for p, heading in enumerate(header) if str(p) not in found and word in heading.lower()]
            if free:
                found[str(free[0])] = name
                break
    return found


def read_row(
    cells: Sequence[str], mapping: Mapping[str, str], classes: Mapping[str, CaseClass]
) -> RequestRead:
    """What a row says by the columns chosen; `classes` by name and by code."""
    said = {
        name: cells[int(position)].strip() if int(position) < len(cells) else ""
        for position, name in mapping.items()
    }
    read = RequestRead()
    for name in NEEDED:
        if not said.get(name):
            read.problems.append(_("%(field)s is missing") % {"field": FIELDS[name]})
    for name, most in (
        ("number", LONGEST_NUMBER),
        ("text", LONGEST_TEXT),
        ("address", LONGEST_ADDRESS),
    ):
        if len(said.get(name, "")) > most:
            read.problems.append(
                _("%(field)s is longer than %(most)d characters") % {"field": FIELDS[name], "most": most}
            )
        read.values[name] = said.get(name, "")
    read.values |= contact_said(said.get("contact_name", ""), said.get("contact_phone", ""))
    read.values["point"] = _point(said, read)
    for name in ("called_at", "due_at"):
        read.values[name] = _moment(said.get(name, ""), name, read)
    read.values["case_class"] = _class(said.get("case_class", ""), classes)
    return read


def _point(said: Mapping[str, str], read: RequestRead) -> Point | None:
    longitude, latitude = said.get("longitude", ""), said.get("latitude", "")
    if not longitude and not latitude:
        return None
    try:
        east, north = float(longitude), float(latitude)
    except ValueError:
        east = north = 1_000.0
    if not (-180 <= east <= 180 and -90 <= north <= 90):
        read.problems.append(
            _("longitude and latitude are no place: write degrees like 113.1467 and 23.0289")
        )
        return None
    return Point(east, north, srid=4326)


def _moment(typed: str, name: str, read: RequestRead) -> datetime | None:
    if not typed:
        return None
    moment = None
    with contextlib.suppress(ValueError):
        moment = parse_datetime(typed)
    for form in _MOMENTS:
        if moment is not None:
            break
        try:
            moment = datetime.strptime(typed, form)  # noqa: DTZ007 - local, as the file says it
        except ValueError:
            continue
    if moment is None:
        read.problems.append(
            _("%(field)s is no time: write it like 2026-11-23 08:30") % {"field": FIELDS[name]}
        )
        return None
    if name == "due_at" and moment.time() == time.min:
        # A day alone, also as Excel has it: what is promised by then is promised until its end.
        moment = datetime.combine(moment, time(23, 59, 59), moment.tzinfo)
    return make_aware(moment) if is_naive(moment) else moment


def _class(typed: str, classes: Mapping[str, CaseClass]) -> CaseClass | None:
    # A class that nobody here knows is no fault of the row: the operator chooses, as with a call.
    return classes.get(typed)


def classes_by_words() -> dict[str, CaseClass]:
    """The classes in use by name and by full code; a word that two have stands for neither. One query."""
    found: dict[str, CaseClass] = {}
    twice: set[str] = set()
    for each in CaseClass.objects.filter(is_active=True):
        for word in {each.name, each.full_code}:
            if word in found:
                twice.add(word)
            found[word] = each
    return {word: each for word, each in found.items() if word not in twice}
