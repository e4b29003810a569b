"""What citizens may still say of a closed case: how it ended, and that it is not solved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseEvent, Follower
from cases.models.case import CaseQuerySet
from cases.workflow import Action, Capacity, Status
from gridgov import clock
from gridgov.errors import DomainError


class Satisfaction(models.TextChoices):
    """The third question of the call-back."""

    YES = "yes", _("satisfied")
    PARTLY = "partly", _("partly satisfied")
    NO = "no", _("not satisfied")


class AnsweredAlready(DomainError):
    """They have answered since the case was closed."""

    code = "answered_already"
    message = _("You have answered already. Thank you.")
    advice = _("Your first answer counts.")


class TooLateToReopen(DomainError):
    """The window after the close is over."""

    code = "too_late_to_reopen"
    message = _("This was closed too long ago to be opened again.")
    advice = _("Please report it anew: that takes a minute, and it gets a time limit of its own.")


class ReopenedAlready(DomainError):
    """A citizen has used the one reopening that needs nobody's consent."""

    code = "reopened_already"
    message = _("This has been opened again once already.")
    advice = _("Your answer is kept and read; if it goes on, please report it anew.")


class ClosedAlready(DomainError):
    """There is nothing to wait for any more: it is closed, and stays so."""

    code = "closed_already"
    message = _("This is closed already.")
    advice = _("If it is still there, or there again, please report it: that takes a minute.")


def reopen_until(case: Case) -> datetime | None:
    """The last moment at which a citizen may open a closed case again; None for one that is not closed."""
    return case.closed_at and case.closed_at + timedelta(days=settings.REOPEN_WINDOW_DAYS)


def why_not_reopen(case: Case) -> DomainError | None:
    """What a citizen who wants to open a closed case again is told; None where they may. One query at most.

    Page, API and service ask here, so that they agree to the second.
    """
    until = reopen_until(case)
    if until is None or clock.now() > until:
        return TooLateToReopen()
    by_citizens = case.events.filter(action=Action.REOPEN, capacity=Capacity.CITIZEN)
    return ReopenedAlready() if by_citizens.exists() else None


def reopenable(cases: CaseQuerySet) -> CaseQuerySet:
    """Of some cases those that a citizen may open again: the rule of `why_not_reopen`."""
    since = clock.now() - timedelta(days=settings.REOPEN_WINDOW_DAYS)
    by_citizens = CaseEvent.objects.filter(
        case=OuterRef("pk"), action=Action.REOPEN, capacity=Capacity.CITIZEN
    )
    return cases.filter(~Exists(by_citizens), status=Status.CLOSED, closed_at__gte=since)


def require_joinable(case: Case) -> None:
    """Raises `ClosedAlready` where whoever joins could neither wait for an end nor say that it is not solved."""
    if case.status == Status.CLOSED and why_not_reopen(case):
        raise ClosedAlready(case.number)


def has_answered(follower: Follower, case: Case) -> bool:
    """Whether a follower has answered since a case was closed last, theirs or the one it was merged into; one query."""
    if case.status != Status.CLOSED or case.closed_at is None:
        return False
    answers = case.events.filter(action=Action.ANSWER, at__gte=case.closed_at)
    return bool(answers.filter(data__follower=follower.pk).exists())


def verdict_in_words(data: Mapping[str, Any]) -> str:
    """What somebody answered, as its timeline row keeps it: "contacted, solved, satisfied"."""
    return gettext(", ").join(
        [
            gettext("contacted") if data["contacted"] else gettext("not contacted"),
            gettext("solved") if data["solved"] else gettext("not solved"),
            str(Satisfaction(data["satisfied"]).label),
        ]
    )
