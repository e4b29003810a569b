"""Being away: one's own leave, that of one's people, and for whom one stands in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gridgov import clock
from gridgov.asked import number_asked
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import home_of, layout_of
from grids.leave import Leave, as_leaves, leaves
from grids.models import Post, User
from grids.permissions import can_set_leave
from grids.requests import StaffRequest
from grids.services.leave import end_leave as end
from inspections.forms.leave import LeaveForm
from inspections.permissions import led_areas
from inspections.services.leave import set_leave

MOST_FOUND = 12


@once
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: StaffRequest) -> HttpResponse:
    """ "I am away", or for `?person=` whom one leads; who is away, and for whom one stands in."""
    person = _person(request, request.GET.get("person", ""))
    form = LeaveForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            set_leave(person, actor=request.user, **form.values())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Written down. Whoever stands in is told."))
            return redirect(_way_back(request, reverse("inspections:leave")))
    mine = person == request.user
    words = request.GET.get("words", "").strip()
    context: dict[str, Any] = {
        "form": form,
        "person": person,
        "mine": mine,
        "leaves": leaves(people=[person]),
        "stands_in_for": as_leaves(Post.objects.stand_ins().current().filter(user=person)),
        "leads": bool(led_areas(request.user)),
        "others": leaves_led_by(request.user) if mine else [],
        "words": words,
        "found": _found(request.user, words) if words else [],
        "next": request.GET.get("next", ""),
        "home": home_of(request.user),
        "layout": layout_of(request),
    }
    return render(request, "inspections/leave.html", context, status=422 if form.errors else 200)


@once
@require_POST
def end_leave(request: StaffRequest, person_id: int) -> HttpResponse:
    """Somebody is back: the leave that begins on the day sent as `first` ends."""
    person = _person(request, str(person_id))
    first = parse_date(request.POST.get("first", "")) if request.POST.get("first", "").isascii() else None
    if first is None:
        raise NotFoundForYou(person_id)
    end(person, actor=request.user, first=first)
    messages.success(request, _("The leave has ended. Whoever stood in is told."))
    return redirect(_way_back(request, reverse("inspections:leave")))


def _person(request: StaffRequest, asked: str) -> User:
    """Whose leave it is; raises `NotFoundForYou` for somebody whom one does not lead."""
    pk = number_asked(asked) if asked else request.user.pk
    if pk == request.user.pk:
        return request.user
    return person_led(request.user, pk=pk)


def person_led(user: User, **named: Any) -> User:
    """The one person so named whose leave somebody sets; raises `NotFoundForYou`."""
    person = User.objects.filter(**named, is_active=True).first()
    if person is None or not can_set_leave(user, person):
        raise NotFoundForYou(named)
    return person


def leaves_led_by(user: User) -> list[tuple[Leave, bool]]:
    """The absences in the areas that somebody leads, now and to come; and whether they may end each."""
    where = Q(pk__in=[])
    for area in led_areas(user):
        where |= Q(area__path__startswith=area.path)
    held = Post.objects.stand_ins().filter(where, valid_to__gte=clock.today())
    found = as_leaves(held.exclude(deputy_of__user=user))
    return [(one, can_set_leave(user, one.person)) for one in found]


def _found(user: User, words: str) -> list[User]:
    """People whom somebody leads, by name."""
    where = Q(pk__in=[])
    for area in led_areas(user):
        where |= Q(posts__area__path__startswith=area.path)
    named = Q(display_name__icontains=words) | Q(username__icontains=words)
    if not words.isprintable():
        return []
    people = (
        User.objects.filter(where, named, is_active=True)
        .exclude(pk=user.pk)
        .distinct()
        .order_by("display_name")
    )
    return [one for one in people[: 3 * MOST_FOUND] if can_set_leave(user, one)][:MOST_FOUND]


def _way_back(request: StaffRequest, otherwise: str) -> str:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else otherwise
