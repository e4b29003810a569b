"""Which scheme and period a page of scores is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessment.kinds import Kind
from assessment.models import Period, PeriodState, Scheme, Score
from assessment.models.period import SHOWN
from assessment.permissions import can_run_assessment, scores_seen_by, scores_seen_by_all
from gridgov.errors import NotFoundForYou
from grids.models import User

_KINDS: list[str] = list(Kind)


@dataclass(frozen=True)
class Chosen:
    """A scheme and one of its periods, of those on offer; None where there is nothing to choose."""

    schemes: list[Scheme]
    scheme: Scheme | None
    periods: list[Period]
    period: Period | None

    def url(self, path: str, **picks: object) -> str:
        """The address of a page about the same, with more picked."""
        address = {
            "scheme": self.scheme.code if self.scheme else "",
            "period": self.period.pk if self.period else "",
        } | picks
        return f"{path}?{urlencode({name: value for name, value in address.items() if value != ''})}"


def choose(user: User, asked: Mapping[str, str], kinds: Q = Q()) -> Chosen:  # noqa: B008 - a Q is never changed
    """What somebody may choose from: schemes of which they see a score; whoever runs the assessment, every one in use.

    Raises `NotFoundForYou` for a scheme or a period that is none of these.
    """
    schemes = Scheme.objects.filter(kinds)
    if can_run_assessment(user):
        return _chosen(schemes.filter(Q(is_active=True) | Q(periods__isnull=False)).distinct(), Q(), asked)
    seen = Score.objects.filter(scores_seen_by(user), period__scheme=OuterRef("pk"))
    return _chosen(schemes.filter(Exists(seen)), Q(state__in=SHOWN), asked)


def choose_public(asked: Mapping[str, str]) -> Chosen:
    """What strangers may choose from; raises `NotFoundForYou` like `choose`."""
    seen = Score.objects.filter(scores_seen_by_all(), period__scheme=OuterRef("pk"))
    return _chosen(Scheme.objects.filter(Exists(seen), is_public=True), Q(state__in=SHOWN), asked)


def _chosen(schemes: QuerySet[Scheme], periods: Q, asked: Mapping[str, str]) -> Chosen:
    # People first: their own score is what most come for.
    on_offer = sorted(schemes, key=lambda scheme: (_KINDS.index(scheme.kind), scheme.code))
    if not on_offer:
        if asked.get("scheme") or asked.get("period"):
            raise NotFoundForYou("scores")
        return Chosen([], None, [], None)
    code = asked.get("scheme")
    scheme = next((each for each in on_offer if each.code == code), None) if code else on_offer[0]
    if scheme is None:
        raise NotFoundForYou(code)
    found = list(
        Period.objects.filter(periods, scheme=scheme)
        .select_related("scheme", "version")
        .order_by("-last_day")
    )
    return Chosen(on_offer, scheme, found, _period(found, asked.get("period", "")))


def _period(periods: list[Period], pk: str) -> Period | None:
    if pk:
        found = next((each for each in periods if str(each.pk) == pk), None)
        if found is None:
            raise NotFoundForYou(pk)
        return found
    # What is published first; else what was computed; else what is open.
    ranked = {PeriodState.OPEN: 2, PeriodState.COMPUTED: 1}
    return min(periods, key=lambda each: ranked.get(PeriodState(each.state), 0), default=None)
