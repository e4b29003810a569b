"""What is asked of the figures, as it stands in an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessment.figures.measures import BY_NAME, MEASURES, Figures
from assessment.models import CaseFact
from assessment.permissions import scope_of
from cases.models import CaseClass, Channel, MajorClass
from cases.permissions import lies_in
from gridgov import clock
from gridgov.days import plausible_day
from gridgov.errors import NotFoundForYou
from grids.models import Area, Organisation, User

MOST_DAYS = 731
DEFAULT_DAYS = 30
STEPS = [
    ("day", pgettext_lazy("step of time", "By day")),
    ("week", pgettext_lazy("step of time", "By week")),
    ("month", pgettext_lazy("step of time", "By month")),
]
WAYS = [
    ("area", gettext_lazy("By area")),
    ("class", gettext_lazy("By class")),
    ("unit", gettext_lazy("By unit")),
    ("channel", gettext_lazy("By channel")),
    ("time", gettext_lazy("Over time")),
]


@dataclass(frozen=True)
class Question:
    """Which cases are counted (by when they were reported), and how they are laid out."""

    since: date
    until: date
    area: Area | None = None
    unit: Organisation | None = None
    major: MajorClass | None = None
    case_class: CaseClass | None = None
    channel: str = ""
    step: str = "day"
    by: str = "area"
    measure: str = "reported"
    # All slices instead of the largest and "other".
    all: bool = False

    @property
    def facts(self) -> QuerySet[CaseFact]:
        """The rows of the roll-up that count."""
        facts: QuerySet[CaseFact] = CaseFact.objects.filter(day__range=(self.since, self.until))
        if self.area:
            facts = facts.filter(lies_in(self.area))
        for name in ("unit", "major", "case_class", "channel"):
            if chosen := getattr(self, name):
                facts = facts.filter(**{name: chosen})
        return facts

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def narrowing(self) -> dict[str, str]:
        """What picks the cases, by the names that lists of cases know, too."""
        found = {
            "area": self.area and self.area.code,
            "unit": self.unit and self.unit.code,
            "major": self.major and self.major.pk,
            "case_class": self.case_class and self.case_class.pk,
            "channel": self.channel,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }
        return {name: str(value) for name, value in found.items() if value}

    @property
    def address(self) -> dict[str, str]:
        """All of it, for an address of this page."""
        layout = {"step": self.step, "by": self.by, "measure": self.measure}
        return {**self.narrowing, **layout, **({"all": "true"} if self.all else {})}

    def url(self, **changes: Any) -> str:
        """The page with some of it changed; None leaves a part out."""
        asked = {**self.address, **changes}
        return f"{reverse('assessment:statistics')}?{urlencode({k: v for k, v in asked.items() if v is not None})}"

    def list_url(self, measure: str = "reported", **narrowing: str) -> str:
        """The list of just the cases that a figure counts."""
        asked = {**self.narrowing, **narrowing, **BY_NAME[measure].opens}
        return f"{reverse('cases:case_list')}?{urlencode(asked)}"

    def opening(
        self, figures: Figures, narrow: Mapping[str, str], names: Iterable[str] = BY_NAME
    ) -> list[tuple[int, str]]:
        """Each measure with the address of its list, "" where there is nothing to see."""
        counts = [(name, figures.counts[name]) for name in names]
        return [(count, self.list_url(name, **narrow) if count else "") for name, count in counts]


class QuestionForm(forms.Form):
    """The address of the page; what is left out is chosen for the reader."""

    area = forms.CharField(required=False)
    unit = forms.CharField(required=False)
    major = forms.ModelChoiceField(MajorClass.objects.all(), required=False)
    case_class = forms.ModelChoiceField(CaseClass.objects.select_related("major"), required=False)
    channel = forms.ChoiceField(choices=[("", ""), *Channel.choices], required=False)
    since = forms.DateField(label=gettext_lazy("Reported from"), required=False, validators=[plausible_day])
    until = forms.DateField(label=pgettext_lazy("date", "to"), required=False, validators=[plausible_day])
    step = forms.ChoiceField(choices=[("", ""), *STEPS], required=False)
    by = forms.ChoiceField(choices=[("", ""), *WAYS], required=False)
    measure = forms.ChoiceField(choices=[("", ""), *((m.name, m.label) for m in MEASURES)], required=False)
    all = forms.BooleanField(required=False)

    most_days = MOST_DAYS

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("It ends before it begins."))
        elif since and (until or clock.today()) - since >= timedelta(self.most_days):
            self.add_error("since", _("At most %(days)d days at once.") % {"days": self.most_days})
        return found


def question_of(user: User, form: QuestionForm) -> Question:
    """What the address asks for; where it can't be read, what stands there by default.

    Raises `NotFoundForYou` for an area or unit that is not the person's, or not there.
    """
    form.is_valid()
    asked = form.cleaned_data
    area, unit = scope_of(user, _named(Area, asked.get("area")), _named(Organisation, asked.get("unit")))
    since, until = _span(asked, has_errors=bool({"since", "until"} & form.errors.keys()))
    major, case_class = asked.get("major"), asked.get("case_class")
    if case_class and major and case_class.major_id != major.pk:
        case_class = None  # chosen under another one
    question = Question(
        since=since,
        until=until,
        area=area,
        unit=unit,
        major=major or (case_class.major if case_class else None),
        case_class=case_class,
        channel=asked.get("channel", ""),
        by=asked.get("by") or "area",
        measure=asked.get("measure") or "reported",
        all=asked.get("all", False),
    )
    return replace(question, step=asked.get("step") or _fitting(question.days))


def _span(asked: dict[str, Any], *, has_errors: bool) -> tuple[date, date]:
    if has_errors:
        asked = {}
    since, until = asked.get("since"), asked.get("until")
    until = until or max(clock.today(), since or clock.today())
    return since or until - timedelta(DEFAULT_DAYS - 1), until


def _named(model: type[Any], code: str | None) -> Any:
    if not code:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        raise NotFoundForYou(code)
    return found


def _fitting(days: int) -> str:
    return "day" if days <= 62 else "week" if days <= 366 else "month"
