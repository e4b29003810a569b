"""What looks like gaming, for a supervisor to judge: each sign a named function with its cases, never a penalty."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, FloatField, Func, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import CaseFact
from cases.models import Case, CaseEvent, CasePhoto, Channel
from cases.permissions import lies_in
from cases.workflow import Action, Status
from gridgov.models import Photo
from grids.models import Area

# So many in a month, before one asks.
AT_LEAST_SETTLED = 5
AT_LEAST_FAR = 3
AT_LEAST_AT_NIGHT = 5
TIMES_THE_OTHERS = 2
TIMES_THE_EVENINGS = 3
FAR_M = 200
PHOTO_FAR_M = 500
LATE_EVENING = 22
MOST_SAME = 5_000
# A photo waits so long at most for what it belongs to; see `gridgov.tasks`.
AHEAD = timedelta(days=60)

PERSON, UNIT = "person", "unit"
# What people do to get a case off their desk.
_DONE_BY_PEOPLE = (
    Action.SETTLE, Action.REGISTER, Action.REFUSE, Action.DISPATCH, Action.ACCEPT, Action.FEED_BACK, Action.ANSWER_CHECK,
    Action.VERIFY_PASS, Action.VERIFY_FAIL,
)  # fmt: skip


class Whose(NamedTuple):
    """A person or a unit, by id."""

    kind: str
    pk: int


class Hit(NamedTuple):
    """A case behind a number: when, and what is odd about it in words."""

    case_id: int
    at: datetime
    told: str = ""


class Finding(NamedTuple):
    """One who shows a sign in a month, with every case behind the number, and what the number is held against."""

    whose: Whose
    hits: list[Hit]
    beside: str = ""


@dataclass(frozen=True)
class Asked:
    """An area and a month by its first day."""

    area: Area
    first_day: date

    @property
    def last_day(self) -> date:
        return self.first_day.replace(day=monthrange(self.first_day.year, self.first_day.month)[1])

    @property
    def start(self) -> datetime:
        return make_aware(datetime.combine(self.first_day, time.min))

    @property
    def end(self) -> datetime:
        return make_aware(datetime.combine(self.last_day + timedelta(days=1), time.min))

    def events(self) -> Q:
        """The filter of the timeline's rows of the month, by the index of the district."""
        district = self.area.path.strip("/").partition("/")[0]
        return Q(district__code=district, at__gte=self.start, at__lt=self.end) & lies_in(self.area, "case__")


@dataclass(frozen=True)
class Sign:
    """What looks like gaming: `find` names everybody who shows it."""

    code: str
    label: str | Promise
    # One sentence: what is counted, from when on, and what it may mean.
    sentence: str | Promise
    find: Callable[[Asked], list[Finding]]


def closed_and_reopened(asked: Asked) -> list[Finding]:
    """Cases reopened in the month after they were closed, by the unit that had them, else by who settled them."""
    rows = CaseEvent.objects.filter(asked.events(), action=Action.REOPEN, from_status=Status.CLOSED)
    found: dict[Whose, list[Hit]] = defaultdict(list)
    for case, at, unit, reporter in rows.order_by("at").values_list(
        "case_id", "at", "unit_id", "case__reporter_id"
    ):
        if unit or reporter:
            found[Whose(UNIT, unit) if unit else Whose(PERSON, reporter)].append(Hit(case, at))
    return _findings(found)


def settled_far_above_peers(asked: Asked) -> list[Finding]:
    """Inspectors who settled on the spot a far larger share of what they reported than all others in the area."""
    reports = CaseFact.objects.filter(
        lies_in(asked.area),
        day__range=(asked.first_day, asked.last_day),
        channel=Channel.INSPECTOR,
        reporter__isnull=False,
        voided_at=None,
    )
    counted = {
        who: (settled, reported)
        for who, settled, reported in reports.order_by()
        .values("reporter_id")
        .annotate(settled=Count("pk", filter=Q(is_settled=True)), reported=Count("pk"))
        .values_list("reporter_id", "settled", "reported")
    }
    all_settled, all_reported = (
        (sum(numbers) for numbers in zip(*counted.values(), strict=True)) if counted else (0, 0)
    )
    beside = {}
    for who, (settled, reported) in counted.items():
        others_settled, others = all_settled - settled, all_reported - reported
        # settled / reported >= times * others_settled / others, without a division by nothing.
        if (
            settled >= AT_LEAST_SETTLED
            and others
            and settled * others >= TIMES_THE_OTHERS * others_settled * reported
        ):
            beside[who] = _("%(share)d %% of %(reported)d reports; all others together %(others)d %%") % {
                "share": round(100 * settled / reported),
                "reported": reported,
                "others": round(100 * others_settled / others),
            }
    found: dict[Whose, list[Hit]] = defaultdict(list)
    rows = reports.filter(reporter__in=beside, is_settled=True).order_by("reported_at")
    for who, case, at in rows.values_list("reporter_id", "case_id", "reported_at"):
        found[Whose(PERSON, who)].append(Hit(case, at))
    return _findings(found, {Whose(PERSON, who): words for who, words in beside.items()})


