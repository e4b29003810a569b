"""What became of cases, read from their timelines: the same question for a list, a figure and a count in SQL."""

from django.db.models import Case as When
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextChoices, Value
from django.db.models import When as If
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cases.models import CaseEvent
from cases.workflow import Action, ReturnKind, Status

Events = QuerySet[CaseEvent]


class Outcome(TextChoices):
    """What may have become of a case; one may have several."""

    REGISTERED = "registered", _("registered")
    HANDLED = "handled", _("handled")
    IN_TIME = "in_time", _("handled in time")
    LATE = "late", _("handled late")
    REWORKED = "reworked", _("sent back for rework")
    RETURNED = "returned", _("returned by a unit")
    WRONG_ADDRESS = "wrong_address", _("returned for a wrong address")
    SETTLED = "settled", _("settled on the spot")


def _events(*actions: Action) -> Events:
    return CaseEvent.objects.filter(case=OuterRef("pk"), action__in=actions).order_by()


# The unit that has it now answers for what came after it got it.
_DISPATCHED_LATER = CaseEvent.objects.filter(
    case=OuterRef("case"), action=Action.DISPATCH, seq__gt=OuterRef("seq")
).order_by()
_DONE = Coalesce("done_at", "at")
_DONE_NEXT = (
    CaseEvent.objects.filter(case=OuterRef("case"), action=Action.FEED_BACK, seq__gt=OuterRef("seq"))
    .order_by("seq")
    .values(done=_DONE)[:1]
)
_FED_BACK_LATE = Q(action=Action.FEED_BACK, due_before__lt=_DONE)
# It was overdue when it was given a new due time: it moved up, became an emergency, was stopped, or more time was given
# too late for it. And it was not done before that either, on a phone without signal.
_MISSED = Q(
    Q(due_before__lt=Subquery(_DONE_NEXT)) | ~Exists(_DONE_NEXT),
    action__in=[
        Action.ESCALATE, Action.SUPERVISE, Action.ALARM, Action.EXTEND, Action.SUSPEND, Action.DEFER,
    ],
    from_status=Status.HANDLING,
    # At the very moment, too: the clock moves nothing up that is in time.
    due_before__lte=F("at"),
)  # fmt: skip
# What ends a stretch of handling, or begins its clock anew: these rows carry the minutes of it. The end of an emergency
# does neither.
_ENDS_HANDLING = (
    Action.ESCALATE, Action.SUSPEND, Action.DEFER, Action.RECALL, Action.RETURN, Action.FEED_BACK, Action.ALARM,
)  # fmt: skip

# A wrong address is no fault of the unit: such returns count apart. What does not say its kind is of none.
_FOR_ADDRESS = Q(data__kind=ReturnKind.WRONG_ADDRESS)
_NOT_FOR_ADDRESS = Q(data__kind__isnull=True) | ~_FOR_ADDRESS

# A unit has reported it as handled and it was not sent back since.
HANDLED = Q(Exists(_events(Action.FEED_BACK)), status__in=[Status.HANDLED, Status.CLOSED])
# No due time of the unit that has it was missed while it handled, whatever level the case climbed to.
WAS_LATE = Q(
    Exists(
        CaseEvent.objects.filter(
            _FED_BACK_LATE | _MISSED, ~Exists(_DISPATCHED_LATER), case=OuterRef("pk")
        ).order_by()
    )
)

# Put off (缓办): handled all the same, and neither in time nor late.
COUNTS_IN_RATES = Q(deferred_at=None)

WHERE: dict[str, Q] = {
    Outcome.REGISTERED: Q(Exists(_events(Action.REGISTER))),
    Outcome.HANDLED: HANDLED,
    Outcome.IN_TIME: HANDLED & COUNTS_IN_RATES & ~WAS_LATE,
    Outcome.LATE: HANDLED & COUNTS_IN_RATES & WAS_LATE,
    Outcome.REWORKED: Q(Exists(_events(Action.VERIFY_FAIL))),
    Outcome.RETURNED: Q(Exists(_events(Action.RETURN).filter(_NOT_FOR_ADDRESS))),
    Outcome.WRONG_ADDRESS: Q(Exists(_events(Action.RETURN).filter(_FOR_ADDRESS))),
    Outcome.SETTLED: Q(settled_on_the_spot=True),
}


def given_back_as(kind: str) -> Q:
    """The cases that a unit gave back, or asks to give back, for a reason of this kind."""
    later = CaseEvent.objects.filter(case=OuterRef("case"), action=Action.ASK_RETURN, seq__gt=OuterRef("seq"))
    asks = _events(Action.ASK_RETURN).filter(~Exists(later), data__kind=kind)
    return Q(Exists(_events(Action.RETURN).filter(data__kind=kind))) | Q(
        Exists(asks), request=Action.ASK_RETURN
    )


def _count(action: Action, *where: Q) -> Coalesce:
    """How often it happened to a case."""
    counted = _events(action).filter(*where).values("case").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _first(action: Action) -> Subquery:
    """When it first happened to a case."""
    return Subquery(_events(action).order_by("seq").values("at")[:1])


# The facts of one case for whoever adds them up; each is what `WHERE` asks for.
FACTS = {
    "registered_at": _first(Action.REGISTER),
    "refused_at": _first(Action.REFUSE),
    "voided_at": _first(Action.VOID),
    "settled_at": _first(Action.SETTLE),
    "handled_at": When(
        If(HANDLED, then=Subquery(_events(Action.FEED_BACK).order_by("-seq").values(done=_DONE)[:1])),
    ),
    "handled_in_time": When(
        If(HANDLED & COUNTS_IN_RATES, then=When(If(WAS_LATE, then=Value(False)), default=Value(True)))
    ),
    # In the clock of its limit: working time, but for urgent hours; without what it was suspended for.
    "handling_minutes": When(
        If(
            HANDLED,
            then=Subquery(
                _events(*_ENDS_HANDLING)
                .filter(from_status=Status.HANDLING)
                .values("case")
                .annotate(minutes=Sum("elapsed_minutes"))
                .values("minutes")
            ),
        )
    ),
    "reworks": _count(Action.VERIFY_FAIL),
    "returns": _count(Action.RETURN, _NOT_FOR_ADDRESS),
    "wrong_addresses": _count(Action.RETURN, _FOR_ADDRESS),
}
