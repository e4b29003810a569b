"""The duty rota: a week of a centre, filling it, and one's own shifts."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dispatch.models import Shift
from dispatch.permissions import SEAT_ROLES, can_fill_rota, rota_centres, sits_at
from dispatch.rota import (
    area_of,
    area_templates,
    centre_asked,
    monday_of,
    my_shifts,
    on_now,
    people_at,
    template_named,
    template_of,
    week_of,
)
from dispatch.services.rota import copy_week, put_on, take_off
from gridgov import clock
from gridgov.days import FIRST, LAST
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.leave import leaves
from grids.models import Area, AreaLevel, Organisation, Role, User
from grids.requests import StaffRequest

_PAGE = "dispatch/rota.html"
_TABLE = f"{_PAGE}#table"


@require_safe
def rota(request: StaffRequest) -> HttpResponse:
    """The week of `?centre=` in which `?day=` lies; alone for htmx, which comes from filling it."""
    centre = centre_asked(request.user, request.GET.get("centre", ""))
    context = _context(request, centre, _day(request.GET.get("day", "")), _chosen(request.GET))
    return render(request, _TABLE if request.htmx else _PAGE, context)


@once
@require_POST
def fill_rota(request: StaffRequest) -> HttpResponse:
    """Press a cell, which puts on or takes off who is chosen; or copy last week."""
    centre = centre_asked(request.user, request.POST.get("centre", ""))
    day = _day(request.POST.get("day", ""))
    chosen = _chosen(request.POST)
    problem = ""
    if "copy" in request.POST:
        copied, left_out = copy_week(actor=request.user, organisation=centre, monday=monday_of(day))
        said = ngettext("%(n)d shift copied.", "%(n)d shifts copied.", copied) % {"n": copied}
        messages.success(request, said)
        problem = " ".join([_("Not copied:"), *left_out]) if left_out else ""
    else:
        try:
            messages.success(request, _pressed(request, centre))
        except ValidationError as error:
            problem = " ".join(error.messages)
    if problem:
        context = {**_context(request, centre, day, chosen), "problem": problem}
        return render(request, _TABLE if request.htmx else _PAGE, context, status=422)
    query = urlencode({"centre": centre.code, "day": day, **chosen})
    return redirect(f"{reverse('dispatch:rota')}?{query}")


@require_safe
def my_shift_list(request: StaffRequest) -> HttpResponse:
    """When and where one is on duty in the next two weeks."""
    shifts = [(shift, template_of(shift)) for shift in my_shifts(request.user)]
    context = {
        "shifts": shifts,
        "centres": rota_centres(request.user),
        "home": home_of(request.user),
        "layout": layout_of(request),
    }
    return render(request, "dispatch/my_shift_list.html", context)


@require_safe
def on_duty_now(request: StaffRequest) -> HttpResponse:
    """Who sits at one's centres now, one's own shift to hand over, and what waits for one's signature."""
    user = request.user
    seats = []
    for centre in rota_centres(user):
        if sits_at(user, centre):
            on = on_now(centre.pk).select_related("user").order_by("ends_at", "user__display_name")
            seats.append((centre, list(on)))
    ends = Shift.objects.filter(
        user=user,
        area=None,
        handed_over_at=None,
        starts_at__lte=clock.now(),
        ends_at__gt=clock.now() - timedelta(days=1),
    )
    context = {
        "seats": [(centre, on) for centre, on in seats if on],
        "mine": ends.order_by("ends_at").first(),
        "to_sign": Shift.objects.filter(handed_over_to=user, taken_over_at=None)
        .select_related("user")
        .first(),
    }
    return render(request, "dispatch/on_duty_now.html", context)


def _day(asked: str) -> date:
    """A day that was asked for, today where it is none."""
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    return day if day and FIRST <= day <= LAST else clock.today()


def _pressed(request: StaffRequest, centre: Organisation) -> str:
    """Do what a cell says: "seat DAY SHIFT" or "walk DAY PERSON"; returns what was done."""
    kind, day_asked, rest = (*request.POST.get("cell", "").split(" ", 2), "", "", "")[:3]
    day = _day(day_asked)
    outside = kind == "walk"
    user = _person(rest if outside else request.POST.get("who", ""))
    template = template_named(request.POST.get("shift", "") if outside else rest, outside=outside)
    if user is None:
        raise ValidationError(_("Choose first whom to put on."), code="nobody")
    starts_at, ends_at = template.span(day)
    there = Shift.objects.filter(organisation=centre, user=user, area__isnull=not outside)
    if outside:
        midnight = starts_at.replace(hour=0, minute=0)
        there = there.filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1))
    else:
        there = there.filter(starts_at__gte=starts_at, starts_at__lt=ends_at)
    if (shift := there.first()) is not None:
        take_off(shift.pk, actor=request.user)
        return _("%(who)s is off on %(day)s.") % {"who": user, "day": f"{day:%m-%d}"}
    area = _area(request.POST.get("area", ""), user, centre) if outside else None
    put_on(actor=request.user, user=user, organisation=centre, template=template, day=day, area=area)
    return _("%(who)s: %(shift)s on %(day)s.") % {"who": user, "shift": template.label, "day": f"{day:%m-%d}"}


def _person(asked: str) -> User | None:
    return User.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None


def _area(asked: str, user: User, centre: Organisation) -> Area:
    found = Area.objects.current().filter(code=asked).first() if asked.isascii() and asked.isalnum() else None
    area = found or area_of(user, centre)
    if area is None:
        raise ValidationError(_("%(who)s holds no such post there then.") % {"who": user}, code="no_post")
    return area


def _chosen(asked: QueryDict) -> dict[str, str]:
    """Whom, when and where the next press puts on."""
    return {name: asked.get(name, "") for name in ("who", "shift", "area")}


def _context(
    request: StaffRequest, centre: Organisation, day: date, chosen: dict[str, str]
) -> dict[str, Any]:
    monday = monday_of(day)
    may_fill = can_fill_rota(request.user, centre)
    week = week_of(centre, monday)
    here = f"{reverse('dispatch:rota')}?centre={centre.code}"
    people = people_at(centre, *SEAT_ROLES) if may_fill else []
    return {
        "week": week,
        "centre": centre,
        "centres": [
            {
                "label": str(one),
                "url": f"{reverse('dispatch:rota')}?centre={one.code}&day={monday}",
                "current": one == centre,
            }
            for one in rota_centres(request.user)
        ],
        "may_fill": may_fill,
        "people": people,
        "chosen": chosen if chosen["who"] or not people else {**chosen, "who": str(people[0].user_id)},
        "walking": area_templates(),
        "areas": Area.objects.current()
        .within(centre.area)
        .filter(level__gte=max(AreaLevel.COMMUNITY, centre.area.level))[:60]
        if may_fill and week.walkers
        else [],
        "away": leaves(
            people=[post.user for post in people_at(centre, *SEAT_ROLES, Role.INSPECTOR)], since=monday
        ),
        "today": clock.today(),
        "earlier": f"{here}&day={monday - timedelta(days=7)}",
        "later": f"{here}&day={monday + timedelta(days=7)}",
        "now": here,
    }