def same_photo_twice(asked: Asked) -> list[Finding]:
    """Photos of which the very same file had been sent before, by who sent it again; the newest 5,000."""
    same = Photo.objects.filter(sha256=OuterRef("sha256"), is_waiting=False).exclude(pk=OuterRef("pk"))
    twice = dict(
        Photo.objects.filter(Exists(same), **_stored_for(asked))
        .order_by("-stored_at", "pk")
        .values_list("pk", "sha256")[:MOST_SAME]
    )
    # Who sent it first did nothing odd. Of those that came together one is the first, too.
    first: dict[str, tuple[UUID, str | None]] = {}
    for sha, pk, number in (
        Photo.objects.filter(sha256__in=set(twice.values()), is_waiting=False)
        .order_by("stored_at", "pk")
        .values_list("sha256", "pk", "case_photo__case__number")
    ):
        first.setdefault(sha, (pk, number))
    again = [pk for pk, sha in twice.items() if first[sha][0] != pk]
    rows = CasePhoto.objects.filter(_photos_of(asked), photo__in=again).order_by("event__at", "pk")
    found: dict[Whose, list[Hit]] = defaultdict(list)
    for who, case, at, sha in rows.values_list(
        "photo__uploaded_by_id", "case_id", "event__at", "photo__sha256"
    ):
        at_first = first[sha][1]
        told = _("sent first with %(number)s") % {"number": at_first} if at_first else ""
        found[Whose(PERSON, who)].append(Hit(case, at, told))
    return _findings(found)


def reported_from_afar(asked: Asked) -> list[Finding]:
    """Reports of inspectors whose phone was far from the place they named; places corrected later are left out."""
    moved = CaseEvent.objects.filter(
        case=OuterRef("pk"), action=Action.AMEND, data__changed__contains=["point"]
    )
    rows = (
        Case.objects.filter(
            lies_in(asked.area),
            ~Exists(moved),
            reported_at__gte=asked.start,
            reported_at__lt=asked.end,
            channel=Channel.INSPECTOR,
            reporter__isnull=False,
        )
        .annotate(away=_metres("point", "device_point") - Coalesce("accuracy_m", 0.0))
        .filter(away__gt=FAR_M)
        .order_by("reported_at")
        .values_list("reporter_id", "pk", "reported_at", "away")
    )
    return _far(rows)


def photos_from_afar(asked: Asked) -> list[Finding]:
    """Photos that the camera says were taken far from the case, by who sent them."""
    rows = (
        CasePhoto.objects.filter(_photos_of(asked), photo__exif_point__isnull=False)
        .annotate(away=_metres("photo__exif_point", "case__point"))
        .filter(away__gt=PHOTO_FAR_M)
        .order_by("event__at", "pk")
        .values_list("photo__uploaded_by_id", "case_id", "event__at", "away")
    )
    return _far(rows)


def before_midnight(asked: Asked) -> list[Finding]:
    """Who got far more done in the last two hours of the month than in those hours of its other days."""
    from_hour = asked.end - timedelta(hours=24 - LATE_EVENING)
    acts = CaseEvent.objects.filter(asked.events(), action__in=_DONE_BY_PEOPLE, actor__isnull=False)
    found: dict[Whose, list[Hit]] = defaultdict(list)
    last = acts.filter(at__gte=from_hour).order_by("at", "pk")
    for who, case, at, action in last.values_list("actor_id", "case_id", "at", "action"):
        found[Whose(PERSON, who)].append(Hit(case, at, str(Action(action).label)))
    found = {whose: hits for whose, hits in found.items() if len(hits) >= AT_LEAST_AT_NIGHT}
    evenings = acts.filter(at__lt=from_hour, at__hour__gte=LATE_EVENING, actor__in=[who.pk for who in found])
    usual = dict(evenings.order_by().values("actor_id").annotate(n=Count("pk")).values_list("actor_id", "n"))
    days = asked.last_day.day - 1
    beside = {
        whose: _("in all the other evenings of the month together: %(n)d") % {"n": usual.get(whose.pk, 0)}
        for whose, hits in found.items()
        if len(hits) * days > TIMES_THE_EVENINGS * usual.get(whose.pk, 0)
    }
    return _findings({whose: found[whose] for whose in beside}, beside)


