"""Signs of gaming by month for who supervises, the cases behind each number, and the notes on them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assessment.models import Judged, SuspicionNote
from assessment.permissions import areas_watched_by, can_judge_suspicion
from assessment.services.facts import MOST_BEFORE_A_PAGE, read_facts
from assessment.services.suspicion import LONGEST, leave_note
from assessment.suspicion import PERSON, SIGNS, UNIT, Asked, Finding, Sign, Whose, finding_of
from cases.models import Case
from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.forms import add_errors
from gridgov.idempotency import once
from gridgov.views.home import layout_of
from grids.models import Organisation, User
from grids.requests import StaffRequest

MOST_ROWS = 50
MOST_CASES = 300


class NoteForm(forms.Form):
    """What a supervisor found."""

    judged = forms.ChoiceField(
        label=gettext_lazy("What you found"),
        choices=lambda: [(j.value, capfirst(j.label)) for j in Judged],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("In a sentence"),
        help_text=gettext_lazy("Other supervisors read it; no score is touched by it."),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )


@require_safe
def suspicion(request: StaffRequest) -> HttpResponse:
    """Every sign in an area and a month, most cases first: `?area=CODE&month=2026-11`."""
    asked = _asked(request)
    read_facts(MOST_BEFORE_A_PAGE)
    found = {sign: _for(request, sign.find(asked)) for sign in SIGNS.values()}
    names = _names(finding.whose for findings in found.values() for finding in findings)
    judged = _last_notes(asked)
    context = {
        "asked": asked,
        "signs": [
            {
                "sign": sign,
                "rows": [
                    _row(asked, sign, finding, names, judged.get((sign.code, finding.whose)))
                    for finding in findings[:MOST_ROWS]
                ],
                "more": max(len(findings) - MOST_ROWS, 0),
            }
            for sign, findings in found.items()
        ],
        "is_anything": any(found.values()),
        "areas": areas_watched_by(request.user),
        **_months(asked),
        "layout": layout_of(request),
    }
    return render(request, "assessment/suspicion.html", context)


@require_safe
def suspicion_cases(request: StaffRequest, sign: str, kind: str, whose: int) -> HttpResponse:
    """The cases behind one number, and what supervisors noted about it."""
    return _cases_page(request, sign, Whose(kind, whose))


@once
@require_POST
def note_suspicion(request: StaffRequest, sign: str, kind: str, whose: int) -> HttpResponse:
    asked, about, form = _asked(request), Whose(kind, whose), NoteForm(request.POST)
    if form.is_valid():
        try:
            leave_note(actor=request.user, sign=sign, asked=asked, whose=about, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Noted; no score is touched by it."))
            return redirect(_url("suspicion_cases", asked, sign, about))
    return _cases_page(request, sign, about, form=form, status=422)


def _cases_page(
    request: StaffRequest, code: str, whose: Whose, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    asked, sign = _asked(request), SIGNS.get(code)
    read_facts(MOST_BEFORE_A_PAGE)
    if sign is None or not _may_judge(request, whose):
        raise NotFoundForYou("suspicion")
    finding = finding_of(sign, asked, whose)
    if finding is None:
        raise NotFoundForYou("suspicion")
    cases = Case.objects.select_related("case_class").in_bulk(
        {hit.case_id for hit in finding.hits[:MOST_CASES]}
    )
    context = {
        "asked": asked,
        "sign": sign,
        "finding": finding,
        "name": _names([whose])[whose],
        "rows": [(hit, cases[hit.case_id]) for hit in finding.hits[:MOST_CASES]],
        "more": max(len(finding.hits) - MOST_CASES, 0),
        "notes": SuspicionNote.objects.filter(
            sign=code,
            month=asked.first_day,
            **{"user_id" if whose.kind == PERSON else "organisation_id": whose.pk},
        ).select_related("by"),
        "form": form or NoteForm(),
        "back": _url("suspicion", asked),
        "post_to": _url("note_suspicion", asked, code, whose),
        "layout": layout_of(request),
    }
    return render(request, "assessment/suspicion_cases.html", context, status=status)


def _asked(request: StaffRequest) -> Asked:
    """The area, the first of theirs unless one is named, and the month, this one unless one is named."""
    areas = areas_watched_by(request.user)
    code, month = request.GET.get("area", ""), request.GET.get("month", "")
    area = next((area for area in areas if code in ("", area.code)), None)
    try:
        first = date.fromisoformat(f"{month}-01") if month else clock.today().replace(day=1)
    except ValueError:
        first = None
    if area is None or first is None or not 2000 <= first.year <= 2999:
        raise NotFoundForYou("suspicion")
    return Asked(area, first)


def _may_judge(request: StaffRequest, whose: Whose) -> bool:
    person, unit = (whose.pk if whose.kind == kind else None for kind in (PERSON, UNIT))
    return can_judge_suspicion(request.user, person=person, unit=unit)


def _for(request: StaffRequest, findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if _may_judge(request, finding.whose)]


def _row(
    asked: Asked, sign: Sign, finding: Finding, names: dict[Whose, str], note: SuspicionNote | None
) -> dict[str, Any]:
    return {
        "name": names[finding.whose],
        "number": len(finding.hits),
        "beside": finding.beside,
        "url": _url("suspicion_cases", asked, sign.code, finding.whose),
        "note": note,
    }


def _names(whose: Iterable[Whose]) -> dict[Whose, str]:
    """What they are called; a query for people and one for units."""
    ids: dict[str, set[int]] = {PERSON: set(), UNIT: set()}
    for each in whose:
        ids[each.kind].add(each.pk)
    found = {Whose(PERSON, user.pk): str(user) for user in User.objects.filter(pk__in=ids[PERSON])}
    return found | {Whose(UNIT, unit.pk): str(unit) for unit in Organisation.objects.filter(pk__in=ids[UNIT])}


def _last_notes(asked: Asked) -> dict[tuple[str, Whose], SuspicionNote]:
    notes = SuspicionNote.objects.filter(Q(month=asked.first_day)).order_by("pk")
    return {
        (note.sign, Whose(PERSON, note.user_id) if note.user_id else Whose(UNIT, note.organisation_id)): note
        for note in notes
    }


def _months(asked: Asked) -> dict[str, str]:
    """The addresses of the month before, and of the one after unless that lies ahead."""
    before = (asked.first_day - timedelta(days=1)).replace(day=1)
    after = asked.last_day + timedelta(days=1)
    return {
        "before_url": _url("suspicion", Asked(asked.area, before)),
        "after_url": _url("suspicion", Asked(asked.area, after)) if after <= clock.today() else "",
    }


def _url(name: str, asked: Asked, sign: str = "", whose: Whose | None = None) -> str:
    args = [sign, *whose] if whose else []
    query = urlencode({"area": asked.area.code, "month": f"{asked.first_day:%Y-%m}"})
    return f"{reverse(f'assessment:{name}', args=args)}?{query}"