SIGNS: Mapping[str, Sign] = {
    sign.code: sign
    for sign in (
        Sign(
            "reopened",
            gettext_lazy("Closed and reopened"),
            gettext_lazy(
                "Cases that were closed and had to be opened again in the month: perhaps closed to be in time. By the unit that had them; what was settled on the spot, by who reported it."
            ),
            closed_and_reopened,
        ),
        Sign(
            "settled",
            gettext_lazy("Settled on the spot far above the others"),
            gettext_lazy(
                "Inspectors who settled at least 5 of their reports on the spot, and at least twice the share of all others in the area: perhaps small things reported for their number."
            ),
            settled_far_above_peers,
        ),
        Sign(
            "same_photo",
            gettext_lazy("The same photo twice"),
            gettext_lazy(
                "Photos of which the very same file had been sent before, told by its SHA-256: perhaps nobody was there the second time."
            ),
            same_photo_twice,
        ),
        Sign(
            "from_afar",
            gettext_lazy("Reported from afar"),
            gettext_lazy(
                "Inspectors with at least 3 reports for which their phone was more than 200 m from the place they named, beyond its own accuracy: perhaps not reported on the spot. Places corrected later are left out."
            ),
            reported_from_afar,
        ),
        Sign(
            "photos_from_afar",
            gettext_lazy("Photos from afar"),
            gettext_lazy(
                "People with at least 3 photos that the camera says were taken more than 500 m from the case: perhaps of another place."
            ),
            photos_from_afar,
        ),
        Sign(
            "before_midnight",
            gettext_lazy("Much done before midnight at the end of the month"),
            gettext_lazy(
                "People with at least 5 steps in the last two hours of the month, more than three times as many as in those hours of its other days on average: perhaps written down for the figures."
            ),
            before_midnight,
        ),
    )
}


def finding_of(sign: Sign, asked: Asked, whose: Whose) -> Finding | None:
    """What a sign says of one; None if nothing."""
    return next((finding for finding in sign.find(asked) if finding.whose == whose), None)


def _photos_of(asked: Asked) -> Q:
    """The photos of the month that somebody of the staff sent."""
    of_month = Q(event__at__gte=asked.start, event__at__lt=asked.end)
    district = asked.area.path.strip("/").partition("/")[0]
    stored = Q(**{f"photo__{name}": value for name, value in _stored_for(asked).items()})
    return of_month & stored & Q(event__district__code=district) & lies_in(asked.area, "case__")


def _stored_for(asked: Asked) -> dict[str, Any]:
    """When the photos of a month's steps were stored: with them, or ahead of them."""
    return {
        "uploaded_by__isnull": False,
        "is_waiting": False,
        "stored_at__gte": asked.start - AHEAD,
        "stored_at__lt": asked.end,
    }


def _metres(one: str, other: str) -> Func:
    """How far two points in degrees are from each other; None where one is missing."""
    return Func(F(one), F(other), function="ST_DistanceSphere", output_field=FloatField())


def _far(rows: Iterable[tuple[int, int, datetime, float]]) -> list[Finding]:
    found: dict[Whose, list[Hit]] = defaultdict(list)
    for who, case, at, away in rows:
        found[Whose(PERSON, who)].append(Hit(case, at, _("%(n)d m away") % {"n": round(away)}))
    return _findings({whose: hits for whose, hits in found.items() if len(hits) >= AT_LEAST_FAR})


def _findings(found: Mapping[Whose, list[Hit]], beside: Mapping[Whose, str] | None = None) -> list[Finding]:
    """Most cases first."""
    rows = [Finding(whose, hits, (beside or {}).get(whose, "")) for whose, hits in found.items()]
    return sorted(rows, key=lambda finding: (-len(finding.hits), finding.whose))
